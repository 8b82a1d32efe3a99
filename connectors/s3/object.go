package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"waybill/internal/source"
)

// object is one object as it was when it was looked at.
type object struct {
	c    *connector
	key  string
	size int64
	etag *string // nil where the store has none

	modified time.Time
}

// head looks at an object.
func (c *connector) head(ctx context.Context, key string) (*object, error) {
	var h *s3.HeadObjectOutput
	err := c.do(ctx, func(ctx context.Context) (err error) {
		h, err = c.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &c.bucket, Key: &key})
		return err
	})
	if err != nil {
		return nil, err
	}
	return &object{c: c, key: key, size: aws.ToInt64(h.ContentLength), etag: h.ETag, modified: aws.ToTime(h.LastModified)}, nil
}

// Name implements decode.Input.
func (o *object) Name() string { return o.key }

// Size implements decode.Input.
func (o *object) Size() int64 { return o.size }

// Open implements decode.Input.
func (o *object) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	end := off + n
	if n < 0 {
		end = o.size
	}
	b := &body{ctx: ctx, object: o, off: off, end: end, tries: attempts}
	if off < end {
		if err := b.request(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// body reads a range. When the connection breaks in the middle it asks for the
// rest, of the same object only.
type body struct {
	ctx      context.Context
	object   *object
	off, end int64
	stream   io.ReadCloser
	cancel   context.CancelFunc // of the request
	stall    *time.Timer        // cancels it when no bytes come
	tries    int                // left, without a byte between them
}

// request asks for what is missing of the range.
func (b *body) request() error {
	b.tries--
	o := b.object
	var got *s3.GetObjectOutput
	err := o.c.do(b.ctx, func(ctx context.Context) (err error) {
		ctx, b.cancel = context.WithCancel(ctx)
		b.stall = time.AfterFunc(2*o.c.patience, b.cancel)
		got, err = o.c.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &o.c.bucket, Key: &o.key, IfMatch: o.etag,
			Range: aws.String(fmt.Sprintf("bytes=%d-%d", b.off, b.end-1))})
		if err != nil {
			b.hangUp()
		}
		return err
	})
	if err != nil {
		return err
	}
	b.stream = got.Body
	// A store that does not know ranges sends everything.
	if want := fmt.Sprintf("bytes %d-%d/", b.off, b.end-1); !strings.HasPrefix(aws.ToString(got.ContentRange), want) {
		b.hangUp()
		return errRange
	}
	return nil
}

var errRange = errors.New("the store does not answer requests for a range")

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	for {
		if b.off == b.end {
			return 0, io.EOF
		}
		if b.stream == nil {
			if err := b.request(); err != nil {
				return 0, err
			}
		}
		b.stall.Reset(2 * b.object.c.patience)
		n, err := b.stream.Read(p[:min(int64(len(p)), b.end-b.off)])
		if b.off += int64(n); n > 0 {
			b.tries = attempts
			return n, nil
		}
		if err == nil {
			continue
		}
		b.hangUp()
		if ended := context.Cause(b.ctx); ended != nil {
			return 0, ended
		}
		if b.tries <= 0 {
			return 0, errBroken
		}
		if source.Sleep(b.ctx, backoff(1)) != nil {
			return 0, context.Cause(b.ctx)
		}
	}
}

var errBroken = errors.New("the connection broke again and again")

// hangUp ends the request.
func (b *body) hangUp() {
	b.stall.Stop()
	if b.stream != nil {
		_ = b.stream.Close() // nothing is lost: the rest is asked for again, or not wanted
		b.stream = nil
	}
	b.cancel()
}

// Close implements io.Closer.
func (b *body) Close() error {
	if b.cancel != nil {
		b.hangUp()
	}
	return nil
}
