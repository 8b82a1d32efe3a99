package s3_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/s3"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/testserver"
)

// openWith opens the bucket as configured.
func openWith(t testing.TB, b *testserver.Bucket, c source.Config) source.Connector {
	t.Helper()
	c.Name, c.Password = "lake", source.Secret(b.Password())
	if c.URL == "" {
		c.URL = b.URL("")
	}
	conn, err := s3.Driver().Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func names(t testing.TB, c source.Connector) (names []string) {
	t.Helper()
	sets, err := c.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range sets {
		names = append(names, d.Name)
	}
	return names
}

// lines reads to the end and returns the rows, sorted, with their columns' names
// in the order of names, and the gaps.
func lines(t testing.TB, r source.Reader, columns ...string) (rows, gaps []string) {
	t.Helper()
	defer r.Close()
	b := batch.New()
	err := r.Read(b)
	for ; err == nil; err = r.Read(b) {
		for i := range b.Rows() {
			var row []string
			for _, name := range columns {
				v := "∅"
				if at := b.Index(name); at >= 0 && !b.Column(at).Null(i) {
					v = string(b.Column(at).Value(i))
				}
				row = append(row, v)
			}
			rows = append(rows, strings.Join(row, "|"))
		}
	}
	if err != io.EOF {
		t.Errorf("read: %v", err)
	}
	for _, g := range r.(source.GapReporter).Gaps() {
		gaps = append(gaps, g.Where+": "+g.What)
	}
	slices.Sort(rows)
	return rows, gaps
}

func readSet(t testing.TB, c source.Connector, d source.Dataset, s source.Sample, columns ...string) (rows, gaps []string) {
	t.Helper()
	r, err := c.Open(t.Context(), d, s)
	if err != nil {
		t.Fatal(err)
	}
	return lines(t, r, columns...)
}

const hive = "users/dt=*/region=*/part-*.csv"

// lake has a table in folders, and others beside it.
func lake(t testing.TB) *testserver.Bucket {
	b := testserver.S3(t)
	b.Put(t, "users/dt=2026-01-01/region=%E4%B8%8A%E6%B5%B7/part-00000.csv", []byte("id,name\n1,赵\n2,钱\n"))
	b.Put(t, "users/dt=2026-01-01/region=sh/part-00000.csv", []byte("name,id\n孙,3\n"))
	b.Put(t, "users/dt=2026-01-02/region=__HIVE_DEFAULT_PARTITION__/part-00001.csv", []byte("id,mobile,dt\n4,13800000004,own\n"))
	b.Put(t, "users/_SUCCESS", nil)
	b.Put(t, "orders.csv", []byte("id\n1\n"))
	b.Put(t, "users.csv", []byte("id\n1\n"))
	b.Put(t, "back_20260101.zip", archive(t, 3, "a.csv"))
	return b
}

func TestGroups(t *testing.T) {
	b := lake(t)
	c := openWith(t, b, source.Config{})
	want := []string{"back_20260101.zip!/a.csv", "orders.csv", "users.csv", "users/_SUCCESS", hive}
	if diff := cmp.Diff(want, names(t, c)); diff != "" {
		t.Fatal(diff)
	}
	all := []string{"1|赵|2026-01-01|上海|∅", "2|钱|2026-01-01|上海|∅", "3|孙|2026-01-01|sh|∅", "4|∅|own|∅|13800000004"}
	for _, s := range []source.Sample{{}, {Rows: 100, Seed: 7}} {
		rows, gaps := readSet(t, c, source.Dataset{Name: hive}, s, "id", "name", "dt", "region", "mobile")
		if diff := cmp.Diff(all, rows); diff != "" || len(gaps) > 0 {
			t.Errorf("gaps %q\n%s", gaps, diff)
		}
	}
	asked := source.Dataset{Name: hive, Columns: []source.Column{{Name: "region"}, {Name: "filled", AnyOf: []string{"mobile", "region"}}}}
	rows, gaps := readSet(t, openWith(t, b, source.Config{}), asked, source.Sample{}, "region", "filled")
	if diff := cmp.Diff([]string{"sh|1", "∅|1", "上海|1", "上海|1"}, rows); diff != "" || len(gaps) != 0 {
		t.Errorf("gaps %q\n%s", gaps, diff)
	}
	b.Deny(t, "users/dt=2026-01-01/region=sh/part-00000.csv")
	rows, gaps = readSet(t, c, source.Dataset{Name: hive}, source.Sample{}, "id")
	if len(rows) != 3 || len(gaps) != 1 || gaps[0] != "lake."+hive+": users/dt=2026-01-01/region=sh/part-00000.csv: permission denied" {
		t.Errorf("%q, gaps %q", rows, gaps)
	}
}

func TestGroupingOff(t *testing.T) {
	b := lake(t)
	if got := names(t, openWith(t, b, source.Config{Options: map[string]string{"grouping": "off", "unpack_depth": "3"}})); len(got) != 7 || slices.Contains(got, hive) {
		t.Errorf("%q", got)
	}
	for _, o := range []map[string]string{{"grouping": "x"}, {"grouping": "off", "depth": "1"}} {
		if c, err := s3.Driver().Open(t.Context(), source.Config{Name: "lake", URL: b.URL(""), Password: source.Secret(b.Password()), Options: o}); err == nil {
			c.Close()
			t.Errorf("%v was accepted", o)
		}
	}
}

// TestChoice: the globs choose objects, and a group is made of those.
func TestChoice(t *testing.T) {
	b := lake(t)
	for what, tt := range map[string]struct {
		include, exclude []string
		names, ids       []string
	}{
		"folder":    {nil, []string{"users/**"}, []string{"back_20260101.zip!/a.csv", "orders.csv", "users.csv"}, nil},
		"partition": {nil, []string{"users/dt=2026-01-01/*", "*.zip", "users.csv"}, []string{"orders.csv", "users/_SUCCESS", hive}, []string{"4"}},
		"one":       {[]string{"users/dt=2026-01-01/*", "*/a.csv"}, nil, []string{"back_20260101.zip!/a.csv", hive}, []string{"1", "2", "3"}},
		"group":     {[]string{hive}, nil, []string{hive}, []string{"1", "2", "3", "4"}},
		"no group":  {nil, []string{hive, "*/_SUCCESS", "*.zip!*"}, []string{"orders.csv", "users.csv"}, nil},
	} {
		c := openWith(t, b, source.Config{Include: tt.include, Exclude: tt.exclude})
		var chosen []string
		for _, n := range names(t, c) {
			if c.(source.Chooser).Chosen(n) {
				chosen = append(chosen, n)
			}
		}
		if diff := cmp.Diff(tt.names, chosen); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		if tt.ids != nil {
			if rows, gaps := readSet(t, c, source.Dataset{Name: hive}, source.Sample{}, "id"); !slices.Equal(rows, tt.ids) || len(gaps) > 0 {
				t.Errorf("%s: %q, gaps %q", what, rows, gaps)
			}
		}
	}
}

// TestRefusedObjects: an object that the store does not give out is a gap, others
// of its group are read.
func TestRefusedObjects(t *testing.T) {
	b := testserver.S3(t)
	for i := range 4 {
		b.Put(t, fmt.Sprintf("part-%d.csv", i), fmt.Appendf(nil, "id\n%d\n", i))
	}
	g := &gate{answer: func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.Method == http.MethodHead && strings.HasSuffix(r.URL.Path, "part-2.csv"):
			return fail(w, http.StatusBadRequest, "")
		case r.Method == http.MethodHead:
			return false
		case strings.HasSuffix(r.URL.Path, "part-1.csv"):
			return fail(w, http.StatusForbidden, "InvalidObjectState")
		case strings.HasSuffix(r.URL.Path, "part-2.csv"):
			return fail(w, http.StatusBadRequest, "InvalidRequest")
		}
		return false
	}}
	c := openWith(t, b, source.Config{URL: g.before(t, b).URL("")})
	for _, sample := range []source.Sample{{}, {Rows: 10}} {
		rows, gaps := readSet(t, c, source.Dataset{Name: "part-*.csv"}, sample, "id")
		slices.Sort(gaps)
		if !slices.Equal(rows, []string{"0", "3"}) || len(gaps) != 2 || !strings.Contains(gaps[0], "part-1.csv: ") || !strings.Contains(gaps[0], "archived") ||
			!strings.Contains(gaps[1], "part-2.csv: ") || !strings.Contains(gaps[1], "encrypted") {
			t.Errorf("%+v: %q, gaps %q", sample, rows, gaps)
		}
	}
}
