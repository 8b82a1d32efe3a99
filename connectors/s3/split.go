package s3

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"iter"
	"math"
	"time"

	"waybill/internal/decode"
	"waybill/internal/mix"
	"waybill/internal/source"
)

// A part ends at an object by its name and size alone, so that parts elsewhere
// stay what they are when objects come and go: at one of partObjects, and sooner
// where objects are large, so that a part has about partBytes.
const (
	partObjects     = 1024
	partBytes       = 256 << 20
	mostPartObjects = 8 * partObjects // more must not be held when a part is read
)

// endsPart tells whether a part, of so many objects on average, ends with e.
func endsPart(e entry, objects int) bool {
	share := max(1/float64(objects), float64(e.size)/partBytes)
	return share >= 1 || float64(mix.Bits(hashOf(e.name)))/math.MaxUint64 < share
}

// part is a run of a group's objects, as they were listed.
type part struct {
	after, last string // names: the objects behind the one, up to the other
	count       int
	bytes       int64
	newest      time.Time
	version     string
}

// Split implements source.Splitter: a group in runs of whole objects, by their
// names. An object that stands alone is one part.
func (c *connector) Split(ctx context.Context, d source.Dataset, _ int) ([]source.Part, error) {
	joined, done, err := c.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	parts, err := c.split(joined, d)
	if err != nil {
		return nil, fmt.Errorf("split %s.%s: %w", c.name, d.Name, err)
	}
	return parts, nil
}

func (c *connector) split(ctx context.Context, d source.Dataset) ([]source.Part, error) {
	s, err := c.grouped(ctx, d.Name)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.alone(ctx, d)
	}
	runs, err := s.cut(ctx)
	if err != nil {
		return nil, err
	}
	parts := make([]source.Part, len(runs))
	for i, p := range runs {
		parts[i] = source.Part{Name: d.Name + "[" + p.bounds() + "]", Bytes: p.bytes, Version: p.version, Open: func(ctx context.Context) (source.Reader, error) {
			if c.session.Err() != nil {
				return nil, errClosed
			}
			return s.whole(ctx, d, func(ctx context.Context) iter.Seq2[decode.Member, error] { return s.run(ctx, p) }), nil
		}}
	}
	return parts, nil
}

// alone is the one part of a dataset that is an object, or in one.
func (c *connector) alone(ctx context.Context, d source.Dataset) ([]source.Part, error) {
	o, _, err := c.part(ctx, d.Name)
	if err != nil {
		return nil, err
	}
	v := newVersion()
	e := entry{name: d.Name, size: o.size, modified: o.modified}
	if o.etag != nil {
		e.etag = *o.etag
	}
	v.add(e)
	return []source.Part{{Name: d.Name, Bytes: o.size, Version: v.String(), Open: func(ctx context.Context) (source.Reader, error) {
		return c.Open(ctx, d, source.Sample{})
	}}}, nil
}

// cut lists the group and cuts it into parts.
func (s *set) cut(ctx context.Context) ([]part, error) {
	var parts []part
	p, v := part{}, newVersion()
	end := func() {
		p.version = v.String()
		parts = append(parts, p)
		p, v = part{after: p.last}, newVersion()
	}
	for e, err := range s.entries(ctx, "") {
		if err != nil {
			return nil, err
		}
		v.add(e)
		p.last, p.count, p.bytes = e.name, p.count+1, p.bytes+e.size
		if e.modified.After(p.newest) {
			p.newest = e.modified
		}
		if p.count == mostPartObjects || endsPart(e, s.c.partObjects) {
			end()
		}
	}
	if p.count > 0 {
		end()
	}
	return parts, nil
}

// bounds names the part without the names of its objects, in which values of a
// partition may stand.
func (p part) bounds() string {
	sum := sha256.Sum256([]byte(p.after + "\x00" + p.last))
	return hex.EncodeToString(sum[:8])
}

// run gives the objects of the part that are still as they were listed. How many
// are not is an error of the kind that becomes a Gap. Objects that are newer than
// the listing are no part of it.
func (s *set) run(ctx context.Context, p part) iter.Seq2[decode.Member, error] {
	return func(yield func(decode.Member, error) bool) {
		v := newVersion()
		var now []entry
		for e, err := range s.entries(ctx, p.after) {
			if err != nil {
				yield(decode.Member{}, err)
				return
			}
			if e.name > p.last {
				break
			}
			if e.modified.After(p.newest) {
				continue
			}
			v.add(e)
			if now = append(now, e); len(now) > 2*mostPartObjects {
				yield(decode.Member{}, fmt.Errorf("more objects than were listed, from %s on: %w", now[0].name, decode.ErrUnreadable))
				return
			}
		}
		if v.String() != p.version {
			if !yield(decode.Member{}, fmt.Errorf("%d objects changed or vanished since they were listed: %w", max(1, p.count-len(now)), decode.ErrUnreadable)) {
				return
			}
		}
		for _, e := range now {
			if e.size > 0 && !yield(s.member(e), nil) {
				return
			}
		}
	}
}

// version sums up what objects are, one after the other.
type version struct{ sum hash.Hash }

func newVersion() version { return version{sha256.New()} }

func (v version) add(e entry) {
	var fixed []byte
	for _, s := range []string{e.name, e.etag} {
		fixed = binary.BigEndian.AppendUint32(fixed, uint32(len(s)))
		fixed = append(fixed, s...)
	}
	fixed = binary.BigEndian.AppendUint64(fixed, uint64(e.size))
	fixed = binary.BigEndian.AppendUint64(fixed, uint64(e.modified.Unix()))
	_, _ = v.sum.Write(fixed) // never fails
}

func (v version) String() string { return hex.EncodeToString(v.sum.Sum(nil)[:16]) }
