package scan

import (
	"time"

	"waybill/internal/batch"
	"waybill/internal/census"
)

// dater tells in which spans each row of a batch lies.
type dater struct {
	asOf    calendar
	since   []sinceColumn
	within  [][]span // of each since column
	days    []days
	width   int    // bytes a row
	bits    []byte // width bytes a row
	undated []int64
	horizon *horizon
}

func newDater(since []sinceColumn, loc *time.Location, asOf calendar, h *horizon) *dater {
	d := &dater{since: since, asOf: asOf, horizon: h, undated: make([]int64, len(since))}
	spans := 0
	for _, s := range since {
		var within []span
		for _, from := range s.spans {
			within = append(within, newSpan(from[0], from[1]))
		}
		d.within = append(d.within, within)
		spans += len(s.spans)
		d.days = append(d.days, days{loc: loc})
	}
	d.width = (spans + 7) / 8
	return d
}

// read works out the spans of every row of b. A row whose date is NULL or
// unreadable lies in all spans and is counted as undated.
func (d *dater) read(b *batch.Batch) {
	d.bits = cleared(d.bits, b.Rows()*d.width)
	offset := 0
	for i, s := range d.since {
		col := b.Column(s.col)
		for row := range b.Rows() {
			on, ok := d.days[i].parse(trim(col.Value(row)))
			if !ok {
				d.undated[i]++
			}
			bits := d.spans(row)
			for j, span := range d.within[i] {
				if k := offset + j; !ok || span.holds(on) {
					bits[k/8] |= 1 << (k % 8)
				} else if on >= span.first && span.last == d.asOf {
					d.horizon.turns(on) // as the window's end comes to it
				}
			}
		}
		offset += len(s.spans)
	}
}

// spans is a bit a span, set where the row lies in it.
func (d *dater) spans(row int) []byte { return d.bits[row*d.width : (row+1)*d.width] }

// ager tells what is known of a person's age.
type ager struct {
	days    days
	asOf    calendar
	horizon *horizon
}

// own is the age an identifier's own digits tell: the birth in them, 0 where they
// tell none.
func (a *ager) own(born calendar) census.Age {
	if a.horizon == nil && born != 0 && birthday14(born) <= a.asOf {
		return census.Adult
	}
	if born == 0 {
		return census.AgeUnknown
	}
	a.horizon.lives(born)
	return a.age(born)
}

// seen is the age the row's birth date columns tell: of the first that can be
// read.
func (a *ager) seen(b *batch.Batch, cols []int, row int) census.Age {
	for _, c := range cols {
		if born, ok := a.days.parse(trim(b.Column(c).Value(row))); ok {
			return a.age(born)
		}
	}
	return census.AgeUnknown
}

func (a *ager) age(born calendar) census.Age {
	switch {
	case born > a.asOf:
		a.horizon.turns(born)
		return census.AgeUnknown
	case under14(born, a.asOf):
		a.horizon.turns(birthday14(born))
		return census.Minor
	}
	return census.Adult
}
