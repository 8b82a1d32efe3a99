package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"waybill/detectors"
	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/decode"
	"waybill/internal/detect"
)

var memoryNames = [...]string{"distinct identity numbers in memory", "people of records with 1.6 identifiers each, counted and linked", "a hundred times the records", "survey of all columns", "CSV file, all columns"}

// memoryContests are those that need no server.
func memoryContests(o options, t *table) ([]contest, func(), error) {
	all, err := t.file(min(t.rows, 200_000))
	if err != nil {
		return nil, nil, err
	}
	survey, err := surveyContest(all)
	if err != nil {
		return nil, nil, err
	}
	return []contest{distinctContest(o.crowd), crowdContest(o), growthContest(o), survey, csvContest(all)}, func() {}, nil
}

// file is the first rows of the table as a CSV file.
func (t *table) file(rows int) ([]byte, error) {
	b := bytes.NewBufferString(header())
	_, err := b.ReadFrom(t.csv(rows))
	return b.Bytes(), err
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
	return contest{name: memoryNames[3], goal: 2, work: float64(cells) / 1e6, unit: "million cells", contenders: []contender{
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

const surveyBatches = 40

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
	return contest{name: memoryNames[4], work: float64(len(all)) / 1e6, unit: "MB", contenders: []contender{
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
