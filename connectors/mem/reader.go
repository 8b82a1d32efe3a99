package mem

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// reader walks over the rows of a table.
type reader struct {
	ctx    context.Context
	store  *Connector
	table  Table
	names  []string
	from   [][]int // of each column: the cells it is, or is computed of
	asked  []source.Column
	choice *source.Choice
	next   int
	closed bool
}

func newReader(ctx context.Context, store *Connector, t Table, asked []source.Column, s source.Sample) (*reader, error) {
	if len(asked) == 0 {
		asked = t.Columns
	}
	r := &reader{ctx: ctx, store: store, table: t, asked: asked, choice: source.NewChoice(s, len(t.Cells))}
	for _, col := range asked {
		names := col.AnyOf
		if len(names) == 0 {
			names = []string{col.Name}
		}
		var cells []int
		for _, name := range names {
			i := slices.IndexFunc(t.Columns, func(c source.Column) bool { return c.Name == name })
			if i < 0 {
				return nil, fmt.Errorf("column %s: %w", name, source.ErrGone)
			}
			cells = append(cells, i)
		}
		r.names, r.from = append(r.names, col.Name), append(r.from, cells)
	}
	return r, nil
}

// Read implements source.Reader.
func (r *reader) Read(b *batch.Batch) error {
	b.SetColumns(r.names...)
	if r.closed || r.store.closed.Load() {
		return errors.New("reader is closed")
	}
	if r.table.Fault.Stuck {
		<-r.ctx.Done()
	}
	if err := r.ctx.Err(); err != nil {
		return err
	}
	for r.next < r.end() && !b.Full() {
		if r.choice.Take() {
			r.emit(b, r.table.Cells[r.next])
		}
		r.next++
	}
	if b.Rows() > 0 {
		return nil
	}
	if r.table.Fault.Err != nil {
		return r.table.Fault.Err
	}
	return io.EOF
}

// end is the row before which the read stops.
func (r *reader) end() int {
	if f := r.table.Fault; f.Err != nil {
		return min(f.After, len(r.table.Cells))
	}
	return len(r.table.Cells)
}

func (r *reader) emit(b *batch.Batch, row []any) {
	for i, cells := range r.from {
		column := b.Column(i)
		if len(r.asked[i].AnyOf) > 0 {
			if slices.ContainsFunc(cells, func(j int) bool { return row[j] != nil && row[j] != "" }) {
				column.AppendString("1")
			}
			continue // EndRow makes it NULL
		}
		if cell, ok := row[cells[0]].(string); ok {
			column.AppendString(cell)
		}
	}
	b.EndRow()
}

// Gaps implements source.GapReporter.
func (r *reader) Gaps() []source.Gap { return r.table.Fault.Gaps }

// Steady implements source.Steady.
func (r *reader) Steady() bool { return !r.table.Fault.Passed }

// Close implements source.Reader.
func (r *reader) Close() error {
	r.closed = true
	return nil
}
