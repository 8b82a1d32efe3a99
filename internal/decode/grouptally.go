package decode

import (
	"fmt"
	"strings"

	"waybill/internal/source"
)

const (
	namedMembers = 5   // that a Gap names
	mostReasons  = 500 // that are told apart
)

// memberTally brings together what went wrong in the members of a group, one
// note a reason.
type memberTally struct {
	where string
	notes []memberNote
}

type memberNote struct {
	note
	in    []string // the first members
	count int64    // of members
}

// take takes over the notes of a member.
func (t *memberTally) take(label string, of *tally) {
	for _, n := range of.notes {
		to := t.reason(n.what)
		to.rows += n.rows
		to.lines = append(to.lines, n.lines...)
		to.whole = to.whole || n.whole
		if to.count++; len(to.in) < namedMembers && label != "" {
			to.in = append(to.in, label)
		}
		if to.count > 1 {
			to.lines = nil // of several, which a line number does not tell apart
		}
	}
	of.notes = nil
}

func (t *memberTally) reason(what string) *memberNote {
	if len(t.notes) >= mostReasons {
		what = "not read for further reasons"
	}
	for i := range t.notes {
		if t.notes[i].what == what {
			return &t.notes[i]
		}
	}
	t.notes = append(t.notes, memberNote{note: note{what: what}})
	return &t.notes[len(t.notes)-1]
}

func (t *memberTally) gaps() []source.Gap {
	var gaps []source.Gap
	for _, n := range t.notes {
		g := source.Gap{Where: t.where, What: n.text()}
		if !n.whole {
			g.Rows = new(n.rows)
		}
		gaps = append(gaps, g)
	}
	return gaps
}

// text is the reason with the member it is of, or with the first of several.
func (n *memberNote) text() string {
	switch more := n.count - int64(len(n.in)); {
	case len(n.in) == 0:
		return n.what
	case n.count == 1:
		return n.in[0] + ": " + n.what + n.places()
	case more > 0:
		return fmt.Sprintf("%s (in %s and %d more)", n.what, strings.Join(n.in, ", "), more)
	}
	return fmt.Sprintf("%s (in %s)", n.what, strings.Join(n.in, ", "))
}
