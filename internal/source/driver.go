package source

import (
	"context"
	"log/slog"
	"time"
)

// Driver opens one kind of store. connectors.All lists them.
type Driver struct {
	Kind    string   // as in the report: postgres, mysql, sqlite, s3, file
	Schemes []string // of the URLs it opens
	Open    func(ctx context.Context, c Config) (Connector, error)
}

// Config is one source of the configuration, or one URL of the command line.
type Config struct {
	Name     string
	URL      string
	Password Secret // overrides the URL's
	Limits   Limits
	// Include and Exclude are the source's globs over names of datasets, for a
	// Chooser.
	Include, Exclude []string
	// Options are the store's own settings that do not fit a URL.
	Options map[string]string
}

// Limits keep a scan polite. Zero means the driver's default.
type Limits struct {
	Connections    int
	RowsPerSecond  int64
	BytesPerSecond int64
	// MaxReplicaLag is how far a replica may be behind while it is read; a read
	// pauses above it, and ends with ErrLag after MaxPause.
	MaxReplicaLag time.Duration
	MaxPause      time.Duration
	// StatementTimeout bounds each listing, each sample and, where the store can
	// hand out a full read in pieces, each piece of it.
	StatementTimeout time.Duration
}

// Secret is a string that does not print.
type Secret string

// String hides the secret from every fmt verb that asks for a string.
func (Secret) String() string { return "***" }

// GoString hides it from %#v.
func (Secret) GoString() string { return `"***"` }

// LogValue hides it from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// Reveal returns the secret itself, for the store's login only.
func (s Secret) Reveal() string { return string(s) }
