package decode

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"

	"waybill/internal/batch"
	"waybill/internal/source"
)

type kin struct {
	Name string   `parquet:"name"`
	Tels []string `parquet:"tels,list"`
}

// person has every type that a column may have.
type person struct {
	ID     int64             `parquet:"id,delta"`
	Name   string            `parquet:"姓名,dict"`
	Mail   *string           `parquet:"mail,optional"`
	Mobile string            `parquet:"mobile,delta"`
	Born   int32             `parquet:"born,date"`
	Seen   time.Time         `parquet:"seen,timestamp(millisecond)"`
	Score  float64           `parquet:"score,split"`
	Part   float32           `parquet:"part"`
	Small  int32             `parquet:"small"`
	Ok     bool              `parquet:"ok"`
	Money  int64             `parquet:"money,decimal(2:18)"`
	UUID   [16]byte          `parquet:"uuid,uuid"`
	Raw    []byte            `parquet:"raw"`
	Phones []string          `parquet:"phones,list"`
	Kin    []kin             `parquet:"kin,list"`
	Attrs  map[string]string `parquet:"attrs"`
	Old    deprecated.Int96  `parquet:"old"`
}

func somebody(i int) person {
	p := person{ID: int64(i) * 7, Name: fmt.Sprintf("赵%d", i%50), Mobile: fmt.Sprintf("139%08d", i), Born: int32(i % 20000), Ok: i%3 == 0,
		Seen: time.UnixMilli(int64(i) * 1001).UTC(), Score: float64(i) * 1.25, Part: float32(i) / 2, Small: int32(-i), Money: int64(i) - 50, Raw: []byte{0xff, byte(i)},
		Attrs: map[string]string{"city": fmt.Sprint("c", i)}, UUID: [16]byte{15: byte(i)}}
	if i%4 == 0 {
		m := fmt.Sprintf("u%d@example.com", i)
		p.Mail = &m
	}
	for k := range i % 4 {
		p.Phones = append(p.Phones, fmt.Sprintf("%d-%d", i, k))
	}
	for k := range i % 3 {
		p.Kin = append(p.Kin, kin{fmt.Sprint("k", k), []string{fmt.Sprint("t", i), "t"}[:k+1]})
	}
	return p
}

// want is the columns of somebody that a read must give, NULL left out.
func want(i int) map[string]string {
	p := somebody(i)
	w := map[string]string{"id": fmt.Sprint(p.ID), "姓名": p.Name, "mobile": p.Mobile, "born": time.Unix(int64(p.Born)*86400, 0).UTC().Format(time.DateOnly),
		"seen": p.Seen.Format("2006-01-02 15:04:05.999"), "score": fmt.Sprint(p.Score), "part": fmt.Sprint(p.Part), "small": fmt.Sprint(p.Small), "ok": fmt.Sprint(p.Ok),
		"money": fmt.Sprintf("%.2f", float64(p.Money)/100), "uuid": fmt.Sprintf("00000000-0000-0000-0000-0000000000%02x", p.UUID[15]), "raw": fmt.Sprintf("\\xff%02x", byte(i)),
		"attrs.key": "city", "attrs.value": p.Attrs["city"], "old": "-4713-11-24 00:00:00"}
	if p.Mail != nil {
		w["mail"] = *p.Mail
	}
	at := func(name string, i int) string {
		if i == 0 {
			return name
		}
		return fmt.Sprint(name, ".", i)
	}
	for k, v := range p.Phones {
		w[at("phones", k)] = v
	}
	for k, v := range p.Kin {
		w[at("kin", k)+".name"] = v.Name
		for n, tel := range v.Tels {
			w[at(at("kin", k)+".tels", n)] = tel
		}
	}
	return w
}

func parquetFile(t testing.TB, rows int, options ...parquet.WriterOption) []byte {
	t.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[person](&out, options...)
	for i := range rows {
		if _, err := w.Write([]person{somebody(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestParquet reads what another implementation writes.
func TestParquet(t *testing.T) {
	const rows = 3000
	codecs := map[string]compress.Codec{"none": &parquet.Uncompressed, "snappy": &parquet.Snappy, "gzip": &parquet.Gzip, "zstd": &parquet.Zstd, "lz4": &parquet.Lz4Raw}
	for name, codec := range codecs {
		for version := 1; version <= 2; version++ {
			data := parquetFile(t, rows, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.PageBufferSize(4<<10), parquet.MaxRowsPerRowGroup(1300))
			got := read(t, content{"in.parquet", data}, Query{})
			if len(got.rows) != rows || len(got.gaps) != 0 {
				t.Fatalf("%s, version %d: %d rows, gaps %q", name, version, len(got.rows), got.gaps)
			}
			for i, r := range got.rows {
				w := want(i)
				for c, v := range r {
					if v == null {
						v = ""
					}
					if v != w[got.names[c]] {
						t.Fatalf("%s, version %d: row %d, %s is %q, want %q", name, version, i, got.names[c], v, w[got.names[c]])
					}
					delete(w, got.names[c])
				}
				if len(w) > 0 {
					t.Fatalf("%s, version %d: row %d lacks %v", name, version, i, w)
				}
			}
		}
	}
	got := read(t, content{"in.parquet", parquetFile(t, 10, parquet.Compression(&parquet.Brotli))}, Query{})
	if len(got.rows) != 0 || len(got.gaps) != 1 || !strings.Contains(got.gaps[0], "brotli") {
		t.Errorf("brotli: %d rows, gaps %q", len(got.rows), got.gaps)
	}
}

// metered counts the bytes that are read.
type metered struct {
	content
	read *int64
}

func (m metered) Open(ctx context.Context, off, n int64) (io.ReadCloser, error) {
	if n < 0 {
		n = m.Size() - off
	}
	*m.read += n
	return m.content.Open(ctx, off, n)
}

// TestParquetReadsOnlyWhatIsWanted: of a column's chunks, and of nothing else.
func TestParquetReadsOnlyWhatIsWanted(t *testing.T) {
	data := parquetFile(t, 60_000, parquet.MaxRowsPerRowGroup(20_000))
	var all, one int64
	read(t, metered{content{"in.parquet", data}, &all}, Query{})
	got := read(t, metered{content{"in.parquet", data}, &one}, Query{Columns: []source.Column{{Name: "mobile"}, {Name: "reached", AnyOf: []string{"mail"}}}})
	if len(got.rows) != 60_000 || got.rows[59_999][0] != "13900059999" || got.rows[4][1] != "1" || got.rows[5][1] != null || len(got.names) != 2 {
		t.Fatalf("%d rows, columns %q", len(got.rows), got.names)
	}
	if all < int64(len(data))*9/10 || one > all/4 {
		t.Errorf("%d bytes read for two columns, %d for all, of %d", one, all, len(data))
	}
	if _, err := Open(t.Context(), content{"in.parquet", data}, Query{Columns: []source.Column{{Name: "absent"}}}); err == nil {
		t.Error("a column that is not there was opened")
	}
	r, err := Open(t.Context(), content{"in.parquet", data}, Query{Columns: []source.Column{{Name: "mobile"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for b := batch.New(); err == nil; {
		err = r.Read(b)
	}
	if n := r.(source.ByteCounter).BytesRead(); err != io.EOF || n < 60_000 || n > one {
		t.Errorf("%d bytes reported, %v; %d were read for more", n, err, one)
	}
	elements := read(t, content{"in.parquet", data}, Query{Columns: []source.Column{{Name: "phones"}}})
	if strings.Join(elements.names, "|") != "phones|phones.1|phones.2" {
		t.Errorf("columns %q", elements.names)
	}
}

// TestParquetSample: rows of many places, without reading everything.
func TestParquetSample(t *testing.T) {
	type row struct {
		ID   int64  `parquet:"id"`
		Even int64  `parquet:"even"`
		Note string `parquet:"note"`
	}
	var out bytes.Buffer
	w := parquet.NewGenericWriter[row](&out, parquet.MaxRowsPerRowGroup(50_000), parquet.PageBufferSize(64<<10))
	const rows = 400_000
	for i := range rows {
		if _, err := w.Write([]row{{int64(i), int64(i % 2), fmt.Sprintf("%x%x%d", i*2654435761, i*40503, i) + strings.Repeat("x", 80)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if out.Len() <= wholeSample {
		t.Fatalf("%d bytes are too few", out.Len())
	}
	var n int64
	checkSample(t, metered{content{"in.parquet", out.Bytes()}, &n}, rows, 3)
	if n > 2*int64(out.Len()) { // three samples
		t.Errorf("%d bytes read of %d", n, out.Len())
	}
}
