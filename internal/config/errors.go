package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// describe turns a YAML error into one line that names file, line and key. The
// library's own rendering quotes the lines around, where a password may stand.
func describe(name string, err error) error {
	var y yaml.Error
	if !errors.As(err, &y) {
		return fmt.Errorf("%s: %w", name, err)
	}
	line := 0
	if tk := y.GetToken(); tk != nil {
		line = tk.Position.Line
	}
	msg := y.GetMessage()
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		key := unquote(msg)
		msg = fmt.Sprintf("unknown key %q", key)
		if near := nearest(key); near != "" {
			msg += fmt.Sprintf("; did you mean %q?", near)
		}
	}
	var typ *yaml.TypeError
	if errors.As(err, &typ) {
		msg = fmt.Sprintf("want %s", typ.DstType)
		if typ.StructFieldName != nil {
			msg = *typ.StructFieldName + ": " + msg
		}
	}
	return fmt.Errorf("%s:%d: %s", name, line, msg)
}

func unquote(msg string) string {
	_, rest, ok := strings.Cut(msg, `"`)
	if !ok {
		return msg
	}
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

// nearest is the known key most like the one given, or "" where none is.
func nearest(key string) string {
	best, at := "", 3
	for _, k := range known(reflect.TypeFor[Config](), nil) {
		if d := distance(key, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// known lists the keys of the configuration.
func known(t reflect.Type, keys []string) []string {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Map:
		return known(t.Elem(), keys)
	case reflect.Struct:
		for i := range t.NumField() {
			if k := t.Field(i).Tag.Get("yaml"); k != "" {
				if k != ",inline" {
					keys = append(keys, k)
				}
				keys = known(t.Field(i).Type, keys)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// distance is the Levenshtein distance.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
