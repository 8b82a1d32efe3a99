// Command bench measures Waybill against named rivals, in one run on one
// machine with the contenders taking turns, and prints the ratios of their
// medians, and a table of goals at the end. A wrong count is an error; a slow
// one is not.
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
	"slices"
	"strings"
	"sync"
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
	crowd   int    // records of invented people
	memory  int64  // MiB for the census
	budget  int64  // MiB for the censuses of processes that are measured; 0 = the default
	count   bool   // count them and do nothing else
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
	f.IntVar(&o.crowd, "crowd", 10_000_000, "records of the crowd that is counted and linked in memory")
	f.Int64Var(&o.memory, "memory", 256, "MiB for the census of -count or -census")
	f.BoolVar(&o.count, "count", false, "count the crowd and print the result")
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
	switch {
	case o.census:
		return printCensus(ctx, o)
	case o.count:
		return printCrowd(ctx, o)
	}
	table := sync.OnceValue(func() *table { return newTable(o.rows) })
	groups := []group{
		{memoryNames[:], func() ([]contest, func(), error) { return memoryContests(o, table()) }},
		{textNames[:], func() ([]contest, func(), error) { return textContests(ctx) }},
	}
	servers := []group{
		{fileNames[:], func() ([]contest, func(), error) { return fileContests(ctx, o, table()) }},
		{serverNames[:], func() ([]contest, func(), error) { return serverContests(ctx, o, table()) }},
		{mariadbNames[:], func() ([]contest, func(), error) { return mariadbContests(ctx, o, table()) }},
	}
	var names []string
	for _, g := range slices.Concat(groups, servers) {
		names = append(names, g.names...)
	}
	if !slices.ContainsFunc(names, o.only.MatchString) {
		return fmt.Errorf("-only %s matches none of: %s", o.only, strings.Join(names, "; "))
	}
	fmt.Printf("%d cores, %s/%s, %s; %d rows, median of %d\n\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), o.rows, o.runs)
	var all []standing
	err = testserver.Serve(func() error {
		for _, g := range slices.Concat(groups, servers) {
			if !slices.ContainsFunc(g.names, o.only.MatchString) {
				continue
			}
			if all, err = g.hold(ctx, o, all); err != nil {
				return err
			}
		}
		return nil
	})
	printGoals(os.Stdout, all)
	return err
}

// group is contests that share what they are made from.
type group struct {
	names []string
	build func() (contests []contest, remove func(), err error)
}

// hold runs the chosen contests, prints each as it ends, and appends how their
// goals stand.
func (g group) hold(ctx context.Context, o options, all []standing) ([]standing, error) {
	contests, remove, err := g.build()
	if err != nil {
		return all, err
	}
	defer remove()
	for _, c := range contests {
		if !o.only.MatchString(c.name) {
			continue
		}
		runs, err := c.run(ctx, o.runs)
		if err != nil {
			return all, fmt.Errorf("%s: %w", c.name, err)
		}
		c.print(os.Stdout, runs)
		all = append(all, c.standings(runs)...)
	}
	return all, nil
}
