package scan

import (
	"fmt"
	"slices"
	"strings"

	"waybill/internal/census"
	"waybill/internal/classify"
	"waybill/internal/source"
)

// KeyUse is a key that links records, and how it was come by.
type KeyUse struct {
	From string // source.dataset.column, several joined by +
	To   string
	Kind string // declared | configured | inferred
	// Share is what an inferred key rests on: see Inferred.
	Share float64
}

// keyColumn is a column set of a dataset that holds values of a key.
type keyColumn struct {
	cols  []string
	kind  string // key:source.dataset.column
	party string // whom it names, see subject groups
}

// keys says which keys of which datasets join records, and whether they name
// people.
type keys struct {
	by       map[string]*Surveyed // by full name
	override func(*Surveyed) Override
	refs     []ref
	strength map[string]census.Strength // by key kind
	columns  map[*Surveyed][]keyColumn
	used     []KeyUse
	gaps     gapList
}

// ref is a reference from columns of one dataset to a key of another.
type ref struct {
	from   *Surveyed
	cols   []string
	to     *Surveyed
	toCols []string
	how    string // KeyUse.Kind
	share  float64
}

// findKeys settles the keys of a survey. A key is kept where its table's rows
// are people, or where others refer to it and a row of its table is about one
// person; a reference to a company, a department or a product joins nobody.
func findKeys(sv *Survey, joins []Join, inferred []Inferred, override func(*Surveyed) Override) *keys {
	k := &keys{by: map[string]*Surveyed{}, override: override,
		strength: map[string]census.Strength{}, columns: map[*Surveyed][]keyColumn{}}
	for _, d := range sv.Datasets {
		k.by[d.FullName()] = d
	}
	for _, d := range sv.Datasets {
		for _, r := range d.Dataset.Refs {
			if to := k.by[d.Source.Name+"."+r.Dataset]; to != nil && len(r.RefColumns) == len(r.Columns) {
				k.refs = append(k.refs, ref{from: d, cols: r.Columns, to: to, toCols: r.RefColumns, how: "declared"})
			}
		}
	}
	for _, j := range joins {
		k.join(j, "configured", 0)
	}
	for _, j := range inferred {
		k.join(Join{j.From, j.To}, "inferred", j.Share)
	}
	one := k.onePerson(sv)
	for _, d := range sv.Datasets {
		if k.personTable(d) {
			k.own(d, k.primary(d), census.Weak)
		}
	}
	for _, r := range k.refs {
		if !one[r.to] {
			continue
		}
		strength := census.Link
		if k.personTable(r.to) {
			strength = census.Weak
		}
		k.own(r.to, r.toCols, strength)
		k.refer(r)
	}
	k.settleParties()
	return k
}

// join resolves a join by the names of its columns.
func (k *keys) join(j Join, how string, share float64) {
	from, fc, ok1 := k.column(j.From)
	to, tc, ok2 := k.column(j.To)
	for _, side := range []struct {
		name string
		ok   bool
	}{{j.From, ok1}, {j.To, ok2}} {
		if !side.ok {
			k.gaps.add(side.name, "join: no such column was found", nil)
		}
	}
	if ok1 && ok2 {
		k.refs = append(k.refs, ref{from, []string{fc}, to, []string{tc}, how, share})
	}
}

// column finds source.dataset.column; dataset and column may hold dots.
func (k *keys) column(name string) (*Surveyed, string, bool) {
	for full, d := range k.by {
		rest, ok := strings.CutPrefix(name, full+".")
		if !ok {
			continue
		}
		for _, c := range d.Result.Columns {
			if c.Name == rest {
				return d, rest, true
			}
		}
	}
	return nil, "", false
}

func (k *keys) personTable(d *Surveyed) bool {
	if o := k.override(d).PersonTable; o != nil {
		return *o
	}
	return d.Result.PersonTable
}

// primary is the columns that identify a row: configured, the primary key,
// else a unique key; nil where there is none.
func (k *keys) primary(d *Surveyed) []string {
	if o := k.override(d); len(o.Key) > 0 {
		return o.Key
	}
	for _, key := range d.Dataset.Keys {
		if key.Primary {
			return key.Columns
		}
	}
	if len(d.Dataset.Keys) > 0 {
		return d.Dataset.Keys[0].Columns
	}
	return nil
}

// onePerson tells of which datasets a row is about one person: person tables,
// and tables that are not of an organisation or a thing and name a person in
// their own right, by an identifier or by a reference to such a table.
func (k *keys) onePerson(sv *Survey) map[*Surveyed]bool {
	one := map[*Surveyed]bool{}
	for _, d := range sv.Datasets {
		one[d] = k.personTable(d) || namesPerson(d) && classify.OnePersonPerRow(d.Result, d.table())
	}
	for changed := true; changed; {
		changed = false
		for _, r := range k.refs {
			if !one[r.from] && one[r.to] && r.from != r.to && !classify.GroupTable(r.from.table()) && k.party(r.from, r.cols) == "" {
				one[r.from], changed = true, true
			}
		}
	}
	return one
}

// namesPerson tells whether a column of the row's own person holds an
// identifier.
func namesPerson(d *Surveyed) bool {
	return slices.ContainsFunc(d.Result.Columns, func(c classify.ColumnResult) bool {
		return c.Party == "" && identifies(c)
	})
}

func kindOf(d *Surveyed, cols []string) string {
	return "key:" + d.FullName() + "." + strings.Join(cols, "+")
}

// own keeps a key of its own table.
func (k *keys) own(d *Surveyed, cols []string, s census.Strength) {
	if len(cols) == 0 {
		return
	}
	kind := kindOf(d, cols)
	if _, ok := k.strength[kind]; !ok || s == census.Weak {
		k.strength[kind] = s
	}
	k.put(d, keyColumn{cols: cols, kind: kind})
}

// refer keeps a referencing column set.
func (k *keys) refer(r ref) {
	party := k.party(r.from, r.cols)
	if r.from == r.to && party == "" {
		party = "other:" + strings.Join(r.cols, "+") // a row does not refer to itself
	}
	k.put(r.from, keyColumn{cols: r.cols, kind: kindOf(r.to, r.toCols), party: party})
	use := KeyUse{From: r.from.FullName() + "." + strings.Join(r.cols, "+"), To: r.to.FullName() + "." + strings.Join(r.toCols, "+"), Kind: r.how, Share: r.share}
	k.used = append(k.used, use)
}

func (k *keys) put(d *Surveyed, c keyColumn) {
	for _, have := range k.columns[d] {
		if have.kind == c.kind && slices.Equal(have.cols, c.cols) {
			return
		}
	}
	k.columns[d] = append(k.columns[d], c)
}

// party is whom a referencing column set describes: the first role its
// columns carry.
func (k *keys) party(d *Surveyed, cols []string) string {
	o := k.override(d)
	for _, name := range cols {
		if p, ok := o.Parties[name]; ok {
			return p
		}
		for _, c := range d.Result.Columns {
			if c.Name == name && c.Party != "" {
				return c.Party
			}
		}
	}
	return ""
}

// settleParties sets apart the second and later references of one party to
// one key: a row's buyer_id and seller_id are two people.
func (k *keys) settleParties() {
	for d, cols := range k.columns {
		seen := map[string]bool{}
		for i := range cols {
			at := cols[i].kind + "\x00" + cols[i].party
			if seen[at] {
				cols[i].party = "other:" + strings.Join(cols[i].cols, "+")
			}
			seen[at] = true
		}
		k.columns[d] = cols
	}
}

// rows are the keys that the store lets nothing else refer to, with the rows of
// their tables where those are known.
func (k *keys) rows() map[string]int64 {
	out := map[string]int64{}
	for _, r := range k.refs {
		if n := r.to.Dataset.Rows.Value; r.how == "declared" && n >= 0 {
			out[kindOf(r.to, r.toCols)] = n
		}
	}
	for _, r := range k.refs {
		if r.how != "declared" {
			delete(out, kindOf(r.to, r.toCols))
		}
	}
	for kind := range out {
		if _, kept := k.strength[kind]; !kept {
			delete(out, kind)
		}
	}
	return out
}

// checkKeyColumns reports the configured key columns that do not exist.
func (k *keys) checkKeyColumns(d *Surveyed) {
	for _, name := range k.override(d).Key {
		if !slices.ContainsFunc(d.Result.Columns, func(c classify.ColumnResult) bool { return c.Name == name }) {
			k.gaps.add(d.FullName(), fmt.Sprintf("key: no column %s", name), nil)
		}
	}
}

// gapsOf returns what could not be resolved.
func (k *keys) gapsOf() []source.Gap { return k.gaps.sorted() }
