package scan

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// bounds are the rows of a table that only grows between two values of a column:
// After is "" for all from the first, UpTo is among them. Pieces of one series
// follow each other.
type bounds struct{ After, UpTo, Series string }

// grown makes units of the pieces of a table that is declared to only grow: those
// that the state has, and what has come since. Where there are other rows up to
// the last mark than were read, all is read again, in one piece. ok is false
// where the table is to be read whole; gap tells why, if it must be told.
func (r *run) grown(ctx context.Context, t *Task, column string) (units []unit, gap *source.Gap, ok bool) {
	d := t.Dataset
	no := func(why string) ([]unit, *source.Gap, bool) {
		return nil, &source.Gap{Where: d.FullName(), What: fmt.Sprintf("append_only: column %s: %s; the table was read whole", column, why)}, false
	}
	store, can := d.Source.Connector.(source.Grower)
	if !can || len(d.within(column)) > 0 {
		return no("the store cannot read a table from a mark on")
	}
	kept, mark, rows, err := r.pieces(t, column)
	if err == nil {
		err = d.Source.Hours.Wait(ctx)
	}
	var g source.Growth
	if err == nil {
		g, err = store.Grown(ctx, d.Dataset.Project(t.store...), column, mark)
	}
	switch {
	case errors.Is(err, source.ErrNoMark):
		return no(source.ErrNoMark.Error())
	case err != nil:
		return []unit{{name: d.FullName(), print: r.p.fingerprint(t), from: whole(t, nil, err)}}, nil, true
	case mark != "" && (g.Rows != rows || g.Beyond < 0):
		kept, mark, g.Beyond = nil, "", 1
	}
	if g.Max != "" && g.Beyond > 0 {
		series := rand.Text()
		if len(kept) > 0 {
			series = kept[0].piece.Series
		}
		u := r.piece(t, column, len(kept), bounds{mark, g.Max, series})
		u.anew = true
		kept = append(kept, u)
	}
	for i := range kept {
		kept[i].from = growth(t, g, *kept[i].piece)
	}
	return kept, nil, true
}

// growth is the reading of a piece.
func growth(t *Task, g source.Growth, of bounds) reading {
	return reading{func(ctx context.Context, told *gapSum, f func(*batch.Batch)) (int64, error) {
		open := func(ctx context.Context) (source.Reader, error) { return g.Open(ctx, of.After, of.UpTo) }
		rows, err := stream(ctx, t.Dataset.Source, open, told.take, f)
		return int64(rows), err
	}, 1}
}

// piece is the unit of the i-th piece.
func (r *run) piece(t *Task, column string, i int, of bounds) unit {
	name := fmt.Sprintf("%s%s[%s, piece %d]", t.Dataset.FullName(), unitMark, column, i+1)
	return unit{name: name, print: digestOf(r.p.lasting(t), name), lasts: true, piece: &of}
}

// pieces are those that the state has, one behind the other; mark is where the
// last one ends, and rows are how many they hold.
func (r *run) pieces(t *Task, column string) (units []unit, mark string, rows int64, err error) {
	for {
		u := r.piece(t, column, len(units), bounds{})
		meta, ok := r.c.Kept(u.name, u.print)
		if !ok {
			return units, mark, rows, nil
		}
		out, err := readOutcome(u.name, meta)
		if err != nil || out.Piece == nil || out.Piece.After != mark || len(units) > 0 && out.Piece.Series != units[0].piece.Series {
			return units, mark, rows, err
		}
		u.piece, mark, rows = out.Piece, out.Piece.UpTo, rows+out.Rows
		units = append(units, u)
	}
}
