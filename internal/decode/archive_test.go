package decode

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
	"github.com/ulikunitz/xz"

	"waybill/internal/source"
)

const tableText = "id,name\n1,甲\n2,乙\n"

// file is one of an archive.
type file struct{ name, data string }

func zipOf(t testing.TB, files ...file) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		e, err := w.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, NonUTF8: !strings.HasSuffix(f.name, "/") && !valid(f.name)})
		if err == nil {
			_, err = io.WriteString(e, f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func valid(s string) bool { return strings.ToValidUTF8(s, "") == s }

func tarOf(t testing.TB, files ...file) string {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range files {
		err := w.WriteHeader(&tar.Header{Name: f.name, Mode: 0o644, Size: int64(len(f.data))})
		if err == nil {
			_, err = io.WriteString(w, f.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// packed is data in a packing, by the name magicOf gives it.
func packed(t testing.TB, packing, data string) string {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch packing {
	case "gzip":
		w = gzip.NewWriter(&out)
	case "zstd":
		w, err = zstd.NewWriter(&out)
	case "xz":
		w, err = xz.NewWriter(&out)
	case "lz4":
		w = lz4.NewWriter(&out)
	case "snappy":
		w = s2.NewWriter(&out, s2.WriterSnappyCompat())
	default:
		t.Fatal("no writer of", packing)
	}
	if err == nil {
		_, err = io.WriteString(w, data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// bzipped is tableText, packed by bzip2.
const bzipped = "QlpoOTFBWSZTWQR8+BUAAAXZKQAQAAQwACYjBCAQIASAIAAiE0YjaCFMABNGmeu7EIGwMu84XxdyRThQkAR8+BU="

func TestPackings(t *testing.T) {
	for name, ext := range map[string]string{"gzip": "gz", "zstd": "zst", "xz": "xz", "lz4": "lz4", "snappy": "sz"} {
		sampleCase{name: "a.csv." + ext, in: packed(t, name, tableText), names: "id|name", rows: "1|甲\n2|乙"}.run(t)
		twice := packed(t, name, packed(t, "gzip", tableText))
		sampleCase{name: "dump", in: twice, names: "id|name", rows: "1|甲\n2|乙"}.run(t)
		cut := packed(t, name, tableText+strings.Repeat("3,丙\n", 100_000))
		got := read(t, content{"a.csv." + ext, []byte(cut[:len(cut)/2])}, Query{})
		if len(got.gaps) == 0 || !strings.Contains(got.gaps[0], name+":") {
			t.Errorf("%s cut in half: %d rows, gaps %q", name, len(got.rows), got.gaps)
		}
	}
	data, err := base64.StdEncoding.DecodeString(bzipped)
	if err != nil {
		t.Fatal(err)
	}
	sampleCase{name: "a.csv.bz2", in: string(data), names: "id|name", rows: "1|甲\n2|乙"}.run(t)
	members := packed(t, "gzip", "id,name\n1,甲\n") + packed(t, "gzip", "2,乙\n")
	sampleCase{name: "a.csv.gz", in: members, names: "id|name", rows: "1|甲\n2|乙"}.run(t)
	sampleCase{name: "a.csv", in: packed(t, "gzip", encode(t, gb, tableText)), names: "id|name", rows: "1|甲\n2|乙"}.run(t)
}

// parts lists the paths of the parts, and the gaps.
func parts(t testing.TB, in Input, l Limits) (paths, gaps []string) {
	t.Helper()
	list, missed, err := Parts(t.Context(), in, l)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		paths = append(paths, p.Path)
	}
	for _, g := range missed {
		gaps = append(gaps, g.What)
	}
	return paths, gaps
}

func TestArchives(t *testing.T) {
	inner := zipOf(t, file{"x/deep.csv", "id,name\n5,丁\n"}, file{"deep.json", `[{"a":1},{"a":2}]`})
	files := []file{{"a.csv", tableText}, {"empty/", ""}, {"b.csv.gz", packed(t, "gzip", "id,name\n3,丙\n")}, {"inner.zip", inner},
		{"__MACOSX/._a.csv", "x"}, {"logo.png", "\x89PNG\r\n"}, {"a.csv", "id,name\n9,己\n"}}
	paths := []string{"a.csv", "b.csv.gz", "inner.zip!/x/deep.csv", "inner.zip!/deep.json", "logo.png", "a.csv#2"}
	rows := map[string]string{"a.csv": "1|甲\n2|乙", "b.csv.gz": "3|丙", "inner.zip!/x/deep.csv": "5|丁", "inner.zip!/deep.json": "1\n2", "logo.png": "", "a.csv#2": "9|己"}
	for name, data := range map[string]string{"a.zip": zipOf(t, files...), "a.tar": tarOf(t, append(files[:1:1], files[2:]...)...),
		"a.tar.gz": packed(t, "gzip", tarOf(t, append(files[:1:1], files[2:]...)...)), "a.tzst": packed(t, "zstd", tarOf(t, append(files[:1:1], files[2:]...)...)),
		"wrong.csv": "" + zipOf(t, files...)} {
		in := content{name, []byte(data)}
		got, gaps := parts(t, in, Limits{})
		if diff := cmp.Diff(paths, got); diff != "" || gaps != nil {
			t.Errorf("%s: gaps %q\n%s", name, gaps, diff)
		}
		for path, want := range rows {
			part := read(t, in, Query{Part: path})
			if part.lines() != want || (path == "logo.png") != (len(part.gaps) > 0) {
				t.Errorf("%s!/%s: %q, gaps %q", name, path, part.lines(), part.gaps)
			}
		}
		whole := read(t, in, Query{})
		wantNames := "a.csv.id|a.csv.name|b.csv.gz.id|b.csv.gz.name|inner.zip!/x/deep.csv.id|inner.zip!/x/deep.csv.name|inner.zip!/deep.json.a|a.csv#2.id|a.csv#2.name"
		if names := strings.Join(whole.names, "|"); names != wantNames || len(whole.rows) != 7 {
			t.Errorf("%s: %d rows of %s", name, len(whole.rows), names)
		}
		if diff := cmp.Diff([]string{"logo.png: format not read: png"}, whole.gaps); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		one := read(t, in, Query{Columns: []source.Column{{Name: "b.csv.gz.name"}}})
		if len(one.rows) != 7 || one.rows[2][0] != "丙" {
			t.Errorf("%s: one column: %q", name, one.rows)
		}
		if _, err := Open(t.Context(), in, Query{Part: "absent.csv"}); err == nil || !strings.Contains(err.Error(), source.ErrGone.Error()) {
			t.Errorf("%s: a part that is not there: %v", name, err)
		}
	}
}

func TestZipOddities(t *testing.T) {
	gbk := zipOf(t, file{encode(t, gb, "客户/名单.csv"), tableText}, file{`win\dows.csv`, tableText}, file{"../../up.csv", tableText})
	paths, _ := parts(t, content{"a.zip", []byte(gbk)}, Limits{})
	if diff := cmp.Diff([]string{"客户/名单.csv", "win/dows.csv", "up.csv"}, paths); diff != "" {
		t.Error(diff)
	}
	encrypted := []byte(zipOf(t, file{"a.csv", tableText}, file{"b.csv", tableText}))
	at := bytes.Index(encrypted, []byte("PK\x01\x02"))
	encrypted[at+8] |= 1
	if got := read(t, content{"a.zip", encrypted}, Query{Part: "a.csv"}); len(got.rows) != 0 || len(got.gaps) != 1 || !strings.Contains(got.gaps[0], "encrypted") {
		t.Errorf("encrypted: %d rows, gaps %q", len(got.rows), got.gaps)
	}
	if got := read(t, content{"a.zip", encrypted}, Query{}); len(got.rows) != 2 || len(got.gaps) != 1 {
		t.Errorf("encrypted beside another: %d rows, gaps %q", len(got.rows), got.gaps)
	}
	flipped := []byte(zipOf(t, file{"a.csv", tableText + strings.Repeat("3,丙\n", 1000)}))
	flipped[len("PK....")+60] ^= 0x55
	if got := read(t, content{"a.zip", flipped}, Query{Part: "a.csv"}); len(got.gaps) == 0 {
		t.Errorf("a flipped bit: %d rows, no gap", len(got.rows))
	}
	behind := "#!/bin/sh\nexit\n" + zipOf(t, file{"a.csv", tableText})
	if d, err := readZip(t.Context(), &memory{"a.zip", []byte(behind)}, 10); err != nil || len(d.files) != 1 {
		t.Errorf("behind a script: %v", err)
	}
}

// TestLongStreamsAreOneDataset: what is too long to be unpacked for its list.
func TestLongStreamsAreOneDataset(t *testing.T) {
	big := tarOf(t, file{"a.csv", tableText}, file{"big.csv", "id,x\n" + strings.Repeat("1,22222222\n", 500_000)}, file{"c.csv", "id,name\n3,丙\n"})
	in := content{"a.tar.gz", []byte(packed(t, "gzip", big))}
	l := DefaultLimits()
	l.Listing = 1 << 20
	if paths, gaps := parts(t, in, l); !cmp.Equal(paths, []string{""}) || gaps != nil {
		t.Errorf("parts %q, gaps %q", paths, gaps)
	}
	got := read(t, in, Query{Sample: source.Sample{Rows: 100, Seed: 1}})
	seen := map[string]int{}
	for _, r := range got.rows {
		for c, v := range r {
			if v != null {
				seen[got.names[c]]++
			}
		}
	}
	if len(got.rows) != 100 || seen["a.csv.name"] != 2 || seen["c.csv.name"] != 1 || seen["big.csv.x"] != 97 {
		t.Errorf("%d rows: %v", len(got.rows), seen)
	}
}
