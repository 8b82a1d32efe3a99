package scan

import (
	"context"
	"slices"
	"strings"

	"waybill/internal/batch"
	"waybill/internal/classify"
	"waybill/internal/source"
)

// A join is inferred where the names agree, at least Contained of the distinct
// values sampled in the referring column are in the key, and there were at
// least FewestValues of them; a key that shows a value twice is none. Running
// numbers prove nothing of another source's key: see settle.
const (
	Contained    = 0.99
	FewestValues = 10
	// worthSaying is the share from which a join that was not made is named, for
	// a person to decide.
	worthSaying = 0.5
)

// Inferred is a reference between columns (source.dataset.column) that nobody
// declared.
type Inferred struct {
	From, To string
	Share    float64 // of the distinct values sampled in From, those To holds
}

// Inference is what names and values tell of undeclared references.
type Inference struct {
	Joins []Inferred
	// Unsure are those that names suggest and values do not settle.
	Unsure []Inferred
	Gaps   []source.Gap
}

// InferOptions bound the search for undeclared references.
type InferOptions struct {
	Rows      int // sampled of each referring dataset; 0 means DefaultSample
	Seed      uint64
	Joins     []Join
	Overrides []Override
	Progress  Progress
}

// candidate is a column that may refer to a key, by the names.
type candidate struct {
	from   *Surveyed
	column string
	to     *Surveyed
	key    string

	values map[string]bool // distinct values sampled; true once met in the key
	twice  bool            // the key holds a value twice
	failed bool            // one of the two could not be read
}

// Run finds undeclared references among the surveyed datasets. It samples the
// referring columns again and reads the keys they may refer to. What cannot be
// read is a gap; the error is only ever ctx's.
func (o InferOptions) Run(ctx context.Context, sv *Survey) (*Inference, error) {
	if o.Rows == 0 {
		o.Rows = DefaultSample
	}
	all := o.candidates(sv)
	var gaps gapList
	o.sample(ctx, all, &gaps)
	o.look(ctx, all, &gaps)
	out := settle(all)
	out.Gaps = gaps.sorted()
	return out, ctx.Err()
}

// candidates pairs columns and keys by their names.
func (o InferOptions) candidates(sv *Survey) []*candidate {
	p := &Plan{opt: Options{Overrides: o.Overrides}}
	k := findKeys(sv, o.Joins, nil, p.override)
	one := k.onePerson(sv)
	var out []*candidate
	for _, to := range sv.Datasets {
		if to.Failed || !one[to] {
			continue
		}
		for _, key := range k.keyNames(to) {
			for _, from := range sv.Datasets {
				out = append(out, k.referring(from, to, key)...)
			}
		}
	}
	return out
}

// keyNames are the single columns that may be a dataset's key: the declared or
// configured one, else, in a store that declares none, those named like one.
func (k *keys) keyNames(d *Surveyed) []string {
	if cols := k.primary(d); len(cols) > 0 {
		if len(cols) > 1 || len(d.within(cols[0])) > 0 {
			return nil
		}
		return cols
	}
	var out []string
	for _, c := range d.Result.Columns {
		if classify.KeyName(c.Name, d.table()) && !identifies(c) && len(d.within(c.Name)) == 0 {
			out = append(out, c.Name)
		}
	}
	return out
}

// referring are the columns of a dataset that may refer to a key of another.
func (k *keys) referring(from, to *Surveyed, key string) []*candidate {
	if from == to || from.Failed || classify.GroupTable(from.table()) {
		return nil
	}
	var out []*candidate
	for _, c := range from.Result.Columns {
		if k.refersAlready(from, c.Name) || len(from.within(c.Name)) > 0 || identifies(c) || !keyType(c.Type) || c.Sampled == 0 {
			continue
		}
		if classify.RefersTo(c.Name, to.table(), key) {
			out = append(out, &candidate{from: from, column: c.Name, to: to, key: key, values: map[string]bool{}})
		}
	}
	return out
}

func (k *keys) refersAlready(d *Surveyed, column string) bool {
	return slices.ContainsFunc(k.refs, func(r ref) bool { return r.from == d && slices.Contains(r.cols, column) })
}

// keyType tells whether a key may be of a declared type.
func keyType(t string) bool {
	t = strings.ToLower(t)
	return !slices.ContainsFunc([]string{"date", "time", "bool", "float", "double", "real", "json", "blob", "bytea", "text[]"}, func(s string) bool { return strings.Contains(t, s) })
}

// sample collects values of the referring columns, a dataset at a time.
func (o InferOptions) sample(ctx context.Context, all []*candidate, gaps *gapList) {
	for _, list := range grouped(all, func(c *candidate) *Surveyed { return c.from }) {
		d := list[0].from
		cols := columnsOf(d, list, func(c *candidate) string { return c.column })
		_, err := read(ctx, d.Source, d.Dataset.Project(cols...), source.Sample{Rows: o.Rows, Seed: o.Seed}, d.FullName(), gaps, func(b *batch.Batch) {
			for _, c := range list {
				collect(c.values, b, c.column)
			}
		})
		o.close(ctx, d, list, err, gaps)
	}
}

// collect adds the key values of a column to a set.
func collect(set map[string]bool, b *batch.Batch, column string) {
	i := b.Index(column)
	if i < 0 {
		return
	}
	var scratch []byte
	for row := range b.Rows() {
		if v, ok := keyValue(scratch[:0], b, []int{i}, row); ok {
			set[string(v)] = false
		}
	}
}

// look reads the keys and notes which of the collected values they hold.
func (o InferOptions) look(ctx context.Context, all []*candidate, gaps *gapList) {
	all = slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return c.failed || len(c.values) < FewestValues })
	for _, list := range grouped(all, func(c *candidate) *Surveyed { return c.to }) {
		d := list[0].to
		cols := columnsOf(d, list, func(c *candidate) string { return c.key })
		rows := int64(0)
		_, err := read(ctx, d.Source, d.Dataset.Project(cols...), source.Sample{}, d.FullName(), gaps, func(b *batch.Batch) {
			rows += int64(b.Rows())
			for _, c := range list {
				c.meet(b)
			}
			o.Progress.tell(Event{Phase: "joins", Dataset: d.FullName(), Rows: rows, Total: d.Dataset.Rows.Value})
		})
		o.close(ctx, d, list, err, gaps)
	}
}

// close ends the read of a dataset; without all of it nothing is inferred.
func (o InferOptions) close(ctx context.Context, d *Surveyed, list []*candidate, err error, gaps *gapList) {
	if err != nil {
		gaps.add(d.FullName(), reason(ctx, err), nil)
		for _, c := range list {
			c.failed = true
		}
	}
	o.Progress.tell(Event{Phase: "joins", Dataset: d.FullName(), Total: -1, Done: true})
}

// meet notes which of the candidate's values stand in the key's rows of b.
func (c *candidate) meet(b *batch.Batch) {
	i := b.Index(c.key)
	if i < 0 {
		return
	}
	var scratch []byte
	for row := range b.Rows() {
		v, ok := keyValue(scratch[:0], b, []int{i}, row)
		if !ok {
			continue
		}
		if met, wanted := c.values[string(v)]; wanted {
			c.twice = c.twice || met
			c.values[string(v)] = true
		}
	}
}

func (c *candidate) share() float64 {
	n := 0
	for _, met := range c.values {
		if met {
			n++
		}
	}
	return float64(n) / float64(max(1, len(c.values)))
}

func (c *candidate) inferred() Inferred {
	return Inferred{From: c.from.FullName() + "." + c.column, To: c.to.FullName() + "." + c.key, Share: c.share()}
}

// counters tells whether the values may be running numbers: every store numbers
// its rows from 1, so that another store's key holds them whoever they mean.
func (c *candidate) counters() bool {
	for v := range c.values {
		if len(v) > counterDigits || strings.Trim(v, "0123456789") != "" {
			return false
		}
	}
	return true
}

// counterDigits is the most digits of a running number; those that services
// draw (with the time in front) have more.
const counterDigits = 11

// settle keeps, of the keys a column may refer to, the one that holds its
// values: of the same source if there is one. Of several none is taken, nor is
// one of another source that only running numbers speak for.
func settle(all []*candidate) *Inference {
	out := &Inference{}
	all = slices.DeleteFunc(slices.Clone(all), func(c *candidate) bool { return c.failed || c.twice || len(c.values) < FewestValues })
	for _, list := range grouped(all, func(c *candidate) string { return c.from.FullName() + "." + c.column }) {
		holds := slices.DeleteFunc(slices.Clone(list), func(c *candidate) bool { return c.share() < Contained })
		if near := slices.DeleteFunc(slices.Clone(holds), func(c *candidate) bool { return c.from.Source != c.to.Source }); len(near) > 0 {
			holds = near
		}
		if len(holds) == 1 && (holds[0].from.Source == holds[0].to.Source || !holds[0].counters()) {
			out.Joins = append(out.Joins, holds[0].inferred())
			continue
		}
		for _, c := range list {
			if c.share() >= worthSaying {
				out.Unsure = append(out.Unsure, c.inferred())
			}
		}
	}
	return out
}

// grouped cuts a list into runs of the same key, in the order of their first.
func grouped[K comparable](all []*candidate, key func(*candidate) K) [][]*candidate {
	at := map[K]int{}
	var out [][]*candidate
	for _, c := range all {
		i, ok := at[key(c)]
		if !ok {
			i = len(out)
			at[key(c)] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], c)
	}
	return out
}

// columnsOf are the dataset's columns that the candidates name, each once.
func columnsOf(d *Surveyed, list []*candidate, name func(*candidate) string) []source.Column {
	var names []string
	for _, c := range list {
		names = append(names, name(c))
	}
	slices.Sort(names)
	var out []source.Column
	for _, n := range slices.Compact(names) {
		c, ok := d.Dataset.Column(n)
		if !ok {
			c = source.Column{Name: n}
		}
		out = append(out, c)
	}
	return out
}
