package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// refused is an Input that its store does not give out.
type refused struct {
	content
	err error
}

func (r refused) Open(context.Context, int64, int64) (io.ReadCloser, error) { return nil, r.err }

func member(name, text string, constants ...Constant) Member {
	return Member{Input: content{name, []byte(text)}, Label: name, Constants: constants}
}

func groupOf(members ...Member) Group {
	return Group{Spread: min(16, len(members)), Members: func(context.Context) iter.Seq2[Member, error] {
		return func(yield func(Member, error) bool) {
			for _, m := range members {
				if !yield(m, nil) {
					return
				}
			}
		}
	}}
}

// readAllOf reads all of a group, its columns in the order of the last batch.
func readAllOf(t *testing.T, g Group, q Query) (got table, err error) {
	t.Helper()
	q.Where = "src.set"
	r := OpenGroup(t.Context(), g, q)
	defer r.Close()
	for b := batch.New(); ; {
		if err = r.Read(b); err != nil {
			break
		}
		for i := range got.rows { // columns that came later are NULL before
			for len(got.rows[i]) < b.Width() {
				got.rows[i] = append(got.rows[i], null)
			}
		}
		got.take(b)
	}
	for _, gap := range r.(source.GapReporter).Gaps() {
		got.gaps = append(got.gaps, gap.Where+": "+gap.What)
	}
	if err == io.EOF {
		err = nil
	}
	return got, err
}

func TestGroupBringsColumnsTogether(t *testing.T) {
	dt := func(v string) Constant { return Constant{Name: "dt", Value: v} }
	g := groupOf(
		member("a.csv", "id,name\n1,赵\n2,钱\n", dt("01")),
		member("b.csv", "mail,id\nx@y.cn,3\n", dt("02"), Constant{Name: "no", Null: true}),
		member("c.csv", "dt,id\nown,4\n,5\n", dt("03")),
		member("d.json", `{"id":6}`+"\n"+`{"id":7,"dt":"own"}`+"\n", dt("04")),
	)
	got, err := readAllOf(t, g, Query{})
	want := "1|赵|01|∅\n2|钱|01|∅\n3|∅|02|x@y.cn\n4|∅|own|∅\n5|∅||∅\n6|∅|04|∅\n7|∅|own|∅"
	if diff := cmp.Diff(want, got.lines()); diff != "" || err != nil || len(got.gaps) > 0 || strings.Join(got.names, " ") != "id name dt mail" {
		t.Errorf("%q, gaps %q, %v\n%s", got.names, got.gaps, err, diff)
	}
	cols := []source.Column{{Name: "any", AnyOf: []string{"dt", "name"}}, {Name: "name"}, {Name: "dt"}}
	got, err = readAllOf(t, g, Query{Columns: cols})
	want = "1|赵|01\n1|钱|01\n1|∅|02\n1|∅|own\n∅|∅|\n1|∅|04\n1|∅|own"
	if diff := cmp.Diff(want, got.lines()); diff != "" || err != nil || len(got.gaps) > 0 {
		t.Errorf("gaps %q, %v\n%s", got.gaps, err, diff)
	}
}

// TestGroupGoesOn: what is wrong with one member costs that one only, and is told.
func TestGroupGoesOn(t *testing.T) {
	members := []Member{member("a.csv", "id\n1\n"), member("cut.json", `{"id":"2"}`+"\n"+`{"id":"3`), member("p.jpg", "\xff\xd8\xff\xe0 picture")}
	for i, err := range []error{source.ErrPermission, source.ErrGone, ErrChanged, fmt.Errorf("archived: %w", ErrUnreadable)} {
		members = append(members, Member{Input: refused{content{"x", []byte("id\n")}, err}, Label: fmt.Sprintf("x%d", i)})
	}
	for i := range 7 {
		members = append(members, Member{Input: refused{content{"x", []byte("id\n")}, source.ErrPermission}, Label: fmt.Sprintf("y%d", i)})
	}
	members = append(members, member("z.csv", "id\n9\n"))
	got, err := readAllOf(t, groupOf(members...), Query{})
	if want := "1\n2\n9"; got.lines() != want || err != nil {
		t.Errorf("%s, %v", got.lines(), err)
	}
	gaps := strings.Join(got.gaps, "\n")
	for _, want := range []string{"cut.json: " + gapMalformed, "p.jpg: ", "permission denied (in x0, y0, y1, y2, y3 and 3 more)", "x1: no longer there", "x2: changed while", "x3: archived: not read"} {
		if !strings.Contains(gaps, "src.set: "+want) {
			t.Errorf("no gap %q in\n%s", want, gaps)
		}
	}
	if len(got.gaps) != 6 {
		t.Errorf("%d gaps:\n%s", len(got.gaps), gaps)
	}
	broken := errors.New("no network")
	members[3].Input = refused{content{"x", []byte("id\n")}, broken}
	if got, err := readAllOf(t, groupOf(members...), Query{}); !errors.Is(err, broken) || len(got.rows) != 2 {
		t.Errorf("%d rows before a store in trouble, %v", len(got.rows), err)
	}
}

func TestGroupColumnsUnseen(t *testing.T) {
	g := groupOf(member("a.csv", "id,name\n1,x\n"), member("b.csv", "id\n2\n"))
	g.Known = &Names{}
	if _, err := readAllOf(t, g, Query{Sample: source.Sample{Rows: 10}}); err != nil {
		t.Fatal(err)
	}
	more := groupOf(member("a.csv", "id,name\n1,x\n"), member("c.csv", "id,mobile\n3,y\n"))
	more.Known = g.Known
	got, err := readAllOf(t, more, Query{Columns: []source.Column{{Name: "id"}}})
	if err != nil || got.lines() != "1\n3" || len(got.gaps) != 1 || !strings.HasPrefix(got.gaps[0], "src.set: c.csv: columns that no other") {
		t.Errorf("%s, gaps %q, %v", got.lines(), got.gaps, err)
	}
}

// TestGroupSample: rows of many members, the same for a seed, and of members
// without enough rows as many as there are.
func TestGroupSample(t *testing.T) {
	var members []Member
	for i := range 200 {
		var text strings.Builder
		text.WriteString("id\n")
		rows := 5
		if i%10 == 0 {
			rows = 2000
		}
		for k := range rows {
			fmt.Fprintf(&text, "%d-%d\n", i, k)
		}
		members = append(members, member(fmt.Sprintf("m%d.csv", i), text.String()))
	}
	sample := func(seed uint64, rows int, of ...Member) []string {
		got, err := readAllOf(t, groupOf(of...), Query{Sample: source.Sample{Rows: rows, Seed: seed}})
		if err != nil || len(got.gaps) > 0 {
			t.Fatalf("%v, gaps %q", err, got.gaps)
		}
		return strings.Split(got.lines(), "\n")
	}
	first := sample(1, 500, members...)
	of := map[string]bool{}
	for _, r := range first {
		name, _, _ := strings.Cut(r, "-")
		of[name] = true
	}
	if len(first) < 250 || len(first) > 500 || len(of) < 16 {
		t.Errorf("%d rows of %d members", len(first), len(of))
	}
	if !slices.Equal(first, sample(1, 500, members...)) || slices.Equal(first, sample(2, 500, members...)) {
		t.Error("the sample does not follow its seed")
	}
	var small []Member
	for i, m := range members {
		if i%10 != 0 {
			small = append(small, m)
		}
	}
	if got := sample(1, 500, small...); len(got) != 500 {
		t.Errorf("%d rows of small members, want 500", len(got))
	}
	if got := sample(1, 5000, small...); len(got) != 180*5 {
		t.Errorf("%d rows, want all", len(got))
	}
	var pictures []Member
	for i := range 100 {
		pictures = append(pictures, member(fmt.Sprint(i, ".jpg"), "\xff\xd8\xff\xe0 picture"))
	}
	got, err := readAllOf(t, groupOf(pictures...), Query{Sample: source.Sample{Rows: 10}})
	if err == nil || !strings.Contains(err.Error(), "64 in a row gave no rows") || len(got.gaps) != 1 {
		t.Errorf("%v, gaps %q", err, got.gaps)
	}
}
