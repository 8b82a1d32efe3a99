package scan

import (
	"fmt"
	"testing"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/detect"
)

// The values of a column become the digests that each has by itself, whatever
// lies between them: nothing, another spelling, a placeholder, what is of no
// kind, or a value that another kind took. So does a column without such.
func TestDigestRun(t *testing.T) {
	c, err := census.New(census.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"resident_id", "mobile", "email", "bank_card"} {
		det := set.Kind(name).(detect.Identifier)
		birth, _ := det.(detect.Birther)
		k := idKind{name: name, det: det, once: det.(detect.OnePass), birth: birth}
		kind := c.Kind(name, census.Weak)
		w := &worker{c: c, h: c.Hasher(), ages: ager{asOf: 20260101}, fillers: map[string]int64{}}
		for round, rows := range []int{200, 130, 60} { // of one worker, with less to do each time
			col := spelled(name, rows, round == 1)
			var out cells
			left := out.begin(col)
			if round != 1 {
				out.state[0], out.state[rows/2] = named, named // by another kind
				left -= 2
			}
			want, fillers := map[int]census.Ident{}, int64(0)
			for i, s := range out.state {
				if s != present {
					continue
				}
				var m batch.Marks
				one := &batch.Column{}
				one.Append(col.Value(i))
				if det.Scan(one, &m); m.At(0) == batch.Filler {
					fillers++
				}
				if m.At(0) >= batch.Weak {
					canon := det.Canonical(nil, col.Value(i))
					id := census.Ident{Digest: w.h.Sum(kind, canon), Kind: kind}
					if birth != nil {
						id.Age = w.ages.own(calendar(birth.Birth(canon)))
					}
					want[i] = id
				}
			}
			before := w.fillers[name]
			w.scan(k, col)
			if taken := w.atOnce(k, kind, col, left, &out); taken != len(want)+int(fillers) || w.fillers[name]-before != fillers {
				t.Errorf("%s: %d taken, %d of them placeholders, want %d and %d", name, taken, w.fillers[name]-before, len(want), fillers)
			}
			if len(want) < rows/2 || round != 1 && fillers == 0 {
				t.Fatalf("%s: %d values, %d placeholders", name, len(want), fillers)
			}
			for i, id := range want {
				if out.state[i] != named || out.ident[i] != id {
					t.Errorf("%s, round %d: row %d is %+v, want %+v", name, round, i, out.ident[i], id)
				}
			}
		}
	}
}

// spelled are values of a kind, plainly written all of them or mixed with others.
func spelled(kind string, rows int, plain bool) *batch.Column {
	table, col := buyers(rows), &batch.Column{}
	at := map[string]int{"resident_id": 0, "mobile": 1, "email": 2, "bank_card": 3}[kind]
	filler := map[string]string{"resident_id": "111111111111111111", "mobile": "13800138000", "email": "TEST@163.com", "bank_card": "6666666666666666"}[kind]
	for i := range rows {
		v, _ := table.Cells[i][at].(string)
		switch {
		case v == "":
			v = "somebody@example.org"
		case plain:
		case i%10 == 3:
			col.AppendNull()
			continue
		case i%10 == 5:
			v += " "
		case i%10 == 6:
			v = fmt.Sprintf("　%s", v)
		case i%20 == 8:
			v = "neither"
		case i%20 == 9:
			v = filler
		}
		col.AppendString(v)
	}
	return col
}
