package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"
)

// standing is what became of a goal.
type standing struct {
	contest, against string
	goal             float64
	median           float64
	worst            float64 // of the runs
	most             bool    // the goal is not to be exceeded
	unit             string
	absent           string // why it was not measured, or ""
}

// standings compares the runs of a contest with its goals. A ratio is taken
// within a turn, so that what slows a machine down slows both.
func (c contest) standings(all [][]usage) []standing {
	var out []standing
	own := func(goal float64, unit string, spent func(usage) time.Duration) {
		if goal == 0 {
			return
		}
		s := standing{contest: c.name, against: "its own speed", goal: goal, unit: unit}
		s.median = c.work / spent(median(all[0])).Seconds()
		s.worst = s.median
		for _, u := range all[0] {
			s.worst = min(s.worst, c.work/spent(u).Seconds())
		}
		out = append(out, s)
	}
	own(c.goal, c.unit+"/CPU s", func(u usage) time.Duration { return u.user })
	own(c.rate, c.unit+"/s", func(u usage) time.Duration { return u.wall })
	for i, who := range c.contenders {
		if who.goal == 0 {
			continue
		}
		s := standing{contest: c.name, against: who.name, goal: who.goal, unit: "times as fast"}
		s.median = c.cost(median(all[i])) / c.cost(median(all[0]))
		s.worst = s.median
		for turn := range all[i] {
			s.worst = min(s.worst, c.cost(all[i][turn])/c.cost(all[0][turn]))
		}
		out = append(out, s)
	}
	for _, a := range c.absent {
		out = append(out, standing{contest: c.name, against: a.name, absent: a.why})
	}
	if c.beside > 0 {
		out = append(out, c.held(all[0]))
	}
	return out
}

// held is the memory of the runs beside the census's budget.
func (c contest) held(runs []usage) standing {
	s := standing{contest: c.name, against: fmt.Sprintf("its census's budget, %d MiB", c.beside>>20), goal: mostBeside, unit: "MiB beside it", most: true}
	var all []float64
	for _, u := range runs {
		if u.peak == 0 {
			s.absent = "this system does not tell a process's peak memory"
			return s
		}
		all = append(all, float64(u.peak-c.beside)/(1<<20))
	}
	slices.Sort(all)
	s.median, s.worst = all[len(all)/2], all[len(all)-1]
	return s
}

// misses tells whether a run is not up to the goal.
func (s standing) misses(got float64) bool {
	if s.most {
		return got > s.goal
	}
	return got < s.goal
}

// printGoals writes the table that a run ends with.
func printGoals(w io.Writer, all []standing) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w, "goals (a goal missed is no error: times depend on the machine and on who else uses it)")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  contest\tagainst\tgoal\tmedian\tworst\t\t")
	for _, s := range all {
		if s.absent != "" {
			fmt.Fprintf(t, "  %s\t%s\t\t\t\t\tnot measured: %s\n", s.contest, s.against, s.absent)
			continue
		}
		verdict := "reached"
		switch {
		case s.misses(s.median):
			verdict = "missed"
		case s.misses(s.worst):
			verdict = "reached, not in every run"
		}
		fmt.Fprintf(t, "  %s\t%s\t%.3g\t%.3g\t%.3g\t%s\t%s\n", s.contest, s.against, s.goal, s.median, s.worst, s.unit, verdict)
	}
	t.Flush()
}
