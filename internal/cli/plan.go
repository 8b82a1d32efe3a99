package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"waybill/internal/scan"
)

// announce tells on standard error what the census will read and what that
// costs.
func (a *app) announce(b *builder) {
	c := costOf(b.plan.Tasks, nil)
	a.log.Info("plan", "datasets", c.datasets, "rows", c.rows, "bytes", c.bytes)
}

// cost is what of some tasks is to be read: datasets, and their rows and bytes on
// disk as far as they are known. kept are rows that are not read again.
type cost struct {
	datasets          int
	rows, bytes, kept int64
}

// costOf adds up the tasks, without what a state keeps of them.
func costOf(tasks []*scan.Task, keeps map[*scan.Task]scan.Keep) (c cost) {
	for _, t := range tasks {
		k, d := keeps[t], t.Dataset.Dataset
		if c.kept += k.Rows; k.All() {
			continue
		}
		c.datasets++
		c.rows += max(0, d.Rows.Value-k.Rows)
		c.bytes += max(0, d.Bytes)
	}
	return c
}

// String words what is to be read.
func (c cost) String() string {
	s := fmt.Sprintf("%s to read in full, about %s rows", english.Plural(c.datasets, "dataset", ""), humanize.Comma(c.rows))
	if c.bytes > 0 {
		s += fmt.Sprintf(", %s on disk", humanize.IBytes(uint64(c.bytes)))
	}
	return s
}

// writePlan prints a line a dataset that will be read in full, what a state keeps
// of each store, what links the datasets, and what is known to be left unread.
func (b *builder) writePlan(w io.Writer, keeps map[*scan.Task]scan.Keep) error {
	fmt.Fprintf(w, "Plan: %s\n", costOf(b.plan.Tasks, keeps))
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range b.plan.Tasks {
		d := t.Dataset.Dataset
		n, size := "?", "?"
		if d.Rows.Value >= 0 {
			n = humanize.Comma(d.Rows.Value)
		}
		if d.Bytes >= 0 {
			size = humanize.IBytes(uint64(d.Bytes))
		}
		fmt.Fprintf(tw, "  %s\t%s rows\t%s\t%s%s\n", t.Dataset.FullName(), n, size, kept(keeps[t]), strings.Join(asked(t), ", "))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	b.writeKept(w, keeps)
	for _, l := range b.plan.Links {
		fmt.Fprintf(w, "  link (%s): %s -> %s%s\n", l.Kind, l.From, l.To, contained(l.Share))
	}
	for _, l := range b.inference.Unsure {
		fmt.Fprintf(w, "  not linked: %s -> %s%s; if it is so, say it in joins\n", l.From, l.To, contained(l.Share))
	}
	for _, g := range b.readGaps() {
		fmt.Fprintf(w, "  gap: %s\n", gapLine(g))
	}
	return nil
}

// kept words what a state has of a dataset; nothing where it has none of it.
func kept(k scan.Keep) string {
	switch {
	case k.All():
		return fmt.Sprintf("kept, %s rows: ", humanize.Comma(k.Rows))
	case k.Units > 0:
		return fmt.Sprintf("%d of %d parts kept, %s rows: ", k.Units, k.Of, humanize.Comma(k.Rows))
	}
	return ""
}

// writeKept prints a line a store: what a scan would not read again, and what it
// would read.
func (b *builder) writeKept(w io.Writer, keeps map[*scan.Task]scan.Keep) {
	for _, s := range b.opened.sources {
		var tasks []*scan.Task
		for _, t := range b.plan.Tasks {
			if t.Dataset.Source == s {
				tasks = append(tasks, t)
			}
		}
		if c := costOf(tasks, keeps); keeps != nil && len(tasks) > 0 {
			fmt.Fprintf(w, "  store %s: %s rows kept and not read again; %s\n", s.Name, humanize.Comma(c.kept), c)
		}
	}
}

// contained words the share an inferred join rests on; nothing for 0.
func contained(share float64) string {
	if share == 0 {
		return ""
	}
	return fmt.Sprintf(" (%.1f %% of sampled values contained)", 100*share)
}

// asked words the columns of a task; presence alone is asked of those in
// brackets, and texts are read for what stands in them.
func asked(t *scan.Task) []string {
	var out []string
	texts := t.Texts()
	for i, c := range t.Columns {
		switch {
		case len(c.AnyOf) > 0:
			out = append(out, "any of ("+strings.Join(c.AnyOf, ", ")+")")
		case texts[i]:
			out = append(out, "text of "+c.Name)
		default:
			out = append(out, c.Name)
		}
	}
	return out
}
