package s3_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waybill/connectors/s3"
	"waybill/internal/source"
	"waybill/internal/testserver"
)

// objects makes files in the server's folder, which are objects of one row.
func objects(t testing.TB, b *testserver.Bucket, n int, name func(int) string) {
	t.Helper()
	if n == 0 {
		t.Fatal("no objects")
	}
	for i := range n {
		path := filepath.Join(b.Dir(), name(i))
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = os.WriteFile(path, fmt.Appendf(nil, "id\n%05d\n", i), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func cut(t testing.TB, c source.Connector, name string) []source.Part {
	t.Helper()
	parts, err := c.(source.Splitter).Split(t.Context(), source.Dataset{Name: name, Columns: []source.Column{{Name: "id"}}}, 2)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

// readParts reads parts one after the other.
func readParts(t testing.TB, parts []source.Part) (rows, gaps []string) {
	t.Helper()
	for _, p := range parts {
		r, err := p.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got, missed := lines(t, r, "id")
		rows, gaps = append(rows, got...), append(gaps, missed...)
	}
	slices.Sort(rows)
	return rows, gaps
}

func TestParts(t *testing.T) {
	b := testserver.S3(t)
	const n = 300
	name := func(i int) string { return fmt.Sprintf("d/dt=%d/part-%05d.csv", i/100, i) }
	objects(t, b, n, name)
	c := openWith(t, b, source.Config{})
	s3.SetPartObjects(c, 20)
	const set = "d/dt=*/part-*.csv"
	before := cut(t, c, set)
	if len(before) < 5 || len(before) > 40 {
		t.Fatalf("%d parts", len(before))
	}
	rows, gaps := readParts(t, before)
	if len(rows) != n || len(slices.Compact(rows)) != n || len(gaps) > 0 {
		t.Fatalf("%d rows, gaps %q", len(rows), gaps)
	}
	versions := func(parts []source.Part) map[string]bool {
		all := map[string]bool{}
		for _, p := range parts {
			if p.Version == "" || !strings.HasPrefix(p.Name, set+"[") {
				t.Errorf("part %+v", p)
			}
			all[p.Name+" "+p.Version] = true
		}
		return all
	}
	same := func(now []source.Part) (n int) {
		old := versions(before)
		for v := range versions(now) {
			if old[v] {
				n++
			}
		}
		return n
	}
	if now := cut(t, c, set); same(now) != len(before) {
		t.Errorf("%d of %d parts are the same without a change", same(now), len(before))
	}
	time.Sleep(1100 * time.Millisecond) // times of objects are in seconds

	// A new object is no part of what was listed, and makes one part another.
	objects(t, b, 1, func(int) string { return "d/dt=1/part-001505.csv" })
	if rows, gaps := readParts(t, before); len(rows) != n || len(gaps) > 0 {
		t.Errorf("%d rows, gaps %q", len(rows), gaps)
	}
	if now := cut(t, c, set); same(now) < len(before)-1 || same(now) == len(now) {
		t.Errorf("%d of %d parts are the same", same(now), len(before))
	}

	// One that vanished and one that changed are gaps.
	if err := os.Remove(filepath.Join(b.Dir(), name(10))); err != nil {
		t.Fatal(err)
	}
	objects(t, b, 1, func(int) string { return name(20) })
	rows, gaps = readParts(t, before)
	if told := strings.Join(gaps, "\n"); len(rows) != n-2 || strings.Count(told, " objects changed or vanished") != len(gaps) || len(gaps) < 1 || len(gaps) > 2 {
		t.Errorf("%d rows, gaps %q", len(rows), gaps)
	}
}

// TestOnePart: an object that stands alone has a version too.
func TestOnePart(t *testing.T) {
	b := lake(t)
	c := openWith(t, b, source.Config{})
	version := func(name string) string {
		parts := cut(t, c, name)
		if len(parts) != 1 || parts[0].Version == "" {
			t.Fatalf("%+v", parts)
		}
		if rows, gaps := readParts(t, parts); len(rows) == 0 || len(gaps) > 0 {
			t.Errorf("%q, gaps %q", rows, gaps)
		}
		return parts[0].Version
	}
	for _, name := range []string{"users.csv", "back_20260101.zip!/a.csv"} {
		first := version(name)
		if version(name) != first {
			t.Errorf("%s: the version changed without the object", name)
		}
		if name == "users.csv" {
			b.Put(t, name, []byte("id\n2\n"))
		} else {
			b.Put(t, "back_20260101.zip", archive(t, 4, "a.csv"))
		}
		if version(name) == first {
			t.Errorf("%s: the version did not change with the object", name)
		}
	}
}
