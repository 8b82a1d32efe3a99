package scan

import (
	"bytes"

	"waybill/internal/census"
)

// maskMemo turns what a row holds (the classes of its items, the spans its
// dates lie in) into the census's mask of scopes, working each combination out
// once.
type maskMemo struct {
	c    *census.Census
	t    *Task
	g    *group
	key  []byte // a bit a class, then the row's spans
	last []byte
	seen census.MaskID
	memo map[string]census.MaskID
}

func newMaskMemo(c *census.Census, t *Task, g *group) maskMemo {
	return maskMemo{c: c, t: t, g: g, key: make([]byte, (len(g.classes)+7)/8), memo: map[string]census.MaskID{}}
}

// start begins a row that lies in the given spans.
func (m *maskMemo) start(spans []byte) {
	n := (len(m.g.classes) + 7) / 8
	m.key = append(m.key[:n], spans...)
	clear(m.key[:n])
}

// has notes that the row holds an item of a class.
func (m *maskMemo) has(class int) { m.key[class/8] |= 1 << (class % 8) }

// blank tells whether nothing was noted of the row yet.
func (m *maskMemo) blank() bool {
	for _, b := range m.key[:(len(m.g.classes)+7)/8] {
		if b != 0 {
			return false
		}
	}
	return true
}

// mask is the row's mask; 0 where it holds nothing of the person.
func (m *maskMemo) mask() census.MaskID {
	if m.last != nil && bytes.Equal(m.key, m.last) {
		return m.seen
	}
	id, ok := m.memo[string(m.key)]
	if !ok {
		id = m.c.Mask(m.scopes())
		m.memo[string(m.key)] = id
	}
	m.last, m.seen = append(m.last[:0], m.key...), id
	return id
}

// scopes works out the scopes of the row described by m.key.
func (m *maskMemo) scopes() []census.ScopeFlags {
	spans := m.key[(len(m.g.classes)+7)/8:]
	var out []census.ScopeFlags
	for _, s := range m.t.scopes {
		var f census.Flags
		for _, p := range s.parts {
			if p.since >= 0 && !spanBit(spans, m.t.spanIndex(p)) {
				continue
			}
			for i, c := range m.g.classes {
				if m.key[i/8]&(1<<(i%8)) != 0 && c.parts[p.index] == '1' {
					f |= c.flags()
				}
			}
		}
		if f != 0 {
			out = append(out, census.ScopeFlags{Scope: uint32(s.scope), Flags: f})
		}
	}
	return out
}

// flags is what an item of the class says of its row.
func (c class) flags() census.Flags {
	f := census.In
	for p := range census.Profiles {
		switch {
		case c.bare:
		case c.sensitive[p]:
			f |= census.Sensitive(p)
		default:
			f |= census.Ordinary(p)
		}
	}
	return f
}

// spanIndex is the position of a part's span among all spans of the task.
func (t *Task) spanIndex(p taskPart) int {
	n := p.span
	for _, s := range t.since[:p.since] {
		n += len(s.spans)
	}
	return n
}

func spanBit(spans []byte, i int) bool { return spans[i/8]&(1<<(i%8)) != 0 }
