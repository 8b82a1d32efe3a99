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
	rows, bytes := cost(b.plan)
	a.log.Info("plan", "datasets", len(b.plan.Tasks), "rows", rows, "bytes", bytes)
}

// cost adds up the rows and the bytes on disk of the datasets to be read;
// unknown ones count nothing.
func cost(p *scan.Plan) (rows, bytes int64) {
	for _, t := range p.Tasks {
		rows += max(0, t.Dataset.Dataset.Rows.Value)
		bytes += max(0, t.Dataset.Dataset.Bytes)
	}
	return rows, bytes
}

// writePlan prints a line a dataset that will be read in full, what links
// them, and what is known to be left unread.
func (b *builder) writePlan(w io.Writer) error {
	rows, bytes := cost(b.plan)
	fmt.Fprintf(w, "Plan: %s to read in full, about %s rows", english.Plural(len(b.plan.Tasks), "dataset", ""), humanize.Comma(rows))
	if bytes > 0 {
		fmt.Fprintf(w, ", %s on disk", humanize.IBytes(uint64(bytes)))
	}
	fmt.Fprintln(w)
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
		fmt.Fprintf(tw, "  %s\t%s rows\t%s\t%s\n", t.Dataset.FullName(), n, size, strings.Join(asked(t), ", "))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
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
