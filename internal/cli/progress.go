package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-runewidth"

	"waybill/internal/scan"
)

// progress shows the state of a pass: one line that is redrawn on a terminal,
// an entry a finished dataset otherwise.
type progress struct {
	a     *app
	phase string
	tasks int
	start time.Time

	mu       sync.Mutex
	rows     map[string]int64
	kept     map[string]int64 // of them, those that were not read
	total    map[string]int64
	finished int
	last     string
	drawn    time.Time
}

func (a *app) progress(phase string, tasks int) *progress {
	return &progress{a: a, phase: phase, tasks: tasks, start: time.Now(), rows: map[string]int64{}, kept: map[string]int64{}, total: map[string]int64{}}
}

// event takes in what the scan tells; it is called from several goroutines.
func (p *progress) event(e scan.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Phase == "count" {
		p.counting(e)
		return
	}
	p.rows[e.Dataset], p.kept[e.Dataset], p.total[e.Dataset], p.last = e.Rows, e.KeptRows, e.Total, e.Dataset
	if e.Done {
		p.finished++
		if !p.a.terminal {
			switch {
			case e.Kept:
				p.a.log.Info(p.phase+" kept", "dataset", e.Dataset, "rows", e.Rows)
			case e.KeptRows > 0:
				p.a.log.Info(p.phase, "dataset", e.Dataset, "rows", e.Rows, "kept", e.KeptRows)
			default:
				p.a.log.Info(p.phase, "dataset", e.Dataset, "rows", e.Rows)
			}
			return
		}
	}
	if p.a.terminal && !p.a.quiet && time.Since(p.drawn) > 100*time.Millisecond {
		p.drawn = time.Now()
		p.draw()
	}
}

// counting shows how far the resolving of what was read is. The caller holds mu.
func (p *progress) counting(e scan.Event) {
	if !p.a.terminal || p.a.quiet || time.Since(p.drawn) <= 100*time.Millisecond {
		return
	}
	p.drawn = time.Now()
	fmt.Fprintf(p.a.err, "\r\x1b[Kcounting  %s  %d/%d", e.Dataset, e.Rows, e.Total)
}

// draw redraws the line. The caller holds mu.
func (p *progress) draw() {
	rows := sum(p.rows) - sum(p.kept)
	rate := float64(rows) / max(time.Since(p.start).Seconds(), 0.001)
	of := ""
	if p.tasks > 0 {
		of = fmt.Sprintf("/%d", p.tasks)
	}
	line := fmt.Sprintf("%s  %d%s datasets  %s rows  %s/s  %s", p.phase, p.finished, of, humanize.Comma(rows), humanize.Comma(int64(rate)), p.last)
	fmt.Fprintf(p.a.err, "\r\x1b[K%s", runewidth.Truncate(line, p.a.errWidth-1, "…"))
}

func sum(rows map[string]int64) (n int64) {
	for _, r := range rows {
		n += r
	}
	return n
}

// done clears the line and leaves a summary.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.a.quiet {
		return
	}
	if p.a.terminal {
		io.WriteString(p.a.err, "\r\x1b[K")
	}
	said := []any{"datasets", p.finished, "rows", sum(p.rows)}
	if kept := sum(p.kept); kept > 0 {
		said = append(said, "kept", kept)
	}
	p.a.log.Info(p.phase+" done", append(said, "took", time.Since(p.start).Round(time.Millisecond))...)
}
