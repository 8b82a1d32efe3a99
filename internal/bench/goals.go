package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// standing is what became of a goal.
type standing struct {
	contest, against string
	goal             float64
	median           float64
	lowest           float64 // of the runs
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
		s.lowest = s.median
		for _, u := range all[0] {
			s.lowest = min(s.lowest, c.work/spent(u).Seconds())
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
		s.lowest = s.median
		for turn := range all[i] {
			s.lowest = min(s.lowest, c.cost(all[i][turn])/c.cost(all[0][turn]))
		}
		out = append(out, s)
	}
	for _, a := range c.absent {
		out = append(out, standing{contest: c.name, against: a.name, absent: a.why})
	}
	return out
}

// printGoals writes the table that a run ends with.
func printGoals(w io.Writer, all []standing) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w, "goals (a goal missed is no error: times depend on the machine and on who else uses it)")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "  contest\tagainst\tgoal\tmedian\tlowest\t\t")
	for _, s := range all {
		if s.absent != "" {
			fmt.Fprintf(t, "  %s\t%s\t\t\t\t\tnot measured: %s\n", s.contest, s.against, s.absent)
			continue
		}
		verdict := "reached"
		switch {
		case s.median < s.goal:
			verdict = "missed"
		case s.lowest < s.goal:
			verdict = "reached, not in every run"
		}
		fmt.Fprintf(t, "  %s\t%s\t%.3g\t%.3g\t%.3g\t%s\t%s\n", s.contest, s.against, s.goal, s.median, s.lowest, s.unit, verdict)
	}
	t.Flush()
}
