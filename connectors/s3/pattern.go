package s3

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"waybill/internal/decode"
)

// A pattern is a name with * in the place of what counts, dates or tells apart
// the pieces of one table. It depends on nothing but the name.

// filePattern is that of an object's name in its folder. sure tells that the name
// is one of many by itself: part-00003.parquet, users_20260101.csv, <uuid>.json.
// Of v2.csv others must exist.
func filePattern(name string) (pattern string, sure bool) {
	ext := extension(name)
	stem := strings.TrimSuffix(name, ext)
	var out strings.Builder
	end := 0
	for _, at := range runs(stem) {
		run := stem[at[0]:at[1]]
		sure = sure || certain(stem[:at[0]], run)
		if between := stem[end:at[0]]; end == 0 || !joint(between) {
			out.WriteString(between)
			out.WriteByte('*')
		}
		end = at[1]
	}
	out.WriteString(stem[end:])
	return out.String() + ext, sure
}

// holdsSeveral tells whether an object holds several datasets, and so is no piece
// of one.
func holdsSeveral(name string) bool { return decode.Contains(name) && !strings.Contains(name, "*") }

var (
	hexRun = regexp.MustCompile(`[0-9A-Fa-f]{8}[-_][0-9A-Fa-f]{4}[-_][0-9A-Fa-f]{4}[-_][0-9A-Fa-f]{4}[-_][0-9A-Fa-f]{12}|[0-9A-Fa-f]{8,}`)
	digits = regexp.MustCompile(`[0-9]+|\*`)
)

// runs finds where the stem has UUIDs, hexadecimal and decimal numbers, in order.
func runs(stem string) [][2]int {
	var all [][2]int
	number := func(from, to int) {
		for _, at := range digits.FindAllStringIndex(stem[from:to], -1) {
			all = append(all, [2]int{from + at[0], from + at[1]})
		}
	}
	end := 0
	for _, at := range hexRun.FindAllStringIndex(stem, -1) {
		if !whole(stem, at[0], at[1]) {
			continue
		}
		number(end, at[0])
		all, end = append(all, [2]int{at[0], at[1]}), at[1]
	}
	number(end, len(stem))
	return all
}

// whole tells whether a run of hexadecimal digits stands alone. One without a
// decimal digit is a number too: no word of eight letters has none but a to f.
func whole(s string, from, to int) bool {
	return !(from > 0 && alphanumeric(s[from-1])) && !(to < len(s) && alphanumeric(s[to]))
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// certain tells whether a run makes its name one of many: a long number, one with
// leading zeros, a year, or the number of a part.
func certain(before, run string) bool {
	if run == "*" || len(run) >= 6 || len(run) > 1 && run[0] == '0' || year(run) {
		return true
	}
	before = strings.ToLower(strings.TrimRight(before, "-_. "))
	return slices.ContainsFunc([]string{"part", "chunk", "shard", "split", "batch", "bucket"}, func(w string) bool { return strings.HasSuffix(before, w) })
}

func year(s string) bool { return len(s) == 4 && s >= "1900" && s <= "2099" && numeric(s) }

func numeric(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// joint tells whether what stands between two runs makes one of them: 2026-01-02,
// 12.30.00.
func joint(s string) bool { return len(s) <= 1 && strings.Trim(s, "-_.:T +~") == "" }

// extension is the end of a name that tells its format, with that of its packing:
// .csv.gz.
func extension(name string) string {
	ext := label(name)
	if slices.Contains([]string{".gz", ".zst", ".bz2", ".xz", ".lz4", ".snappy", ".sz", ".deflate"}, strings.ToLower(ext)) {
		ext = label(strings.TrimSuffix(name, ext)) + ext
	}
	return ext
}

// label is the last label of a name, "" where that is no word: part.000123.
func label(name string) string {
	ext := path.Ext(name)
	if len(ext) < 2 || len(ext) > 12 || len(ext) == len(name) || numeric(ext[1:]) || strings.ContainsAny(ext, "* =") {
		return ""
	}
	return ext
}

// folderPattern is that of one folder of a path: its value is left out of
// dt=2026-01-01, and dates are. under tells what date the folder stands in.
func folderPattern(name string, under dated) (string, dated) {
	if key, _, ok := hive(name); ok {
		return key + "=*", 0
	}
	if in, ok := under.next(name); ok {
		return "*", in
	}
	if strings.Contains(name, "*") {
		return "*", 0
	}
	return name, 0
}

// hive cuts the name of a folder that says a column's value.
func hive(name string) (column, value string, ok bool) {
	column, value, ok = strings.Cut(name, "=")
	return column, value, ok && column != "" && !strings.Contains(column, "*")
}

// dated is how much of a date folders have said so far: 1 the year, 2 the month,
// 3 the day, 4 the hour.
type dated int

// next tells whether a folder begins a date, or goes on with one.
func (d dated) next(name string) (dated, bool) {
	switch {
	case d > 0 && d < 4 && len(name) == 2 && numeric(name):
		most := [...]string{1: "12", 2: "31", 3: "23"}[d]
		return d + 1, name <= most && (d == 3 || name > "00")
	case year(name):
		return 1, true
	case wholeDate.MatchString(name):
		return 3, true
	}
	return 0, false
}

var wholeDate = regexp.MustCompile(`^(19|20)\d\d([-_.]?)(0[1-9]|1[0-2])(([-_.]?)(0[1-9]|[12]\d|3[01])([-_.T]?([01]\d|2[0-3]))?)?$`)

// nullPartition is how Hive writes the value NULL.
const nullPartition = "__HIVE_DEFAULT_PARTITION__"

// partitions are the columns that the folders of an object say.
func partitions(name string) []decode.Constant {
	var all []decode.Constant
	folders := strings.Split(name, "/")
	for _, f := range folders[:len(folders)-1] {
		column, value, ok := hive(f)
		if !ok {
			continue
		}
		c := decode.Constant{Name: unescaped(column), Value: unescaped(value), Null: value == nullPartition}
		// Of two that say the same column the inner one stands, as in Hive.
		all = append(slices.DeleteFunc(all, func(have decode.Constant) bool { return have.Name == c.Name }), c)
	}
	return all
}

// unescaped undoes the escapes of a folder's name, if they are any.
func unescaped(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
