package sourcetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"waybill/internal/source"
)

func listingIsStable(t *testing.T, s Store) {
	c := s.open(t)
	first, err := c.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.open(t).Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("two listings differ:\n%s", diff)
	}
	var names []string
	for _, d := range first {
		names = append(names, d.Name)
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted by name: %q", names)
	}
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("a name comes twice: %q", names)
	}
	for _, table := range tables() {
		if !slices.Contains(names, s.Name(table.Name)) {
			t.Errorf("%s is not listed", s.Name(table.Name))
		}
	}
}

func listingHasColumns(t *testing.T, s Store) {
	c := s.open(t)
	for _, table := range tables() {
		var want []string
		for _, col := range table.Columns {
			want = append(want, col.Name)
		}
		if got := s.dataset(t, c, table.Name).ColumnNames(); !slices.Equal(got, want) {
			t.Errorf("%s: columns %q, want %q", table.Name, got, want)
		}
	}
}

func listingHasTypes(t *testing.T, s Store) {
	d := s.dataset(t, s.open(t), "many")
	for _, col := range d.Columns {
		if col.Type == "" {
			t.Errorf("column %s has no type", col.Name)
		}
	}
	id, _ := d.Column("id")
	if note, _ := d.Column("note"); note.Type == id.Type {
		t.Errorf("a text and a number both have the type %s", id.Type)
	}
}

func listingHasComments(t *testing.T, s Store) {
	c := s.open(t)
	for _, table := range tables() {
		d := s.dataset(t, c, table.Name)
		if d.Comment != table.Comment {
			t.Errorf("%s: comment %q, want %q", table.Name, d.Comment, table.Comment)
		}
		for _, col := range table.Columns {
			if got, _ := d.Column(col.Name); got.Comment != col.Comment {
				t.Errorf("%s.%s: comment %q, want %q", table.Name, col.Name, got.Comment, col.Comment)
			}
		}
	}
}

func listingHasKeys(t *testing.T, s Store) {
	c := s.open(t)
	d := s.dataset(t, c, "people")
	wantKeys := []source.Key{{Columns: []string{"id"}, Primary: true}, {Columns: []string{"badge"}}}
	byPrimary := cmpopts.SortSlices(func(a, b source.Key) bool { return a.Primary && !b.Primary })
	if diff := cmp.Diff(wantKeys, d.Keys, byPrimary); diff != "" {
		t.Errorf("keys of people:\n%s", diff)
	}
	wantRefs := []source.Ref{{Columns: []string{"city", "zone"}, Dataset: s.Name("cities"), RefColumns: []string{"code", "zone"}}}
	if diff := cmp.Diff(wantRefs, d.Refs); diff != "" {
		t.Errorf("references of people:\n%s", diff)
	}
	wantKeys = []source.Key{{Columns: []string{"code", "zone"}, Primary: true}}
	if diff := cmp.Diff(wantKeys, s.dataset(t, c, "cities").Keys); diff != "" {
		t.Errorf("keys of cities:\n%s", diff)
	}
}

// serverIsDescribed holds for a store that has something to describe.
func serverIsDescribed(t *testing.T, s Store) {
	d, ok := s.open(t).(source.Describer)
	if !ok {
		return
	}
	server, err := d.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if server.Version == "" || !server.ReadOnly {
		t.Errorf("got %+v, want a version and a read-only session", server)
	}
}
