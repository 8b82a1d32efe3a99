package detectors

import (
	"embed"
	"fmt"
	"strings"

	"waybill/internal/detect"
)

//go:embed data/*
var data embed.FS

// row is one line of kinds.tsv.
type row struct {
	spec *detect.Spec
	form string // the shape of a kind without a file of its own, or ""
}

// rows reads kinds.tsv and hints.tsv, in the order of the former.
func rows() ([]row, error) {
	hints, err := readHints()
	if err != nil {
		return nil, err
	}
	table, err := readTable("data/kinds.tsv", 10)
	if err != nil {
		return nil, err
	}
	list := make([]row, 0, len(table))
	for _, f := range table {
		r, err := parseRow(f)
		if err != nil {
			return nil, fmt.Errorf("kinds.tsv: %s: %w", f[0], err)
		}
		if h := hints[f[0]]; h != nil {
			r.spec.Hints = *h
		}
		delete(hints, f[0])
		list = append(list, r)
	}
	for kind := range hints {
		return nil, fmt.Errorf("hints.tsv: %s: no such kind", kind)
	}
	return list, nil
}

func parseRow(f []string) (row, error) {
	s := &detect.Spec{Kind: f[0], Zh: f[1], Group: f[2], Local: f[4] == "yes", JRT0171: absent(f[7])}
	var err error
	if s.Person, err = word(f[3], map[string]detect.Person{"-": detect.Not, "weak": detect.WeakID, "strong": detect.StrongID}); err != nil {
		return row{}, err
	}
	listed := map[string]detect.Sensitivity{"no": detect.Ordinary, "cond": detect.Conditional, "yes": detect.Sensitive}
	if s.S45574, err = word(f[5], listed); err != nil {
		return row{}, err
	}
	if s.S35273, err = word(f[6], listed); err != nil {
		return row{}, err
	}
	s.Evidence, err = word(f[8], map[string]detect.Evidence{"value": detect.ByValue, "hint": detect.ByHint, "both": detect.ByBoth, "name": detect.ByName, "text": detect.ByText})
	return row{s, absent(f[9])}, err
}

func word[T any](w string, known map[string]T) (T, error) {
	v, ok := known[w]
	if !ok {
		return v, fmt.Errorf("%q: not one of the words of its column", w)
	}
	return v, nil
}

// readHints reads hints.tsv: kind, what sort of hint, and the hints between blanks.
func readHints() (map[string]*detect.Hints, error) {
	table, err := readTable("data/hints.tsv", 3)
	if err != nil {
		return nil, err
	}
	hints := map[string]*detect.Hints{}
	for _, f := range table {
		h := hints[f[0]]
		if h == nil {
			h = &detect.Hints{}
			hints[f[0]] = h
		}
		list, err := word(f[1], map[string]*[]string{
			"names": &h.Names, "weak_names": &h.WeakNames, "not_names": &h.NotNames,
			"comments": &h.Comments, "not_comments": &h.NotComments,
		})
		if err != nil {
			return nil, fmt.Errorf("hints.tsv: %s: %w", f[0], err)
		}
		*list = append(*list, strings.Fields(f[2])...)
	}
	return hints, nil
}

// readTable reads an embedded table: a source line, a header, and rows of n fields.
func readTable(name string, n int) ([][]string, error) {
	lines, err := readLines(name)
	if err != nil {
		return nil, err
	}
	var table [][]string
	for _, l := range lines[1:] {
		f := strings.Split(l, "\t")
		if len(f) != n {
			return nil, fmt.Errorf("%s: %q: %d fields, want %d", name, l, len(f), n)
		}
		table = append(table, f)
	}
	return table, nil
}

// readLines reads an embedded file without its comments and empty lines.
func readLines(name string) ([]string, error) {
	b, err := data.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(string(b), "# source: ") {
		return nil, fmt.Errorf("%s: does not begin with its source", name)
	}
	var lines []string
	for l := range strings.Lines(string(b)) {
		if l = strings.TrimRight(l, "\r\n"); l != "" && !strings.HasPrefix(l, "# ") {
			lines = append(lines, l)
		}
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s: empty", name)
	}
	return lines, nil
}

func absent(f string) string {
	if f == "-" {
		return ""
	}
	return f
}
