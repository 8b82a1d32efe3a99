package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
)

// ErrSchema is wrapped by ReadJSON's error for a document that is not a
// report of the version this program reads.
var ErrSchema = errors.New("not a report this program reads")

// WriteJSON writes the contract's face of r. Every list and map is present,
// [] or {} where there is nothing; the same report gives the same bytes.
func WriteJSON(w io.Writer, r *Report) error {
	full := filled(reflect.ValueOf(*r)).Interface().(Report)
	full.Schema = Schema
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(full)
}

// ReadJSON reads what WriteJSON wrote. A field it does not know is passed
// over, since fields are only ever added; another schema is an error.
func ReadJSON(r io.Reader) (*Report, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	var head struct {
		Schema  string `json:"schema"`
		Waybill string `json:"waybill"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	if err := checkSchema(head.Schema, head.Waybill); err != nil {
		return nil, err
	}
	var rep Report
	if err := json.Unmarshal(b, &rep); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return &rep, nil
}

func checkSchema(schema, writer string) error {
	switch {
	case schema == Schema:
		return nil
	case schema == "":
		return fmt.Errorf("report: %w: it has no \"schema\"; want %q, give the report.json of a scan", ErrSchema, Schema)
	case writer == "":
		writer = "that wrote it"
	}
	return fmt.Errorf("report: %w: schema %q, want %q; use waybill %s, or scan again with this one", ErrSchema, schema, Schema, writer)
}

// filled copies v with an empty slice or map wherever v has a nil one. A
// struct that writes itself (a date, a time) is copied whole.
func filled(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Struct:
		out.Set(v)
		if _, ok := v.Interface().(json.Marshaler); ok {
			return out
		}
		for i := range v.NumField() {
			out.Field(i).Set(filled(v.Field(i)))
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(filled(v.Index(i)))
		}
	case reflect.Map:
		out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		for it := v.MapRange(); it.Next(); {
			out.SetMapIndex(it.Key(), filled(it.Value()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(filled(v.Elem()))
		}
	default:
		out.Set(v)
	}
	return out
}
