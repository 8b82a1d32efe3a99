// Package s3 reads the objects of a bucket, of Amazon S3 or of a store that
// speaks its protocol, as datasets. It calls ListObjectsV2, HeadObject and
// GetObject and nothing else.
package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
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
//	proxy       URL of an HTTP proxy; the environment's proxies are not used
//
// The credentials are the KEY of the URL with the configuration's password, or
// else what the environment and the profile give.
func Driver() source.Driver {
	return source.Driver{Kind: "s3", Schemes: []string{"s3"}, Open: open}
}

// connector is the objects of a bucket below a prefix.
type connector struct {
	name     string // of the source
	bucket   string
	prefix   string // "" or ends with a slash
	client   *s3.Client
	limits   decode.Limits
	pool     *http.Transport
	pace     *source.Pace
	patience time.Duration   // for an answer to start
	session  context.Context // until Close
	end      context.CancelFunc

	mu   sync.Mutex // guards what follows
	gaps []source.Gap
}

func open(ctx context.Context, c source.Config) (source.Connector, error) {
	l, err := parse(c)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	limits, err := decode.ParseLimits(c.Options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	client, pool, err := l.client(ctx, c.Limits)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.Name, err)
	}
	s := &connector{name: c.Name, bucket: l.bucket, prefix: l.prefix, client: client, limits: limits, pool: pool, patience: waits(c.Limits), pace: source.NewPace(c.Limits)}
	// The session lasts longer than the call that opens it.
	s.session, s.end = context.WithCancel(context.Background())
	return s, nil
}

// Datasets implements source.Connector. Objects are not read, but for those whose
// names say that they hold several datasets: archives, workbooks and dumps.
func (c *connector) Datasets(ctx context.Context) ([]source.Dataset, error) {
	ctx, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	sets, err := c.list(ctx)
	if err == nil && len(sets) == 0 && c.prefix != "" {
		sets, err = c.single(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, err)
	}
	sets, gaps, err := c.unfold(ctx, sets)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, err)
	}
	c.mu.Lock()
	c.gaps = gaps
	c.mu.Unlock()
	slices.SortStableFunc(sets, func(a, b source.Dataset) int { return strings.Compare(a.Name, b.Name) })
	return sets, nil
}

// Gaps implements source.GapReporter: what the last listing could not list.
func (c *connector) Gaps() []source.Gap {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gaps
}

// unfold replaces objects that hold several datasets by those. One that cannot be
// read stays: Open tells.
func (c *connector) unfold(ctx context.Context, objects []source.Dataset) (sets []source.Dataset, gaps []source.Gap, err error) {
	for _, d := range objects {
		parts := []decode.Part{{}}
		if decode.Contains(d.Name) {
			in, err := c.object(ctx, d.Name)
			if err == nil {
				found, missed, e := decode.Parts(ctx, in, c.limits)
				if e == nil {
					parts = found
				}
				for _, g := range missed {
					gaps = append(gaps, source.Gap{Where: c.name + "." + d.Name, What: g.What})
				}
			}
			if ended := context.Cause(ctx); ended != nil {
				return nil, nil, ended
			}
		}
		for _, p := range parts {
			set := dataset(p.Name(d.Name), -1)
			if set.Comment, set.Columns, set.Keys = p.Comment, p.Columns, p.Keys; p.Path == "" {
				set.Bytes = d.Bytes
			}
			sets = append(sets, set)
		}
	}
	return sets, gaps, nil
}

// list lists the objects below the prefix. Empty objects whose key ends with a
// slash are how folders are made to show, and are left out.
func (c *connector) list(ctx context.Context) ([]source.Dataset, error) {
	var sets []source.Dataset
	pages := s3.NewListObjectsV2Paginator(c.client, &s3.ListObjectsV2Input{Bucket: &c.bucket, Prefix: &c.prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, reason(ctx, err)
		}
		for _, o := range page.Contents {
			key, size := aws.ToString(o.Key), aws.ToInt64(o.Size)
			if name := strings.TrimPrefix(key, c.prefix); name != "" && (size > 0 || !strings.HasSuffix(key, "/")) {
				sets = append(sets, dataset(name, size))
			}
		}
	}
	return sets, nil
}

// single lists the object that the URL names, if it does not name a folder.
func (c *connector) single(ctx context.Context) ([]source.Dataset, error) {
	key := strings.TrimSuffix(c.prefix, "/")
	o, err := c.head(ctx, key)
	if errors.Is(err, source.ErrGone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []source.Dataset{dataset(path.Base(key), o.size)}, nil
}

func dataset(name string, size int64) source.Dataset {
	return source.Dataset{Name: name, Rows: source.Rows{Value: -1}, Bytes: size}
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
	in, part, err := c.part(joined, d.Name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", where, err)
	}
	return decode.Open(ctx, in, decode.Query{Where: where, Part: part, Columns: d.Columns, Sample: s, Limits: c.limits, Session: c.session, Pace: c.pace})
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
