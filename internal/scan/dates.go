package scan

import (
	"strconv"
	"time"
)

// layouts are the ways stores write a day or an instant, by length of the
// fixed part; a value without a zone is local time.
var layouts = []string{
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999-07",
	"2006-01-02 15:04:05.999999999 -0700",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04:05.999999999Z07:00",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04",
	"2006-01-02T15:04",
	"2006-01-02",
	"2006/1/2 15:04:05",
	"2006/1/2 15:04",
	"2006/1/2",
	"2006.1.2",
	"2006年1月2日",
	"2006-1-2",
	"20060102",
	"20060102150405",
	"2006-01",
}

// days parses the days of a column. It remembers the layout that fitted last,
// for a column is written one way.
type days struct {
	loc  *time.Location
	last int
}

// parse reads a day or instant as the day it is in d.loc: years 1800 to 2200.
func (d *days) parse(v []byte) (time.Time, bool) {
	if len(v) < 6 || len(v) > 40 {
		return time.Time{}, false
	}
	if t, ok := d.unix(v); ok {
		return t, true
	}
	s := string(v)
	for i := range layouts {
		l := (d.last + i) % len(layouts)
		t, err := time.ParseInLocation(layouts[l], s, d.loc)
		if err == nil && t.Year() >= 1800 && t.Year() <= 2200 {
			d.last = l
			return t.In(d.loc), true
		}
	}
	return time.Time{}, false
}

// unix reads seconds (10 digits) and milliseconds (13 digits).
func (d *days) unix(v []byte) (time.Time, bool) {
	if len(v) != 10 && len(v) != 13 {
		return time.Time{}, false
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return time.Time{}, false
		}
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	if len(v) == 13 {
		return time.UnixMilli(n).In(d.loc), true
	}
	return time.Unix(n, 0).In(d.loc), true
}

// day cuts an instant to its calendar day.
func day(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// within tells whether the day of t lies in [from, to]; zero is unbounded.
func within(t, from, to time.Time) bool {
	d := day(t)
	return (from.IsZero() || !d.Before(day(from))) && (to.IsZero() || !d.After(day(to)))
}

// under14 tells whether somebody born on birth is not yet 14 on asOf (PIPL
// article 28: 不满十四周岁; the 14th birthday itself is 14).
func under14(birth, asOf time.Time) bool {
	return day(birth).AddDate(14, 0, 0).After(day(asOf))
}
