package s3

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waybill/internal/source"
)

// grouped lists the datasets that a tree makes of names.
func grouped(names ...string) []string {
	t := newTree(false)
	for _, n := range names {
		t.add(entry{name: n, size: 1})
	}
	return slices.Sorted(maps.Keys(t.named()))
}

func (t *tree) named() map[string]*group {
	all := map[string]*group{}
	t.root.name("", all)
	return all
}

const uuid = "2f1c8f7e-9a3d-4c1b-8e55-0a1b2c3d4e5f"

func TestOneObject(t *testing.T) {
	for name, want := range map[string]string{
		// One of many by its name alone.
		"part-00000-" + uuid + "-c000.snappy.parquet": "part-*-c*.snappy.parquet",
		"part-00000-" + uuid + ".c000.snappy.parquet": "part-*.c*.snappy.parquet",
		"part-1.csv":              "part-*.csv",
		"users_20260101.csv":      "users_*.csv",
		"users-2026-01-02.csv.gz": "users-*.csv.gz",
		"users_2026.csv":          "users_*.csv",
		"000000_0":                "*",
		uuid + ".json":            "*.json",
		"log.d41d8cd98f00b204e9800998ecf8427e.txt":         "log.*.txt",
		"用户_2026年01月.csv":                                  "用户_*年*月.csv",
		"users/dt=2026-01-01/region=sh/part-00000.parquet": "users/dt=*/region=*/part-*.parquet",
		"users/dt=2026-01-01/users.csv":                    "users/dt=*/users.csv",
		"events/2026/01/02/a.json":                         "events/*/*/*/a.json",
		"events/2026-01-02/a.json":                         "events/*/a.json",
		"events/20260102/03/a.json":                        "events/*/*/a.json",
		"facade_aaacbaea.csv":                              "facade_*.csv",
		"literal*.csv":                                     "literal*.csv",
		"data-00003-of-00010":                              "data-*-of-*",
		// Alone until there is another.
		"users.csv":            "users.csv",
		"v2.csv":               "v2.csv",
		"orders-1.json.gz":     "orders-1.json.gz",
		"shop/17/users.csv":    "shop/17/users.csv",
		"mp3/GBT35273.csv":     "mp3/GBT35273.csv",
		"no ext":               "no ext",
		"a.b/c.d.csv":          "a.b/c.d.csv",
		"dt=2026/back.zip":     "dt=2026/back.zip",
		"book_20260101.xlsx":   "book_20260101.xlsx",
		"book_20260101.xls":    "book_20260101.xls",
		"dump_20260101.sql.gz": "dump_20260101.sql.gz",
		"/lead/slash.csv":      "/lead/slash.csv",
		"2026/13/a.csv":        "*/13/a.csv",
	} {
		if got := grouped(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %s", name, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	for want, names := range map[string]string{
		"v*.csv":                           "v1.csv v2.csv",
		"orders-*.json.gz":                 "orders-1.json.gz orders-20.json.gz",
		"orders.csv users.csv":             "orders.csv users.csv",
		"u*.csv u*.json":                   "u1.csv u2.csv u1.json u2.json",
		"a/dt=*/p-*.csv b/dt=*/p-*.csv":    "a/dt=1/p-000.csv a/dt=2/p-000.csv b/dt=1/p-000.csv",
		"x/dt=*/users.csv x/users.csv":     "x/dt=1/users.csv x/dt=2/users.csv x/users.csv",
		"e/*/*/a.csv e/readme.txt":         "e/2025/12/a.csv e/2026/01/a.csv e/readme.txt",
		"shop/1/u.csv shop/2/u.csv":        "shop/1/u.csv shop/2/u.csv",
		"d=1/a.zip d=2/a.zip":              "d=1/a.zip d=2/a.zip",
		"part-*.c*.parquet part-*.parquet": "part-0-" + uuid + ".c000.parquet part-1.parquet",
	} {
		list := strings.Fields(names)
		for range 2 {
			got := grouped(list...)
			if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
				t.Errorf("%s: %s", names, diff)
			}
			for _, g := range got {
				if !source.Match(g, g) {
					t.Errorf("%s does not match itself", g)
				}
			}
			slices.Reverse(list)
		}
	}
}

// TestBounds: unlike names, folders and formats beyond the bounds become one.
func TestBounds(t *testing.T) {
	words := func(i int) string { // without digits
		return strings.Map(func(r rune) rune { return r - '0' + 'g' }, fmt.Sprint(i))
	}
	for what, c := range map[string]struct {
		name func(i int) string
		n    int
		want []string
	}{
		"names":   {func(i int) string { return "photos/" + words(i) + ".jpg" }, 1001, []string{"keep.csv", "photos/*.jpg"}},
		"archive": {func(i int) string { return "old/" + words(i) + ".zip" }, 1001, []string{"keep.csv", "old/*.zip"}},
		"folders": {func(i int) string { return "u/" + words(i) + "/chat.json" }, 1001, []string{"keep.csv", "u/*/chat.json"}},
		"formats": {func(i int) string { return "f/x." + words(i) }, 1001, []string{"f/*", "keep.csv"}},
		"all":     {func(i int) string { return fmt.Sprintf("a/%s/%s.csv", words(i%500), words(i/500)) }, 20_000, []string{"a/*/*.csv", "keep.csv"}},
	} {
		tree := newTree(false)
		for i := range c.n {
			tree.add(entry{name: c.name(i), size: 2})
		}
		tree.add(entry{name: "keep.csv", size: 1})
		named := tree.named()
		got := slices.Sorted(maps.Keys(named))
		if what == "all" {
			if len(got) > mostGroups {
				t.Errorf("%d groups", len(got))
			}
			var count int64
			for _, g := range named {
				count += g.count
			}
			if count != int64(c.n)+1 {
				t.Errorf("%d objects of %d", count, c.n+1)
			}
		} else if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		for i := range c.n {
			g := tree.find(c.name(i))
			if g == nil || !source.Match(g.name, c.name(i)) || !strings.HasPrefix(c.name(i), g.prefix) {
				t.Fatalf("%s: %s is of %+v", what, c.name(i), g)
			}
		}
	}
}

// TestGroupsAreWhole: every object is of one group, whatever the order of the
// listing, and the group's name stands for it.
func TestGroupsAreWhole(t *testing.T) {
	piece := rapid.SampledFrom([]string{"users", "part-", "-", "_", ".", "/", "/", "*", "?", "=", "dt=", "2026", "2026-01-02", "01", "7", "00012", uuid,
		"deadbeef01", ".csv", ".gz", ".zip", "用户", "%41", "!/"})
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "pieces"), "")
		}), 1, 30, rapid.ID).Draw(t, "names")
		tree, back := newTree(false), newTree(false)
		for i, n := range names {
			tree.add(entry{name: n, size: 1})
			back.add(entry{name: names[len(names)-1-i], size: 1})
		}
		groups := tree.named()
		if diff := cmp.Diff(slices.Sorted(maps.Keys(groups)), slices.Sorted(maps.Keys(back.named()))); diff != "" {
			t.Fatal(diff)
		}
		var count int64
		for name, g := range groups {
			if count += g.count; !source.Match(name, name) {
				t.Errorf("%q does not match itself", name)
			}
		}
		if count != int64(len(names)) {
			t.Errorf("%d objects of %d", count, len(names))
		}
		for _, n := range names {
			if g := tree.find(n); g == nil || groups[g.name] != g || !source.Match(g.name, n) || !strings.HasPrefix(n, g.prefix) {
				t.Errorf("%q is of %+v", n, g)
			}
		}
	})
}

func TestPartitions(t *testing.T) {
	got := fmt.Sprint(partitions("x/dt=2026-01-01/city=%E4%B8%8A%E6%B5%B7/a=b=c/%/n=__HIVE_DEFAULT_PARTITION__/e=/dt=2027/f=1.csv"))
	want := "[{city 上海 false} {a b=c false} {n __HIVE_DEFAULT_PARTITION__ true} {e  false} {dt 2027 false}]"
	if got != want {
		t.Errorf("%s", got)
	}
}

// TestKept: the objects kept for samples do not depend on the order of listing.
func TestKept(t *testing.T) {
	var one, two group
	for i := range 5000 {
		one.add(entry{name: fmt.Sprint(i), size: 1}, true)
		two.add(entry{name: fmt.Sprint(4999 - i), size: 1}, true)
	}
	if len(one.kept) != keptKeys || !slices.Equal(one.kept, two.kept) {
		t.Errorf("%d and %d objects are kept", len(one.kept), len(two.kept))
	}
	early := 0
	for _, k := range one.kept {
		if len(k.name) < 4 || k.name < "2500" {
			early++
		}
	}
	if early < 6 || early > 26 {
		t.Errorf("%d of %d are of one half", early, keptKeys)
	}
}
