package demo

import (
	"time"
)

// Flow is an export of the example company.
type Flow struct {
	Name    string
	Tables  []string // names
	Columns []string // narrows them
	Since   string   // column that dates a row
	Exempt  bool
}

// Flows are the exports of the example company: the staff to the head office
// under a claimed exemption, customers to an advertising partner, visits to a
// research institute.
var Flows = []Flow{
	{Name: "hr-to-hq", Tables: []string{"staff.csv"}, Exempt: true},
	{Name: "crm-analytics", Tables: []string{"customers", "clicks.csv"}, Columns: []string{"id", "xm", "sfzh", "mobile", "email", "phone"}, Since: "synced_at"},
	{Name: "clinic-research", Tables: []string{"visits.ndjson"}},
}

// Truth is the true count of a scope.
type Truth struct {
	People   int64
	Under14  int64
	Everyone map[int]bool `json:"-"`
}

// Held is everybody the company holds data of.
func (c *Company) Held() Truth {
	in := map[int]bool{}
	for _, t := range c.Tables {
		t.everybody(in, func(int) bool { return true })
	}
	return c.truth(in)
}

// Exported is everybody in a flow since the first of January of the given year.
func (c *Company) Exported(f Flow, year int) Truth {
	in := map[int]bool{}
	c.exported(f, year, in)
	return c.truth(in)
}

// ExportedAll is everybody in any flow, those with a claimed exemption left
// out where net.
func (c *Company) ExportedAll(year int, net bool) Truth {
	in := map[int]bool{}
	for _, f := range Flows {
		if !net || !f.Exempt {
			c.exported(f, year, in)
		}
	}
	return c.truth(in)
}

func (c *Company) exported(f Flow, year int, in map[int]bool) {
	from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	for _, name := range f.Tables {
		t := c.table(name)
		since := -1
		for i, col := range t.Columns {
			if col.Name == f.Since {
				since = i
			}
		}
		t.everybody(in, func(row int) bool {
			return since < 0 || t.Rows[row][since].(string)[:10] >= from
		})
	}
}

func (c *Company) table(name string) *Table {
	for _, t := range c.Tables {
		if t.Name == name {
			return t
		}
	}
	panic("demo: no table " + name)
}

func (t *Table) everybody(in map[int]bool, pick func(row int) bool) {
	for row, about := range t.about {
		if pick(row) {
			for _, i := range about {
				in[i] = true
			}
		}
	}
}

func (c *Company) truth(in map[int]bool) Truth {
	t := Truth{People: int64(len(in)), Everyone: in}
	for i := range in {
		if c.People[i].Birth.AddDate(14, 0, 0).After(c.AsOf) {
			t.Under14++
		}
	}
	return t
}
