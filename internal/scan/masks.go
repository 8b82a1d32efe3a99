package scan

import (
	"bytes"
	"encoding/binary"
	"slices"

	"waybill/internal/census"
)

// maskMemo turns what a row holds (the classes of its items, the spans its
// dates lie in) into the census's mask of scopes, working each combination out
// once.
type maskMemo struct {
	c     *census.Census
	t     *Task
	g     *group
	held  held
	spans []byte
	// last is the row before.
	last struct {
		held  held
		spans []byte
		mask  census.MaskID
		known bool
	}
	key  []byte // held, then the spans
	memo map[string]census.MaskID
}

// held is a set of classes, a bit each.
type held []uint64

func newHeld(classes int) held { return make(held, (classes+63)/64) }

func (h held) add(class int) { h[class/64] |= 1 << (class % 64) }

func (h held) has(class int) bool { return h[class/64]&(1<<(class%64)) != 0 }

func newMaskMemo(c *census.Census, t *Task, g *group) maskMemo {
	m := maskMemo{c: c, t: t, g: g, held: newHeld(len(g.classes)), memo: map[string]census.MaskID{}}
	m.last.held = newHeld(len(g.classes))
	return m
}

// start begins a row that lies in the given spans.
func (m *maskMemo) start(spans []byte) {
	m.spans = spans
	clear(m.held)
}

// startWith begins a row that holds the given classes.
func (m *maskMemo) startWith(classes held, spans []byte) {
	m.spans = spans
	copy(m.held, classes)
}

// has notes that the row holds an item of a class.
func (m *maskMemo) has(class int) { m.held.add(class) }

// blank tells whether nothing was noted of the row yet.
func (m *maskMemo) blank() bool {
	for _, b := range m.held {
		if b != 0 {
			return false
		}
	}
	return true
}

// of is the mask of a row of which nothing else is to be noted.
func (m *maskMemo) of(classes held, spans []byte) census.MaskID {
	l := &m.last
	if l.known && len(classes) == 1 && classes[0] == l.held[0] && (len(spans) == 0 || bytes.Equal(spans, l.spans)) {
		return l.mask
	}
	m.startWith(classes, spans)
	return m.mask()
}

// mask is the row's mask; 0 where it holds nothing of the person.
func (m *maskMemo) mask() census.MaskID {
	l := &m.last
	if l.known && slices.Equal(m.held, l.held) && bytes.Equal(m.spans, l.spans) {
		return l.mask
	}
	m.key = m.key[:0]
	for _, b := range m.held {
		m.key = binary.LittleEndian.AppendUint64(m.key, b)
	}
	m.key = append(m.key, m.spans...)
	id, ok := m.memo[string(m.key)]
	if !ok {
		id = m.c.Mask(m.scopes())
		m.memo[string(m.key)] = id
	}
	copy(l.held, m.held)
	l.spans, l.mask, l.known = append(l.spans[:0], m.spans...), id, true
	return id
}

// scopes works out the scopes of the row.
func (m *maskMemo) scopes() []census.ScopeFlags {
	var out []census.ScopeFlags
	for _, s := range m.t.scopes {
		var f census.Flags
		for _, p := range s.parts {
			if p.since >= 0 && !spanBit(m.spans, m.t.spanIndex(p)) {
				continue
			}
			for i, c := range m.g.classes {
				if m.held.has(i) && c.parts[p.index] == '1' {
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
