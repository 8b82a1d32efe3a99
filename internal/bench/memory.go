package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/decode"
	"waybill/internal/detect"
)

var memoryNames = [...]string{"distinct identity numbers in memory", "survey of all columns", "CSV file, all columns"}

// memoryContests are those that need no server.
func memoryContests(t *table) ([]contest, func(), error) {
	all, err := t.file(min(t.rows, 200_000))
	if err != nil {
		return nil, nil, err
	}
	survey, err := surveyContest(all)
	if err != nil {
		return nil, nil, err
	}
	return []contest{distinctContest(t), survey, csvContest(all)}, func() {}, nil
}

// file is the first rows of the table as a CSV file.
func (t *table) file(rows int) ([]byte, error) {
	b := bytes.NewBufferString(header())
	_, err := b.ReadFrom(t.csv(rows))
	return b.Bytes(), err
}

// distinctContest counts the identity numbers of all rows, in their order.
func distinctContest(t *table) contest {
	values := make([]string, t.rows)
	for r := range values {
		who, _ := t.customer(r)
		values[r] = who.ID
	}
	check := func(what string, n int) error {
		if n != t.people {
			return fmt.Errorf("wrong count: %s has %d of %d", what, n, t.people)
		}
		return nil
	}
	return contest{name: memoryNames[0], work: float64(t.rows) / 1e6, unit: "million/CPU s", contenders: []contender{
		{name: "waybill census: digests, scopes and people", run: func(context.Context) (usage, error) {
			return here(func() error { return check("census", countRecords(values)) })
		}},
		{name: "Go map[string]struct{}", goal: 6, run: func(context.Context) (usage, error) {
			return here(func() error {
				set := map[string]struct{}{}
				for _, v := range values {
					set[v] = struct{}{}
				}
				return check("map", len(set))
			})
		}},
		{name: "sort -u", goal: 6, run: func(ctx context.Context) (usage, error) { return sortUnique(ctx, values, check) }},
	}}
}

// countRecords counts people who are known by one number each.
func countRecords(values []string) int {
	c, err := census.New(census.Config{})
	if err != nil {
		panic(err) // only for a key that is too short
	}
	kind := c.Kind("resident_id", census.Strong)
	held := c.Mask([]census.ScopeFlags{{Scope: 0, Flags: census.In | census.Ordinary(0)}})
	h := c.Hasher()
	var rec census.Records
	var canon []byte
	for _, v := range values {
		canon = append(canon[:0], v...)
		rec.ID(census.Ident{Digest: h.Sum(kind, canon), Kind: kind, Age: census.Adult})
		rec.End(held, census.AgeUnknown)
		if rec.Len() == batch.MaxRows {
			if err := c.Add(&rec); err != nil {
				panic(err)
			}
			rec.Reset()
		}
	}
	if err := c.Add(&rec); err != nil {
		panic(err)
	}
	res, err := c.Result(context.Background(), census.Question{Scopes: 1})
	if err != nil {
		panic(err)
	}
	people := res.Scopes[0].People
	if people.Low != people.High {
		return -1
	}
	return int(people.High)
}

// sortUnique writes the values to a file and times sort alone.
func sortUnique(ctx context.Context, values []string, check func(string, int) error) (u usage, err error) {
	f, err := os.CreateTemp("", "waybill-bench-")
	if err != nil {
		return u, err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	var b bytes.Buffer
	for _, v := range values {
		b.WriteString(v)
		b.WriteByte('\n')
	}
	_, err = b.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return u, err
	}
	u, out, err := program(ctx, false, "sort", "-u", f.Name())
	if err != nil {
		return u, err
	}
	return u, check("sort", bytes.Count(out, []byte{'\n'}))
}

// surveyContest classifies cells with every detector; the rival looks for four
// forms without checking any.
func surveyContest(all []byte) (contest, error) {
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		return contest{}, err
	}
	classifier := classify.New(set)
	table := classify.Table{Source: "bench", Name: "public.customers"}
	for _, c := range columns {
		table.Columns = append(table.Columns, classify.Column{Name: c})
	}
	var sample []*batch.Batch
	for r, err := range records(all) {
		if err != nil {
			return contest{}, err
		}
		if len(sample) == 0 || sample[len(sample)-1].Full() {
			if len(sample) == surveyBatches {
				break
			}
			sample = append(sample, batch.New(columns...))
		}
		b := sample[len(sample)-1]
		for i, v := range r {
			b.Column(i).AppendString(v)
		}
		b.EndRow()
	}
	cells := 0
	for _, b := range sample {
		cells += b.Rows() * b.Width()
	}
	forms := regexp.MustCompile(`[1-9]\d{16}[\dXx]|1[3-9]\d{9}|\d{16,19}|[\w.+-]+@[\w-]+(\.[\w-]+)+`)
	return contest{name: memoryNames[1], goal: 2, work: float64(cells) / 1e6, unit: "million cells/CPU s", contenders: []contender{
		{name: "waybill, " + strconv.Itoa(len(set.All())) + " kinds", run: func(context.Context) (usage, error) {
			return here(func() error {
				s := classifier.Survey(table)
				for _, b := range sample {
					s.Add(b)
				}
				return checkSurvey(s.Result())
			})
		}},
		{name: "Go regexp, 4 forms", run: func(context.Context) (usage, error) {
			return here(func() error { return matchAll(forms, sample) })
		}},
	}}, nil
}

const surveyBatches = 4

// checkSurvey wants the identifiers found where they are.
func checkSurvey(r classify.Result) error {
	for _, id := range identifiers {
		for _, c := range r.Columns {
			if c.Name == id.column && (len(c.Findings) == 0 || c.Findings[0].Kind != id.kind) {
				return fmt.Errorf("no %s found in column %s", id.kind, id.column)
			}
		}
	}
	return nil
}

func matchAll(forms *regexp.Regexp, sample []*batch.Batch) error {
	hits := 0
	for _, b := range sample {
		for i := range b.Width() {
			for row := range b.Rows() {
				if forms.Match(b.Column(i).Value(row)) {
					hits++
				}
			}
		}
	}
	if hits == 0 {
		return errors.New("no match")
	}
	return nil
}

// csvContest reads a CSV file that lies in memory.
func csvContest(all []byte) contest {
	rows := bytes.Count(all, []byte{'\n'}) - 1
	check := func(n int, err error) error {
		if err == nil && n != rows {
			err = fmt.Errorf("%d rows of %d", n, rows)
		}
		return err
	}
	return contest{name: memoryNames[2], work: float64(len(all)) / 1e6, unit: "MB/CPU s", contenders: []contender{
		{name: "waybill decode", run: func(ctx context.Context) (usage, error) {
			return here(func() error { return check(decodeAll(ctx, file(all))) })
		}},
		{name: "Go encoding/csv", run: func(context.Context) (usage, error) {
			return here(func() error {
				n := 0
				for _, err := range records(all) {
					if err != nil {
						return err
					}
					n++
				}
				return check(n, nil)
			})
		}},
	}}
}

// records reads the rows after the header.
func records(all []byte) func(func([]string, error) bool) {
	return func(yield func([]string, error) bool) {
		r := csv.NewReader(bytes.NewReader(all))
		r.ReuseRecord = true
		if _, err := r.Read(); err != nil {
			yield(nil, err)
			return
		}
		for {
			v, err := r.Read()
			if err == io.EOF || !yield(v, err) || err != nil {
				return
			}
		}
	}
}

func decodeAll(ctx context.Context, f file) (rows int, err error) {
	r, err := decode.Open(ctx, f, decode.Query{Where: "bench.customers.csv"})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var b batch.Batch
	for {
		switch err := r.Read(&b); {
		case err == io.EOF:
			return rows, nil
		case err != nil:
			return rows, err
		}
		rows += b.Rows()
	}
}

// file is a CSV file in memory.
type file []byte

func (file) Name() string  { return "customers.csv" }
func (f file) Size() int64 { return int64(len(f)) }
func (f file) Open(_ context.Context, off, n int64) (io.ReadCloser, error) {
	if n < 0 {
		n = f.Size() - off
	}
	return io.NopCloser(io.NewSectionReader(bytes.NewReader(f), off, n)), nil
}
