package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync/atomic"

	"github.com/axiomhq/hyperloglog"
	"golang.org/x/sync/errgroup"

	"waybill/internal/batch"
	"waybill/internal/census"
)

// column is different values of eighteen characters, one after another.
type column struct {
	data []byte
	n    int
}

const valueLen = 18

func newColumn(n int) *column {
	c := &column{data: make([]byte, 0, n*valueLen), n: n}
	for i := range n {
		c.data = digits(append(c.data, "1101"...), uint64(i*stride%10_000_000_000), valueLen-4)
	}
	return c
}

func (c *column) value(i int) []byte { return c.data[i*valueLen : (i+1)*valueLen] }

// distinctContest counts different identity numbers.
func distinctContest(n int) contest {
	var c *column // made when the contest is held
	check := func(what string, got int) error {
		if got != n {
			return fmt.Errorf("wrong count: %s has %d of %d", what, got, n)
		}
		return nil
	}
	on := func(name string, goal float64, f func(context.Context) (usage, error)) contender {
		return contender{name: name, goal: goal, run: func(ctx context.Context) (usage, error) {
			if c == nil {
				c = newColumn(n)
			}
			return f(ctx)
		}}
	}
	return contest{name: memoryNames[0], work: float64(n) / 1e6, unit: "million", contenders: []contender{
		on("waybill census: digests, scopes and people", 0, func(ctx context.Context) (usage, error) {
			return here(func() error {
				got, err := c.census(ctx)
				return errors.Join(err, check("census", got))
			})
		}),
		on("Go map[string]struct{}", 6, func(context.Context) (usage, error) {
			return here(func() error {
				set := map[string]struct{}{}
				for i := range c.n {
					set[string(c.value(i))] = struct{}{}
				}
				return check("map", len(set))
			})
		}),
		on("sort -u", 6, func(ctx context.Context) (usage, error) { return c.sortUnique(ctx, check) }),
		on("axiomhq/hyperloglog, an estimate", 1.0/3, func(context.Context) (usage, error) {
			return here(func() error {
				s := hyperloglog.New()
				for i := range c.n {
					s.Insert(c.value(i))
				}
				if off := math.Abs(float64(s.Estimate())/float64(n) - 1); off > 0.05 {
					return fmt.Errorf("the estimate is off by %.3f", off)
				}
				return nil
			})
		}),
	}}
}

// census counts people who are known by one number each, as a scan does: a few
// workers take batches of rows.
func (c *column) census(ctx context.Context) (people int, err error) {
	cs, err := census.New(census.Config{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, cs.Close()) }()
	kind := cs.Kind("resident_id", census.Strong)
	held := cs.Mask([]census.ScopeFlags{{Scope: 0, Flags: census.In | census.Ordinary(0)}})
	ends := make([]uint32, batch.MaxRows) // of the values of any batch
	for i := range ends {
		ends[i] = uint32((i + 1) * valueLen)
	}
	var next atomic.Int64
	var workers errgroup.Group
	for range min(runtime.GOMAXPROCS(0), 4) {
		workers.Go(func() error {
			h := cs.Hasher()
			var rec census.Records
			var digests []census.Digest
			for {
				end := int(next.Add(batch.MaxRows))
				start := end - batch.MaxRows
				if start >= c.n {
					return nil
				}
				n := min(end, c.n) - start
				digests = h.SumRun(digests[:0], kind, c.data[start*valueLen:], ends[:n])
				rec.Reset()
				for _, d := range digests {
					rec.ID(census.Ident{Digest: d, Kind: kind, Age: census.Adult})
					rec.End(held, census.AgeUnknown)
				}
				if err := cs.Add(&rec); err != nil {
					return err
				}
			}
		})
	}
	if err := workers.Wait(); err != nil {
		return 0, err
	}
	res, err := cs.Result(ctx, census.Question{Scopes: 1})
	if err != nil {
		return 0, err
	}
	if p := res.Scopes[0].People; p.Low != p.High {
		return 0, fmt.Errorf("between %d and %d", p.Low, p.High)
	}
	return int(res.Scopes[0].People.High), nil
}

// sortUnique writes the values to a file and times sort alone.
func (c *column) sortUnique(ctx context.Context, check func(string, int) error) (u usage, err error) {
	f, err := os.CreateTemp("", "waybill-bench-")
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	var b bytes.Buffer
	for i := range c.n {
		b.Write(c.value(i))
		b.WriteByte('\n')
	}
	_, err = b.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return u, err
	}
	u, out, err := program(ctx, false, "sort", "-u", f.Name())
	if err != nil {
		return u, err
	}
	return u, check("sort", bytes.Count(out, []byte{'\n'}))
}
