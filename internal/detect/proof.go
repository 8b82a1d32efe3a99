package detect

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"waybill/internal/batch"
)

// Proof is the values a detector must answer for. Its file has sections headed
// "# must" (Weak or Yes), "# yes", "# weak", "# mustnot", "# filler",
// "# masked" and "# same" (groups of spellings of one value, parted by empty
// lines); a line in double quotes is a Go string, and "## " begins a comment.
type Proof struct {
	claims []claim
	groups [][]claim
}

// claim is one line: a value and the marks it may have.
type claim struct {
	line  int
	value string
	marks []batch.Mark
}

// sections maps the headings to the marks allowed under them.
var sections = map[string][]batch.Mark{
	"must": {batch.Weak, batch.Yes}, "yes": {batch.Yes}, "weak": {batch.Weak}, "mustnot": {batch.No},
	"filler": {batch.Filler}, "masked": {batch.Masked}, "same": {batch.Weak, batch.Yes},
}

// ParseProof reads a proof file. Errors name the line.
func ParseProof(text []byte) (*Proof, error) {
	p := &Proof{}
	section, group, n := "", []claim(nil), 0
	flush := func() {
		if len(group) > 0 {
			p.groups = append(p.groups, group)
		}
		group = nil
	}
	for l := range bytes.Lines(text) {
		n++
		v := strings.TrimRight(string(l), "\r\n")
		head, isHead := strings.CutPrefix(v, "# ")
		switch {
		case strings.HasPrefix(v, "## "):
			continue
		case isHead:
			flush()
			if section = head; sections[section] == nil {
				return nil, fmt.Errorf("line %d: no such section", n)
			}
			continue
		case v == "":
			flush()
			continue
		case section == "":
			return nil, fmt.Errorf("line %d: value before the first section", n)
		}
		if strings.HasPrefix(v, `"`) {
			u, err := strconv.Unquote(v)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			v = u
		}
		c := claim{n, v, sections[section]}
		p.claims = append(p.claims, c)
		if section == "same" {
			group = append(group, c)
		}
	}
	flush()
	return p, nil
}

// Count returns how many values must be recognised and how many must not.
func (p *Proof) Count() (must, mustNot int) {
	for _, c := range p.claims {
		switch c.marks[0] {
		case batch.Weak, batch.Yes:
			must++
		case batch.No:
			mustNot++
		}
	}
	return must, mustNot
}

// Values returns every value of the proof.
func (p *Proof) Values() []string {
	v := make([]string, len(p.claims))
	for i, c := range p.claims {
		v[i] = c.value
	}
	return v
}

// Check returns what does not hold for d, by line.
func (p *Proof) Check(d Detector) error {
	var errs []error
	col, m := &batch.Column{}, &batch.Marks{}
	for _, c := range p.claims {
		col.AppendString(c.value)
	}
	d.Scan(col, m)
	for i, c := range p.claims {
		if !allowed(c.marks, m.At(i)) {
			errs = append(errs, fmt.Errorf("line %d: marked %s, want %s", c.line, m.At(i), c.marks[0]))
		}
	}
	if id, ok := d.(Identifier); ok {
		errs = append(errs, p.checkCanonical(id, m)...)
	}
	return errors.Join(errs...)
}

func allowed(marks []batch.Mark, k batch.Mark) bool {
	for _, m := range marks {
		if m == k {
			return true
		}
	}
	return false
}

// checkCanonical wants one form for a group, and forms that stay as they are.
func (p *Proof) checkCanonical(id Identifier, m *batch.Marks) (errs []error) {
	for i, c := range p.claims {
		if m.At(i) < batch.Weak {
			continue
		}
		once := id.Canonical(nil, []byte(c.value))
		if twice := id.Canonical(nil, once); len(once) == 0 || !bytes.Equal(once, twice) {
			errs = append(errs, fmt.Errorf("line %d: canonical form is empty or has another", c.line))
		}
	}
	for _, g := range p.groups {
		first := id.Canonical(nil, []byte(g[0].value))
		for _, c := range g[1:] {
			if !bytes.Equal(first, id.Canonical(nil, []byte(c.value))) {
				errs = append(errs, fmt.Errorf("line %d: canonical form differs from line %d", c.line, g[0].line))
			}
		}
	}
	return errs
}

// Prove checks each detector against <kind>.txt in fsys, which must hold at
// least eight values to recognise and eight to refuse. It returns all that
// does not hold, by file and line.
func Prove(list []Detector, fsys fs.FS) error {
	if len(list) == 0 {
		return errors.New("no detectors")
	}
	var errs []error
	for _, d := range list {
		if err := prove(d, fsys); err != nil {
			errs = append(errs, fmt.Errorf("%s.txt: %w", d.Spec().Kind, err))
		}
	}
	return errors.Join(errs...)
}

func prove(d Detector, fsys fs.FS) error {
	text, err := fs.ReadFile(fsys, d.Spec().Kind+".txt")
	if err != nil {
		return err
	}
	p, err := ParseProof(text)
	if err != nil {
		return err
	}
	if must, mustNot := p.Count(); must < 8 || mustNot < 8 {
		return fmt.Errorf("%d values to recognise and %d to refuse, want eight of each", must, mustNot)
	}
	return p.Check(d)
}
