// Package s3 reads the objects of a bucket, of Amazon S3 or of a store that
// speaks its protocol, as datasets. It calls ListObjectsV2, HeadObject and
// GetObject and nothing else.
package s3

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"waybill/internal/decode"
	"waybill/internal/source"
)

// Driver opens s3://[KEY@]bucket[/prefix][?parameters], where the parameters are
//
//	endpoint    of a store that is not Amazon's: http://127.0.0.1:7070
//	region      else that of the environment or the profile, or the endpoint's
//	addressing  virtual (bucket.host/key), path (host/bucket/key) or auto
//	profile     of the shared AWS configuration
//	anonymous   true: nothing is signed, for a public bucket
//	proxy       URL of an HTTP proxy; the environment's proxies are not used
//
// The credentials are the KEY of the URL with the configuration's password, or
// else what the environment and the profile give.
func Driver() source.Driver {
	return source.Driver{Kind: "s3", Schemes: []string{"s3"}, Open: open}
}

// connector is the objects of a bucket below a prefix.
type connector struct {
	name    string // of the source
	bucket  string
	prefix  string // "" or ends with a slash
	client  *s3.Client
	limits  decode.Limits
	apart   bool          // objects are not grouped
	busyFor time.Duration // how long a busy store is asked again
	pool    *http.Transport
	pace    *source.Pace

	partObjects int           // of a part, on average
	patience    time.Duration // for an answer to start

	session context.Context // until Close
	end     context.CancelFunc

	include, exclude []string // globs over names of objects

	mu    sync.Mutex // guards what follows
	gaps  []source.Gap
	last  *listing                 // nil before the first
	known map[string]*decode.Names // columns, by group
}

func open(ctx context.Context, c source.Config) (source.Connector, error) {
	l, err := parse(c)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	apart, options, err := grouping(c.Options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	limits, err := decode.ParseLimits(options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	client, pool, err := l.client(ctx, c.Limits)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	s := &connector{name: c.Name, bucket: l.bucket, prefix: l.prefix, client: client, limits: limits, apart: apart, busyFor: busyFor, partObjects: partObjects, pool: pool,
		patience: waits(c.Limits), pace: source.NewPace(c.Limits), include: c.Include, exclude: c.Exclude, known: map[string]*decode.Names{}}
	// The session lasts longer than the call that opens it.
	s.session, s.end = context.WithCancel(context.Background())
	return s, nil
}

// grouping takes the option that is the connector's own out of a source's options.
func grouping(options map[string]string) (apart bool, rest map[string]string, err error) {
	rest = maps.Clone(options)
	delete(rest, "grouping")
	switch v, ok := options["grouping"]; {
	case !ok || v == "on":
		return false, rest, nil
	case v == "off":
		return true, rest, nil
	}
	return false, nil, errors.New("option grouping: want on or off")
}

// object finds the object of a listed dataset.
func (c *connector) object(ctx context.Context, name string) (*object, error) {
	o, err := c.head(ctx, c.prefix+name)
	if single := strings.TrimSuffix(c.prefix, "/"); errors.Is(err, source.ErrGone) && path.Base(single) == name {
		return c.head(ctx, single)
	}
	return o, err
}

// Open implements source.Connector.
func (c *connector) Open(ctx context.Context, d source.Dataset, s source.Sample) (source.Reader, error) {
	where := c.name + "." + d.Name
	joined, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	g, err := c.grouped(joined, d.Name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", where, err)
	}
	if g != nil {
		r, err := g.open(ctx, joined, d, s)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", where, err)
		}
		return r, nil
	}
	in, part, err := c.part(joined, d.Name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", where, err)
	}
	q := c.query(d, s)
	q.Part = part
	return decode.Open(ctx, in, q)
}

func (c *connector) query(d source.Dataset, s source.Sample) decode.Query {
	return decode.Query{Where: c.name + "." + d.Name, Columns: d.Columns, Sample: s, Limits: c.limits, Session: c.session, Pace: c.pace}
}

// part finds the object of a listed dataset, and which of the datasets it holds is
// meant.
func (c *connector) part(ctx context.Context, name string) (in *object, part string, err error) {
	_, part = decode.Split(name, func(file string) bool {
		in, err = c.object(ctx, file)
		return err == nil
	})
	if part == "" {
		in, err = c.object(ctx, name)
	}
	return in, part, err
}

// begin returns a context that ends with ctx and with the session.
func (c *connector) begin(ctx context.Context) (context.Context, func(), error) {
	if c.session.Err() != nil {
		return nil, nil, errClosed
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(c.session, func() { cancel(errClosed) })
	return ctx, func() { stop(); cancel(nil) }, nil
}

var errClosed = errors.New("source is closed")

// Close implements source.Connector.
func (c *connector) Close() error {
	c.end()
	c.pool.CloseIdleConnections()
	return nil
}

// Describe implements source.Describer. No server tells whether a login may
// write, short of trying; that this one does not write is a property of the
// package, which has no call that could.
func (c *connector) Describe(context.Context) (source.Server, error) {
	return source.Server{Version: "S3 (only GET, HEAD and LIST are sent)", ReadOnly: true}, nil
}
