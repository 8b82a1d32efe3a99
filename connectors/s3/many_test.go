package s3_test

import (
	"fmt"
	"runtime"
	"testing"

	"waybill/internal/source"
	"waybill/internal/testserver"
)

// TestManyObjects lists a bucket of a hundred thousand objects: what is held does
// not grow with their number.
func TestManyObjects(t *testing.T) {
	const n, most = 100_000, 1 << 20
	b := testserver.S3(t)
	objects(t, b, n, func(i int) string {
		return fmt.Sprintf("warehouse/users/dt=%03d/part-%05d-%016x.csv", i/500, i, uint64(i)*0x9e3779b97f4a7c15)
	})
	c := openWith(t, b, source.Config{})
	before := heap()
	sets, err := c.Datasets(t.Context())
	if err != nil || len(sets) != 1 || sets[0].Name != "warehouse/users/dt=*/part-*.csv" || sets[0].Bytes != n*9 {
		t.Fatalf("%+v, %v", sets, err)
	}
	parts := cut(t, c, sets[0].Name)
	if held := heap() - before; held > most {
		t.Errorf("%d bytes are held for %d objects", held, n)
	}
	if len(parts) < n/4096 || len(parts) > n/256 {
		t.Errorf("%d parts", len(parts))
	}
	rows, gaps := readSet(t, c, sets[0], source.Sample{Rows: 100, Seed: 1}, "id", "dt")
	if len(rows) < 50 || len(rows) > 100 || len(gaps) > 0 {
		t.Errorf("a sample of %d rows, gaps %q", len(rows), gaps)
	}
	days := map[string]bool{}
	for _, r := range rows {
		days[r[6:]] = true
	}
	if len(days) < 20 {
		t.Errorf("a sample of %d folders", len(days))
	}
}

// heap is the bytes that live.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
