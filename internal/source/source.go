// Package source says what a store must offer to be scanned: a stable listing
// of datasets, a seeded sample spread over a dataset, and a full read.
//
// A store's abilities beyond that are small optional interfaces found by
// assertion (Describer, GapReporter, ByteCounter). What could not be read is a Gap, never
// silence.
package source

import (
	"context"
	"errors"
	"time"

	"waybill/internal/batch"
)

// Connector is an open store. It is safe for concurrent use. Nothing it does
// can write to the store: where the store has a server, the server enforces it.
type Connector interface {
	// Datasets lists every dataset the session may know of, in a stable order
	// (by name). One that may not be read is listed too: Open tells.
	Datasets(ctx context.Context) ([]Dataset, error)
	// Open starts a read of d.Columns (all that the store has, when empty) in
	// that order. The zero Sample reads every row exactly once. An error never
	// carries a value of the store. A dataset or column that has vanished is
	// ErrGone, one that may not be read ErrPermission. When ctx ends, so does
	// the read: within a second Read returns an error that wraps ctx's.
	// Open may wait for a reader to close once Limits.Connections are open.
	Open(ctx context.Context, d Dataset, s Sample) (Reader, error)
	// Close ends every session; it does not wait for readers that still run.
	Close() error
}

// Reader streams the rows of one dataset. It is used by one goroutine.
type Reader interface {
	// Read sets b's columns, drops its rows and fills it with the next rows, at
	// least one. At the end it returns io.EOF; rows come only with a nil error.
	// A store without a schema may add columns to b that Dataset does not name.
	Read(b *batch.Batch) error
	// Close frees the read. It is safe after an error and more than once.
	Close() error
}

// GapReporter is an optional ability of a Connector (what Datasets could not
// list) and of a Reader (what was skipped; complete once Read returned an
// error or io.EOF).
type GapReporter interface {
	Gaps() []Gap
}

// ByteCounter is an optional ability of a Reader.
type ByteCounter interface {
	// BytesRead is how many bytes came from the store so far: of a file or object
	// as they are stored, packed, and only the parts of it that were fetched; of a
	// table those of its values, as its server printed them.
	BytesRead() int64
}

// Steady is an optional ability of a Reader that reports gaps: to tell, once Read
// returned io.EOF, whether they are of the content alone, so that the same
// version would be read the same again. It is false where a connection, a limit
// of the store or a change during the read had a part in them. Of a Reader
// without it that is known only where it has no gaps.
type Steady interface {
	Steady() bool
}

// Chooser is an optional ability of a Connector whose datasets are made of
// smaller things: it keeps to Config.Include and Config.Exclude itself, for those
// things by their own names.
type Chooser interface {
	// Chosen tells whether a dataset of the last listing is wanted.
	Chosen(dataset string) bool
}

// Describer is an optional ability of a Connector: the server behind it.
type Describer interface {
	Describe(ctx context.Context) (Server, error)
}

// Server describes a store for the report and for `waybill check`.
type Server struct {
	Version  string // "PostgreSQL 15.18"
	ReadOnly bool   // the session cannot write, as told by the store itself
	Role     string // "primary", "replica", "" where the store has none
	User     string // the session's user, "" where the store has none
	// Lag is how far a replica is behind its primary; nil = unknown, or none.
	Lag *time.Duration
	// Missing are the rights that the user lacks, as in a GRANT: "SELECT ON
	// public.audit". What a store does not tell is not among them.
	Missing []string
}

// Sample bounds a read. The zero value reads everything.
type Sample struct {
	// Rows is the most rows read, spread over the whole dataset, in the store's
	// order where it has one; a dataset of more gives at least half as many. 0
	// reads all.
	Rows int
	Seed uint64 // the same seed over the same data gives the same rows
}

// Small is up to how many rows a dataset is passed over whole for the sample, and
// how many first rows of a view are where all of them would take too long.
func (s Sample) Small() int { return max(50_000, 20*s.Rows) }

// ViewWithin is how long a server may take to pass over a larger view for a
// sample. A view that holds personal data is read in full later in any case.
const ViewWithin = 10 * time.Second

// Whole tells whether the sample is a full read.
func (s Sample) Whole() bool { return s.Rows == 0 }

// Gap is something that was not read, decoded or understood. It names places
// and reasons only, never a value. It travels with the result: a "no" that
// needed the missing part becomes "open".
type Gap struct {
	Where string // source.dataset or source.dataset.column
	What  string // the reason, as in an error
	Rows  *int64 // how many rows it concerns; nil = unknown
}

// Errors a caller may branch on; connectors wrap them.
var (
	ErrPermission = errors.New("permission denied")
	ErrGone       = errors.New("no longer there")
	ErrLag        = errors.New("replica lags too far behind")
)
