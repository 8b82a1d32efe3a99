// Command bench measures Waybill against named rivals, in one run on one
// machine with the contenders taking turns, and prints the ratios of their
// medians. A wrong count is an error; a slow one is not.
//
// Ratios travel from machine to machine, times do not. The rivals do less than
// Waybill does: COPY hands the values over and counts nothing, and
// count(DISTINCT) checks no value and links no two columns.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"

	"waybill/internal/testserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the command line's.
type options struct {
	rows    int // of the table
	runs    int // of each contender; the median stands
	only    *regexp.Regexp
	census  bool   // be a census and nothing else
	columns string // of it, comma-separated; empty = all
	profile string // file that its CPU profile goes to
}

func parse(args []string) (options, error) {
	var o options
	var only string
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.IntVar(&o.rows, "rows", 2_000_000, "rows of the table")
	f.IntVar(&o.runs, "runs", 3, "runs of each contender")
	f.StringVar(&only, "only", "", "run the contests whose name matches this expression")
	f.BoolVar(&o.census, "census", false, "count the database named by "+urlVariable+" and print the result")
	f.StringVar(&o.columns, "columns", "", "columns of -census, separated by commas")
	f.StringVar(&o.profile, "cpuprofile", "", "write the CPU profile of each census to this file and a suffix")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.only, err = regexp.Compile(only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	if o.rows < minRows || o.runs < 1 {
		return o, fmt.Errorf("at least -rows %d and -runs 1", minRows)
	}
	return o, nil
}

func run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if o.census {
		return printCensus(ctx, o)
	}
	fmt.Printf("%d cores, %s/%s, %s; %d rows, median of %d\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), o.rows, o.runs)
	t := newTable(o.rows)
	inMemory, err := memoryContests(t)
	if err != nil {
		return err
	}
	if err := hold(ctx, o, inMemory); err != nil {
		return err
	}
	texts, remove, err := textContests(ctx)
	if err != nil {
		return err
	}
	defer remove()
	if err := hold(ctx, o, texts); err != nil {
		return err
	}
	return testserver.Serve(func() error {
		fromServer, err := serverContests(ctx, o, t)
		if err != nil {
			return err
		}
		return hold(ctx, o, fromServer)
	})
}

// hold runs the chosen contests and prints each as it ends.
func hold(ctx context.Context, o options, contests []contest) error {
	for _, c := range contests {
		if !o.only.MatchString(c.name) {
			continue
		}
		results, err := c.run(ctx, o.runs)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		c.print(os.Stdout, results)
	}
	return nil
}
