// Package mem is a store in memory, for tests of what stands above the
// connectors. It keeps all promises of package source and can break them on
// request.
package mem

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"waybill/internal/source"
)

// Table is a dataset with its rows. Rows and Bytes of the Dataset are filled
// in by New.
type Table struct {
	source.Dataset
	Cells [][]any // a row each; a cell is a string, or nil for NULL
	Fault Fault
}

// Fault is what goes wrong with a table.
type Fault struct {
	Denied bool         // Open gives ErrPermission
	Gone   bool         // Open gives ErrGone, though the table is listed
	Stuck  bool         // Read waits until the context ends
	After  int          // with Err: how many rows are read before it
	Err    error        // what Read gives in place of the end
	Gaps   []source.Gap // what the reader says it skipped
	Passed bool         // another reading may not skip it
}

// Connector is a set of tables.
type Connector struct {
	// Missed is what the listing says it skipped. It is set before use.
	Missed []source.Gap

	name   string
	mu     sync.Mutex // guards the tables' faults
	tables []Table
	closed atomic.Bool
}

// New returns a connector that holds the tables. It panics on a row whose
// width is not the table's, or a cell that is not a string or nil.
func New(name string, tables ...Table) *Connector {
	c := &Connector{name: name, tables: slices.Clone(tables)}
	slices.SortFunc(c.tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	for i := range c.tables {
		t := &c.tables[i]
		t.Rows, t.Bytes = source.Rows{Value: int64(len(t.Cells)), Exact: true}, t.size()
	}
	return c
}

// size checks the cells and sums up their bytes.
func (t Table) size() int64 {
	var n int64
	for _, row := range t.Cells {
		if len(row) != len(t.Columns) {
			panic(fmt.Sprintf("mem: %s: a row of %d cells for %d columns", t.Name, len(row), len(t.Columns)))
		}
		for _, cell := range row {
			if cell != nil {
				n += int64(len(cell.(string)))
			}
		}
	}
	return n
}

// Break makes a table go wrong from the next Open on.
func (c *Connector) Break(table string, f Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.tables {
		if c.tables[i].Name == table {
			c.tables[i].Fault = f
		}
	}
}

// Datasets implements source.Connector.
func (c *Connector) Datasets(ctx context.Context) ([]source.Dataset, error) {
	if err := c.usable(ctx); err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, err)
	}
	var all []source.Dataset
	for _, t := range c.tables {
		all = append(all, t.Dataset)
	}
	return all, nil
}

// Gaps implements source.GapReporter.
func (c *Connector) Gaps() []source.Gap { return c.Missed }

// Describe implements source.Describer.
func (c *Connector) Describe(context.Context) (source.Server, error) {
	return source.Server{Version: "memory", ReadOnly: true}, nil
}

// Open implements source.Connector.
func (c *Connector) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	r, err := c.open(ctx, d, s)
	if err != nil {
		return nil, fmt.Errorf("open %s.%s: %w", c.name, d.Name, err)
	}
	return r, nil
}

func (c *Connector) open(ctx context.Context, d source.Dataset, s source.Sample) (*reader, error) {
	if err := c.usable(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.tables, func(t Table) bool { return t.Name == d.Name })
	switch {
	case i < 0 || c.tables[i].Fault.Gone:
		return nil, source.ErrGone
	case c.tables[i].Fault.Denied:
		return nil, source.ErrPermission
	}
	return newReader(ctx, c, c.tables[i], d.Columns, s)
}

// usable gives the error of a closed connector or an ended context.
func (c *Connector) usable(ctx context.Context) error {
	if c.closed.Load() {
		return errors.New("connector is closed")
	}
	return ctx.Err()
}

// Close implements source.Connector.
func (c *Connector) Close() error {
	c.closed.Store(true)
	return nil
}
