package decode

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/source"
)

func staff(rows int) string {
	var s strings.Builder
	s.WriteString("id,姓名,身份证号,手机,部门,地址,入职\n")
	for i := range rows {
		fmt.Fprintf(&s, "%d,赵一鸣,99010119900101%04d,139%08d,研发中心,示例省示例市示例路%d号,2020-01-02\n", i, i%10000, i, i%100)
	}
	return s.String()
}

func benchmarkRead(b *testing.B, in Input, cols ...source.Column) {
	b.SetBytes(in.Size())
	b.ReportAllocs()
	bt := batch.New()
	for b.Loop() {
		r, err := Open(b.Context(), in, Query{Columns: cols})
		if err != nil {
			b.Fatal(err)
		}
		rows := 0
		for err == nil {
			if err = r.Read(bt); err == nil {
				rows += bt.Rows()
			}
		}
		if err != io.EOF || rows != benchRows {
			b.Fatal(rows, err)
		}
		r.Close()
	}
}

const benchRows = 200_000

func BenchmarkCSV(b *testing.B) { benchmarkRead(b, content{"in.csv", []byte(staff(benchRows))}) }

func BenchmarkCSVOneColumn(b *testing.B) {
	benchmarkRead(b, content{"in.csv", []byte(staff(benchRows))}, source.Column{Name: "手机"})
}

func BenchmarkCSVQuoted(b *testing.B) {
	text := strings.ReplaceAll(strings.ReplaceAll(staff(benchRows), ",", `","`), "\n", "\"\n\"")
	benchmarkRead(b, content{"in.csv", []byte(`"` + strings.TrimSuffix(text, `"`))})
}

func BenchmarkCSVGB18030(b *testing.B) {
	benchmarkRead(b, content{"in.csv", []byte(encode(b, gb, staff(benchRows)))})
}

func BenchmarkNDJSON(b *testing.B) {
	var s strings.Builder
	for i := range benchRows {
		fmt.Fprintf(&s, `{"id":%d,"patient":{"姓名":"赵一鸣","id_card":"99010119900101%04d"},"phones":["139%08d"]}`+"\n", i, i%10000, i)
	}
	benchmarkRead(b, content{"in.ndjson", []byte(s.String())})
}

// BenchmarkCSVStandard is what the standard library takes for the same file, with
// the same copy of each value into a batch.
func BenchmarkCSVStandard(b *testing.B) {
	data := []byte(staff(benchRows))
	b.SetBytes(int64(len(data)))
	bt := batch.New("1", "2", "3", "4", "5", "6", "7")
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(data))
		r.ReuseRecord, r.LazyQuotes, r.FieldsPerRecord = true, true, -1
		rows := -1
		for {
			cells, err := r.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			for i, c := range cells {
				bt.Column(i).AppendString(c)
			}
			if bt.EndRow(); bt.Full() {
				bt.Reset()
			}
			rows++
		}
		if bt.Reset(); rows != benchRows {
			b.Fatal(rows)
		}
	}
}
