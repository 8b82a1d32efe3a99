package census

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// benchRecords are records of four identifiers each, six in ten of them new.
func benchRecords(c *Census, n int) []*Records {
	kinds := []KindID{c.Kind("id", Strong), c.Kind("mobile", Weak), c.Kind("card", Weak), c.Kind("mail", Weak)}
	mask := c.Mask([]ScopeFlags{{0, In | Ordinary(0)}})
	rng := rand.New(rand.NewPCG(1, 2))
	h := c.Hasher()
	var out []*Records
	for i := range n {
		if i%4096 == 0 {
			out = append(out, new(Records))
		}
		r := out[len(out)-1]
		who := binary.BigEndian.AppendUint64(nil, rng.Uint64N(uint64(n)*6/10))
		for _, k := range kinds {
			r.ID(Ident{Digest: h.Sum(k, who), Kind: k, Age: Adult})
		}
		r.End(mask, AgeUnknown)
	}
	return out
}

func BenchmarkAdd(b *testing.B) {
	const rows = 500_000
	for b.Loop() {
		b.StopTimer()
		c, err := New(Config{})
		if err != nil {
			b.Fatal(err)
		}
		all := benchRecords(c, rows)
		b.StartTimer()
		for _, r := range all {
			if err := c.Add(r); err != nil {
				b.Fatal(err)
			}
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows/4, "ns/identifier")
}

func BenchmarkResult(b *testing.B) {
	const rows = 500_000
	c, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	for _, r := range benchRecords(c, rows) {
		if err := c.Add(r); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if got, err := c.Result(context.Background(), Question{Scopes: 1}); err != nil || got.Scopes[0].People.Low != got.Scopes[0].People.High {
			b.Fatal(got, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/record")
}

func BenchmarkSum(b *testing.B) {
	c, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	k := c.Kind("resident_id", Strong)
	h := c.Hasher()
	value := []byte("110199198501150013")
	b.ReportAllocs()
	for b.Loop() {
		h.Sum(k, value)
	}
}

func BenchmarkSumRun(b *testing.B) {
	c, err := New(Config{})
	if err != nil {
		b.Fatal(err)
	}
	k := c.Kind("resident_id", Strong)
	h := c.Hasher()
	const n = 4096
	var data []byte
	var ends []uint32
	for i := range n {
		data = fmt.Appendf(data, "1101%014d", i)
		ends = append(ends, uint32(len(data)))
	}
	var to []Digest
	for b.Loop() {
		to = h.SumRun(to[:0], k, data, ends)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/value")
}

func BenchmarkDistinct(b *testing.B) {
	const n = 2_000_000
	data := make([]byte, 0, n*18)
	var ends []uint32
	for i := range n {
		data = fmt.Appendf(data, "1101%014d", i)
		if i < 4096 {
			ends = append(ends, uint32(len(data)))
		}
	}
	var digests []Digest
	for b.Loop() {
		c, err := New(Config{})
		if err != nil {
			b.Fatal(err)
		}
		k, mask := c.Kind("id", Strong), c.Mask([]ScopeFlags{{0, In | Ordinary(0)}})
		h := c.Hasher()
		var r Records
		for i := 0; i < n; {
			r.Reset()
			digests = h.SumRun(digests[:0], k, data[i*18:], ends[:min(4096, n-i)])
			for _, d := range digests {
				r.ID(Ident{Digest: d, Kind: k, Age: Adult})
				r.End(mask, AgeUnknown)
			}
			i += len(digests)
			if err := c.Add(&r); err != nil {
				b.Fatal(err)
			}
		}
		if res, err := c.Result(b.Context(), Question{Scopes: 1}); err != nil || res.Scopes[0].People.Low != n {
			b.Fatal(res, err)
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/value")
}
