package decode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// bomb is a gzip file of n bytes of rows that are all alike.
func bomb(t testing.TB, n int) string {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	row := "1," + strings.Repeat("2", bombRow-3) + "\n"
	block := bytes.Repeat([]byte(row), 1<<20/bombRow)
	for ; n > 0; n -= len(block) {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// selfZip is a zip archive whose only entry is, as far as anybody looks, the
// archive again.
func selfZip(t testing.TB, levels int) string {
	data := zipOf(t, file{"last.csv", tableText})
	for range levels {
		data = zipOf(t, file{"again.zip", data})
	}
	return data
}

// overlapping is a zip archive whose entries share one run of packed bytes.
func overlapping(t testing.TB) string {
	one := zipOf(t, file{"a.csv", strings.Repeat("1,2\n", 1<<20)})
	at := strings.Index(one, "PK\x01\x02")
	end := strings.Index(one, "PK\x05\x06")
	entry := one[at:end]
	many := one[:at] + strings.Repeat(entry, 5000)
	tail := []byte(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], 5000)
	binary.LittleEndian.PutUint16(tail[10:], 5000)
	binary.LittleEndian.PutUint32(tail[12:], uint32(5000*len(entry)))
	return many + string(tail)
}

// hostile are files made to cost their reader time or memory, or to break it. Each
// has at least a Gap.
func hostile(t testing.TB) map[string]Input {
	parquet := parquetFile(t, 100)
	huge := bytes.Clone(parquet)
	binary.LittleEndian.PutUint32(huge[len(huge)-8:], 1<<31)
	var laughs strings.Builder
	laughs.WriteString("<!DOCTYPE lolz [<!ENTITY lol \"lol\">")
	for i := range 20 {
		fmt.Fprintf(&laughs, "<!ENTITY lol%d \"%s\">", i, strings.Repeat(fmt.Sprintf("&lol%d;", i-1), 10))
	}
	laughs.WriteString("]><r><p><n>&lol19;</n></p><p><n>2</n></p></r>")
	mime := "From: a@b.cn\nTo: a@b.cn\nSubject: x\nMIME-Version: 1.0\n"
	for i := range 10_000 {
		mime += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	var siblings strings.Builder
	siblings.WriteString("From: a@b.cn\nTo: a@b.cn\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n")
	for range 20_000 {
		siblings.WriteString("--b\nContent-Type: application/x\n\nx\n")
	}
	files := make([]file, mostEntries*6/5)
	for i := range files {
		files[i] = file{fmt.Sprintf("%05d.csv", i), tableText}
	}
	deep := strings.Repeat("{\"a\":", 1<<20)
	manyStrings := "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("x", 1000)+"</t></si>", 80_000) + "</sst>"
	avroHuge := avroFile("null", `{"type":"record","name":"r","fields":[]}`, binary.AppendVarint(binary.AppendVarint(nil, 1<<60), 0))
	avroDeepFile := avroFile("null", `{"type":"record","name":"r","fields":[{"name":"n","type":["null","r"]}]}`, avroPacked(t, "null", 1, bytes.Repeat([]byte{2}, 8<<20)))
	text := map[string]string{
		"gzip.csv.gz": bomb(t, bombSize), "tar.tar.gz": packed(t, "gzip", tarOf(t, file{"a.csv.gz", bomb(t, bombSize)})),
		"zip.zip": zipOf(t, file{"a.csv.gz", bomb(t, bombSize)}), "overlap.zip": overlapping(t), "self.zip": selfZip(t, 40),
		"many.zip": zipOf(t, files...), "many.tar": tarOf(t, files...), "cut.tar": tarOf(t, files[:3]...)[:1400],
		"cut.parquet": string(parquet[:len(parquet)-7]), "footer.parquet": string(huge), "scrambled.parquet": scrambled(parquet),
		"deep.json": deep, "deep2.json": "[" + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + "]",
		"gbk.csv":      "id,name\n" + encode(t, gb, strings.Repeat("1,赵一鸣\n", 1000)) + strings.Repeat("\xff\xfe,\x80\n", 20),
		"dims.xlsx":    sheetXML(t, `<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="XFD1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData></worksheet>`, ""),
		"strings.xlsx": sheetXML(t, `<worksheet><sheetData><row><c t="s"><v>79999</v></c></row></sheetData></worksheet>`, manyStrings),
		"laughs.xml":   laughs.String(), "deep.xml": "<r>" + strings.Repeat("<a>", 1<<20), "garbage.pdf": "%PDF-1.4\n" + strings.Repeat("1 0 obj\n[<</Length 9999999999>>stream\n(((", 20_000),
		"nested.eml": mime, "siblings.eml": siblings.String(), "huge.avro": string(avroHuge), "deep.avro": string(avroDeepFile), "cut.sql": "INSERT INTO t VALUES (" + strings.Repeat("(", 1<<20),
	}
	maps.Copy(text, hostileBooks())
	all := map[string]Input{}
	for name, data := range text {
		all[name] = content{name, []byte(data)}
	}
	x, mb := strings.Repeat("x", 1<<16), 16
	all["line.csv"] = generated{"line.csv", []piece{{"id,name\n1,a\n2,", 1}, {x, lineSize / len(x)}, {"\n", 1}}}
	all["line.xml"] = generated{"line.xml", []piece{{"<r><p><n>1</n></p><p><n>", 1}, {x, 64 * mb}, {"</n></p></r>", 1}}}
	all["line.sql"] = generated{"line.sql", []piece{{"INSERT INTO t VALUES ('", 1}, {x, 64 * mb}, {"');\n", 1}}}
	all["cell.json"] = generated{"cell.json", []piece{{"{\"a\":\"", 1}, {x, 64 * mb}, {"\"}", 1}}}
	return all
}

// hostileBooks are XLS files whose tables, strings and sheets lie.
func hostileBooks() map[string]string {
	w := fuzzedBook()
	w.sheets[0].cells = append(w.sheets[0].cells, bytes.Repeat(rec(biffNumber, 3, 0, 0, 1.0), 20_000))
	data, stream := w.file(), w.stream()
	changed := func(at int, v uint32) string {
		out := bytes.Clone(data)
		binary.LittleEndian.PutUint32(out[at:], v)
		return string(out)
	}
	fat := 512 * (1 + int(binary.LittleEndian.Uint32(data[76:])))
	cyclic := []byte(changed(fat+4*100, 7))
	huge := bytes.Clone(stream)
	binary.LittleEndian.PutUint32(huge[bytes.Index(huge, rec(biffSST)[:2])+8:], 1<<32-1)
	many, columns := *w, *w
	overlap := bof(biffVersion, 5)
	for i := range 1500 {
		overlap = append(overlap, rec(biffBoundSheet, uint32(1<<16), 0, biffChars(fmt.Sprint(i), 1))...)
	}
	overlap = append(append(overlap, rec(biffEOF)...), make([]byte, 1<<16-len(overlap)-4)...)
	overlap = append(append(append(overlap, bof(biffVersion, 0x10)...), bytes.Repeat(rec(biffNumber, 1, 0, 0, 1.0), 400_000)...), rec(biffEOF)...)
	many.strings = slices.Repeat([]biffRich{{text: strings.Repeat("x", 1000)}}, 80_000)
	many.sheets = []biffSheet{{name: "s", cells: [][]byte{rec(biffLabelSST, 0, 0, 0, uint32(79_999))}}}
	var cells []byte
	for i := range 3_000_000 {
		cells = append(cells, rec(biffRK, 0xffff-i&0xffff, i>>16, 0, uint32(2))...)
	}
	columns.sheets = []biffSheet{{name: "s", cells: [][]byte{cells}}}
	return map[string]string{
		"cyclic.xls": string(cyclic), "fat.xls": changed(76, 1<<31), "difat.xls": changed(68, 3) + strings.Repeat("\xff", 64<<20), "directory.xls": changed(48, 5), "mini.xls": changed(60, 1<<31) + "x",
		"cut.xls": string(data[:len(data)*2/3]), "sst.xls": string(huge), "overlap.xls": string(overlap), "strings.xls": string(many.file()), "columns.xls": string(columns.file()),
		"deep.xls": string(stream[:len(stream)-4]) + strings.Repeat(string(bof(biffVersion, 0x20)), 1<<20),
	}
}

// scrambled has every seventh byte of the middle changed.
func scrambled(data []byte) string {
	out := bytes.Clone(data)
	for i := 8; i < len(out)*3/4; i += 7 {
		out[i] ^= 0x5a
	}
	return string(out)
}

// peak follows how large the heap grows until the function it returns is called.
// What it sees includes garbage that waits for the collector: a tenth of what lives,
// which TestHostile asks of it, where the files themselves are most of what lives.
func peak() func() uint64 {
	var top atomic.Uint64
	stop := make(chan struct{})
	done := make(chan struct{})
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			top.Store(max(top.Load(), m.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-done
		if top.Load() < before {
			return 0
		}
		return top.Load() - before
	}
}

// TestHostile reads each of them whole, as a sample, and by its parts.
func TestHostile(t *testing.T) {
	files := hostile(t)
	if len(files) < 36 {
		t.Fatal("too few files")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	for name, in := range files {
		t.Run(name, func(t *testing.T) {
			grown, start := peak(), time.Now()
			gaps := drain(t, in, Query{})
			drain(t, in, Query{Sample: source.Sample{Rows: 100, Seed: 1}})
			paths, _, err := Parts(t.Context(), in, fewEntries())
			if err != nil {
				t.Errorf("parts: %v", err)
			}
			for _, p := range paths[:min(len(paths), 3)] {
				drain(t, in, Query{Part: p.Path})
			}
			if n := grown(); n > 256<<20 {
				t.Errorf("the heap grew by %d MiB", n>>20)
			}
			if took := time.Since(start); took > slowdown*2*time.Minute {
				t.Errorf("took %s", took)
			}
			if len(gaps) == 0 || slices.Contains(gaps, "decoding stopped: malformed content") {
				t.Errorf("gaps %q", gaps)
			}
		})
	}
}

func fewEntries() Limits {
	l := DefaultLimits()
	l.Entries = mostEntries
	return l
}

// drain reads everything and returns the gaps.
func drain(t *testing.T, in Input, q Query) (gaps []string) {
	t.Helper()
	q.Where, q.Limits = "src.set", fewEntries()
	r, err := Open(t.Context(), in, q)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer r.Close()
	for b := batch.New(); err == nil; {
		err = r.Read(b)
	}
	if err != io.EOF {
		t.Errorf("read: %v", err)
	}
	for _, g := range r.(source.GapReporter).Gaps() {
		gaps = append(gaps, g.What)
	}
	return gaps
}
