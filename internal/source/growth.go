package source

import (
	"context"
	"errors"
)

// Grower is an optional ability of a Connector: to read a table that only grows
// from where an earlier read has ended.
type Grower interface {
	// Grown looks at d in one state of the store, where it can hold one. The
	// column's value in a new row is above those of all rows before; mark is the
	// greatest that was read, as an earlier Growth gave it, or "" for none. An
	// error that wraps ErrNoMark says that the column cannot serve.
	//
	// What the readers share in the store is freed when ctx ends; so ctx must
	// outlive them.
	Grown(ctx context.Context, d Dataset, column, mark string) (Growth, error)
}

// Growth is a table that only grows, at one moment. Its marks are numbers, days
// or times.
type Growth struct {
	Max    string // the column's greatest value; "" = there are no rows
	Beyond int    // compares it with the mark: -1, 0 or 1; 1 without a mark
	Rows   int64  // up to the mark, itself included
	// Open starts the read of d.Columns of the rows with after < column <= upTo,
	// in the state that Grown saw; after is "" for all from the first. One reader
	// is open at a time.
	Open func(ctx context.Context, after, upTo string) (Reader, error)
}

// ErrNoMark is wrapped by the error of a column that does not tell new rows from
// old ones: of text, or one that may be NULL.
var ErrNoMark = errors.New("want a number, date or timestamp that is NOT NULL")
