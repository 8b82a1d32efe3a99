package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"waybill/internal/source"
)

// Member is an Input of a Group.
type Member struct {
	Input
	Label     string // in Gaps
	Constants []Constant
}

// Constant is a column of which a member's place says the value, the same in all
// its rows, such as the dt of dt=2026-01-01. Where the member has a column of
// that name itself, that stands.
type Constant struct {
	Name, Value string
	Null        bool
}

// Group is Inputs that are one dataset, their columns brought together by name.
type Group struct {
	// Members gives them one after the other, or errors, each with the Label of the
	// member that it is of. An error ends the read, but for
	// those that are of one member: ErrUnreadable, ErrChanged, source.ErrGone and
	// source.ErrPermission are a Gap. ctx is that of the read.
	Members func(ctx context.Context) iter.Seq2[Member, error]
	// Spread is how many members, the first ones, a sample is taken of at least.
	Spread int
	// Known, where given, learns the columns of the members that are sampled. A
	// member with others, of which a full read then asks for none, is a Gap.
	Known *Names
}

// ErrUnreadable is wrapped by errors of an Input that concern it alone: others of
// the same store can be read.
var ErrUnreadable = errors.New("not read")

// mostBarren is after how many members in a row without a row a sample gives up.
const mostBarren = 64

// OpenGroup starts a read of g as Open does of one Input. A column that a member
// does not have is NULL in its rows. What of a member is not read is a Gap with
// its Label; the rows of a batch are of one member.
func OpenGroup(ctx context.Context, g Group, q Query) source.Reader {
	if q.Limits == (Limits{}) {
		q.Limits = DefaultLimits()
	}
	r := newReader(ctx, q)
	m := &members{r: r, q: q, g: g, note: &memberTally{where: q.Where}}
	var stop func()
	m.next, stop = iter.Pull2(g.Members(r.ctx))
	o := &opener{}
	o.onClose(func() error { stop(); return nil })
	o.onClose(m.close)
	r.body, r.members = o, m
	r.sink, r.fill = newSink(q.Columns, true), m.fill
	if !q.Sample.Whole() {
		r.fill = newReservoir(r.ctx, m.fill, newSink(q.Columns, true), q.Sample).fill
	}
	return r
}

// members reads the members of a group.
type members struct {
	r    *reader
	q    Query
	g    Group
	note *memberTally
	next func() (Member, error, bool)

	at      Member
	open    *opener // of at; nil before the first
	rows    fillFunc
	given   []given // of at
	visited int
	barren  int   // members in a row that gave no row
	seen    int64 // rows
	before  int64 // rows, before at
}

// given is a constant that the member at hand has no column for.
type given struct {
	slot  *slot
	value string
}

// fill implements fillFunc.
func (m *members) fill(s *sink) error {
	for m.rows == nil {
		if m.enough() {
			return io.EOF
		}
		at, err, ok := m.next()
		switch {
		case !ok:
			return io.EOF
		case err != nil:
			m.r.broke = true
			if err := m.apart(at.Label, err); err != nil {
				return err
			}
			continue
		case m.barren >= mostBarren && !m.q.Sample.Whole():
			return &unavailable{fmt.Errorf("%d in a row gave no rows, others were not looked at", m.barren)}
		}
		if err := m.begin(s, at); err != nil {
			return err
		}
	}
	err := damaged(m.r.ctx, contained(func() error { return m.rows(s) }))
	if err != nil {
		s.b.DropRow()
	}
	m.complete(s)
	if err == nil {
		return nil
	}
	return m.end(err)
}

// enough tells whether a sample has looked at as many members as it takes.
func (m *members) enough() bool {
	return !m.q.Sample.Whole() && m.visited >= m.g.Spread && m.seen >= int64(m.q.Sample.Rows)
}

// begin opens a member. One that cannot be read is noted and left.
func (m *members) begin(s *sink, at Member) error {
	m.at, m.before = at, m.seen
	m.visited++
	m.open = &opener{ctx: m.r.ctx, limits: m.q.Limits, tally: &tally{}, share: int64(m.g.Spread)}
	if m.q.Sample.Whole() {
		m.open.share = 0
	}
	err := damaged(m.r.ctx, contained(func() error { return m.look(s) }))
	if err == nil && m.rows == nil {
		err = io.EOF
	}
	if err == nil {
		return nil
	}
	return m.end(err)
}

// look finds how the member is read.
func (m *members) look(s *sink) error {
	var in Input = &counted{m.at.Input, &m.r.read, &m.r.broke}
	if n := in.Size(); n <= HeadSize { // it is fetched for its head anyway
		data, err := readRange(m.r.ctx, in, 0, n)
		if err != nil {
			return err
		}
		in = &memory{in.Name(), data}
	}
	f, err := m.open.find(in, nil)
	if err != nil {
		return err
	}
	if f.format == formatNone {
		if f.reason != "" {
			m.open.tally.whole(f.reason)
		}
		return nil
	}
	m.place(s, f)
	read := m.open.whole
	if !m.q.Sample.Whole() {
		q := m.q
		q.Sample.Seed += uint64(m.visited)
		read = func(f *found) (fillFunc, error) { return m.open.sample(f, q) }
	}
	m.rows, err = read(f)
	return err
}

// place gives the columns of the member their places in s.
func (m *members) place(s *sink, f *found) {
	var own []string
	for _, c := range f.columns() {
		own = append(own, c.Name)
	}
	if len(m.q.Columns) == 0 {
		m.g.Known.add(own)
		for _, n := range own {
			s.slot(n)
		}
	} else if m.q.Sample.Whole() && m.g.Known.strange(own) {
		m.r.broke = true // another scan may sample others
		m.open.tally.whole("columns that no other that was sampled has, not read")
	}
	m.given = m.given[:0]
	for _, c := range m.at.Constants {
		if !slices.Contains(own, c.Name) && !c.Null {
			m.given = append(m.given, given{s.slot(c.Name), c.Value})
		}
	}
}

// complete fills the constants in where the rows at hand have no value.
func (m *members) complete(s *sink) {
	m.seen += int64(s.b.Rows())
	for _, g := range m.given {
		if g.slot.col >= 0 {
			s.b.Column(g.slot.col).FillNull([]byte(g.value))
		}
		for _, i := range g.slot.any {
			if g.value != "" {
				s.b.Column(i).FillNull([]byte("1"))
			}
		}
	}
	s.last = m.at.Label // as which the rows of a sample are told apart
}

// end leaves the member at hand, with what ended it.
func (m *members) end(err error) error {
	m.rows = nil
	if err != io.EOF {
		err = m.apart(m.at.Label, err)
	} else {
		err = nil
	}
	if m.barren++; m.seen > m.before {
		m.barren = 0
	}
	return errors.Join(err, m.close())
}

// close ends the member at hand and keeps what was noted of it.
func (m *members) close() error {
	if m.open == nil {
		return nil
	}
	m.note.take(m.at.Label, m.open.tally)
	err := m.open.Close()
	m.open = nil
	return err
}

// apart is nil for what is of one member only, which it notes.
func (m *members) apart(label string, err error) error {
	var u *unread
	t := &tally{}
	switch {
	case context.Cause(m.r.ctx) != nil:
		return err
	case errors.As(err, &u):
		t.whole(u.what)
	case errors.Is(err, ErrUnreadable), errors.Is(err, ErrChanged), errors.Is(err, source.ErrGone), errors.Is(err, source.ErrPermission):
		t.whole(err.Error())
	default:
		if label != "" {
			err = fmt.Errorf("%s: %w", label, err)
		}
		return &unavailable{err}
	}
	m.note.take(label, t)
	return nil
}

// Names are the columns that members of a group were seen to have. A nil Names
// knows all.
type Names struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (n *Names) add(names []string) {
	if n == nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen == nil {
		n.seen = map[string]bool{}
	}
	for _, name := range names {
		n.seen[name] = true
	}
}

// strange tells whether one of the names was not seen, if any was.
func (n *Names) strange(names []string) bool {
	if n == nil {
		return false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.seen) > 0 && slices.ContainsFunc(names, func(name string) bool { return !n.seen[name] })
}
