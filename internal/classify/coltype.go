package classify

import (
	"strconv"
	"strings"
)

// columnType is what a store's type says about the values it can hold.
type columnType struct {
	class string // text, integer, number, date, bool, binary, json, uuid, inet, enum; "" unknown
	width int    // characters or digits at most; 0 = unknown
}

// parseType reads a type as any store prints it: varchar(18), NUMBER(11,0),
// timestamp with time zone, Nullable(String).
func parseType(s string) columnType {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, wrap := range []string{"nullable(", "lowcardinality("} {
		if rest, ok := strings.CutPrefix(s, wrap); ok {
			s = strings.TrimSuffix(rest, ")")
		}
	}
	if strings.HasSuffix(s, "[]") {
		return parseType(s[:len(s)-2])
	}
	base, rest, _ := strings.Cut(s, "(")
	t := lex().types[strings.Join(strings.Fields(base), " ")]
	if t.class == "" {
		t = lex().types[strings.SplitN(base, " ", 2)[0]]
	}
	args, _, closed := strings.Cut(rest, ")")
	if !closed || t.class == "date" || t.class == "enum" {
		return t
	}
	first, second, _ := strings.Cut(args, ",")
	n, err := strconv.Atoi(strings.Fields(first + " 0")[0])
	if err != nil || n <= 0 {
		return t
	}
	switch t.class {
	case "text":
		t.width = n
	case "number":
		scale, _ := strconv.Atoi(strings.TrimSpace(second))
		t.width = n - scale
		if scale == 0 {
			t.class = "integer"
		}
	}
	return t
}

// admits tells whether a column of type t can hold values of a kind.
func (t columnType) admits(p policy) bool {
	if t.class == "" {
		return true
	}
	return p.types[t.class] && (t.width == 0 || t.width >= p.width)
}
