package s3_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/testserver"
)

// archive is a zip of tables whose rows do not pack well.
func archive(t testing.TB, rows int, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		e, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = e.Write(people(rows))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestObjectsThatHoldSeveral lists the files of an archive by its directory, reads
// them by ranges, and notices that the object changed in between.
func TestObjectsThatHoldSeveral(t *testing.T) {
	b := testserver.S3(t)
	b.Put(t, "x/back.zip", archive(t, 1000, "a.csv", "深/b.csv"))
	b.Put(t, "plain.csv", people(5))
	b.Put(t, "cut.zip", []byte("PK\x03\x04 and no more"))
	c := open(t, b, "")
	defer c.Close()
	sets, err := c.Datasets(t.Context())
	var names []string
	for _, d := range sets {
		names = append(names, d.Name)
	}
	if want := []string{"cut.zip", "plain.csv", "x/back.zip!/a.csv", "x/back.zip!/深/b.csv"}; err != nil || !slices.Equal(names, want) {
		t.Fatalf("%q, %v", names, err)
	}
	for name, want := range map[string]int{"cut.zip": 0, "plain.csv": 5, "x/back.zip!/a.csv": 1000, "x/back.zip!/深/b.csv": 1000} {
		n, gaps, err := rows(t, c, name)
		if n != want || err != nil || (len(gaps) > 0) != (name == "cut.zip") {
			t.Errorf("%s: %d rows, gaps %v, %v", name, n, gaps, err)
		}
	}
}

// TestArchiveChanged replaces an archive while a file of it is read.
func TestArchiveChanged(t *testing.T) {
	b := testserver.S3(t)
	b.Put(t, "back.zip", archive(t, 500_000, "a.csv"))
	w := &wire{limit: 2 << 20}
	w.cuts.Store(8)
	c := open(t, w.through(t, b), "")
	defer c.Close()
	changed := false
	n, gaps, err := rowsThen(t, c, "back.zip!/a.csv", func() {
		if !changed {
			changed = true
			b.Put(t, "back.zip", archive(t, 400_000, "a.csv"))
		}
	})
	if n == 500_000 || err != nil || len(gaps) != 1 || !strings.Contains(fmt.Sprint(gaps), "changed") {
		t.Errorf("%d rows, gaps %v, %v", n, gaps, err)
	}
}

// rowsThen reads a dataset, calling then after each batch.
func rowsThen(t *testing.T, c source.Connector, name string, then func()) (n int, gaps []source.Gap, err error) {
	t.Helper()
	r, err := c.Open(t.Context(), source.Dataset{Name: name}, source.Sample{})
	if err != nil {
		return 0, nil, err
	}
	defer r.Close()
	for bt := batch.New(); ; then() {
		if err := r.Read(bt); err != nil {
			if err == io.EOF {
				err = nil
			}
			return n, r.(source.GapReporter).Gaps(), err
		}
		n += bt.Rows()
	}
}
