package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

// contest is one task and all who do it; the first contender is Waybill.
type contest struct {
	name       string
	note       string // what the task is made of, or ""
	contenders []contender
	work       float64 // units of a run
	unit       string  // printed with the work done in a second, or "" for none
	goal       float64 // of Waybill, in units per second of CPU; 0 = none
	rate       float64 // of Waybill, in units per second of wall time; 0 = none
	beside     int64   // budget of the census in bytes, where memory beside it is measured; 0 = not
	oneCore    bool    // nobody uses more: the cost is CPU time, which others on the machine disturb least
	absent     []absent
}

// contender does the task once.
type contender struct {
	name string
	run  func(context.Context) (usage, error)
	goal float64 // Waybill is to be so many times as fast; 0 = no goal
}

// absent is a rival that cannot be run here.
type absent struct{ name, why string }

// usage is what a run cost; a median of runs is by wall time.
type usage struct {
	wall time.Duration
	user time.Duration // of the contender's own process, not of a server
	sys  time.Duration // of it too
	peak int64         // resident bytes of that process; 0 = not measured
}

// run lets the contenders take turns and returns the runs of each. Every other
// round goes backwards, so that none always follows the same other: who comes after
// one that wrote much to disk finds the caches cold and the disk at work.
func (c contest) run(ctx context.Context, runs int) ([][]usage, error) {
	all := make([][]usage, len(c.contenders))
	for round := range runs {
		for i := range c.contenders {
			if round%2 == 1 {
				i = len(c.contenders) - 1 - i
			}
			u, err := c.contenders[i].run(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.contenders[i].name, err)
			}
			all[i] = append(all[i], u)
		}
	}
	return all, nil
}

// cost is what runs are compared by, in seconds.
func (c contest) cost(u usage) float64 {
	if c.oneCore {
		return (u.user + u.sys).Seconds()
	}
	return u.wall.Seconds()
}

func median(of []usage) usage {
	sorted := slices.SortedFunc(slices.Values(of), func(a, b usage) int { return int(a.wall - b.wall) })
	return sorted[len(sorted)/2]
}

// print writes a block: Waybill first, then each rival and the ratio to it.
func (c contest) print(w io.Writer, all [][]usage) {
	fmt.Fprintln(w, c.name)
	if c.note != "" {
		fmt.Fprintln(w, "  "+c.note)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range all {
		u := median(all[i])
		fmt.Fprintf(t, "  %s\t%.3f s\tuser %.3f s", c.contenders[i].name, u.wall.Seconds(), u.user.Seconds())
		if c.unit != "" {
			fmt.Fprintf(t, "\t%.3g %s/CPU s", c.work/u.user.Seconds(), c.unit)
		}
		if u.peak > 0 {
			fmt.Fprintf(t, "\tpeak %d MiB", u.peak>>20)
		} else {
			fmt.Fprint(t, "\t")
		}
		if i > 0 {
			ratio := c.cost(median(all[0])) / c.cost(u)
			fmt.Fprintf(t, "\twaybill takes %.2f of it, %.2f times as fast", ratio, 1/ratio)
		}
		fmt.Fprintln(t)
	}
	for _, a := range c.absent {
		fmt.Fprintf(t, "  %s\tnot measured: %s\n", a.name, a.why)
	}
	t.Flush()
	fmt.Fprintln(w)
}

// here measures f in this process, after a garbage collection.
func here(f func() error) (usage, error) {
	runtime.GC()
	user, sys := cpuTime()
	start := time.Now()
	err := f()
	u := usage{wall: time.Since(start)}
	u.user, u.sys = cpuTime()
	u.user, u.sys = u.user-user, u.sys-sys
	return u, err
}

// cpuTime is what this process has used, in user mode and in the kernel.
func cpuTime() (user, sys time.Duration) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(err) // EFAULT and EINVAL only
	}
	return time.Duration(r.Utime.Nano()), time.Duration(r.Stime.Nano())
}

// program measures a process of its own and returns its standard output, which
// goes nowhere where discard is set.
func program(ctx context.Context, discard bool, name string, args ...string) (usage, []byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var out []byte
	var err error
	start := time.Now()
	if discard {
		err = cmd.Run()
	} else {
		out, err = cmd.Output()
	}
	u := usage{wall: time.Since(start)}
	if err != nil {
		return u, nil, fmt.Errorf("%s: %w", name, err)
	}
	u.user, u.sys = cmd.ProcessState.UserTime(), cmd.ProcessState.SystemTime()
	return u, out, nil
}
