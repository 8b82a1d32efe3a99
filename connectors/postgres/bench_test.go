package postgres_test

import (
	"io"
	"testing"
	"time"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// BenchmarkFullRead reads one column of 18 characters and reports the time of
// COPY … TO STDOUT on the same rows beside its own.
func BenchmarkFullRead(b *testing.B) {
	const rows = 1_000_000
	o, url := database(b)
	o.exec(b, "CREATE TABLE t AS SELECT lpad((i * 7919::bigint)::text, 18, '1') AS id, repeat('x', 60) AS note FROM generate_series(1, 1000000) i", "GRANT SELECT ON t TO scan")
	c := open(b, url)
	defer c.Close()
	d := source.Dataset{Name: "public.t", Columns: []source.Column{{Name: "id"}}}
	var copied time.Duration
	for b.Loop() {
		r, err := c.Open(b.Context(), d, source.Sample{})
		if err != nil {
			b.Fatal(err)
		}
		n, values := 0, new(batch.Batch)
		for err = r.Read(values); err == nil; err = r.Read(values) {
			n += values.Rows()
		}
		if err != io.EOF || n != rows {
			b.Fatalf("%d rows, %v", n, err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		start := time.Now()
		if _, err := o.CopyTo(b.Context(), io.Discard, "COPY (SELECT id FROM t) TO STDOUT"); err != nil {
			b.Fatal(err)
		}
		copied += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/rows, "ns/row")
	b.ReportMetric(float64(copied)/float64(b.N)/rows, "copy-ns/row")
}
