// Package cli is the command line: it turns arguments and configuration into
// scans, judgements and reports, and every outcome into an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/lmittmann/tint"
	"golang.org/x/term"
)

// Exit codes are part of the contract: scripts branch on them.
const (
	ExitDone      = 0
	ExitFailed    = 1 // could not finish
	ExitUsage     = 2 // wrong usage or configuration
	ExitGap       = 3 // --fail-on gap
	ExitTriggered = 4 // --fail-on triggered
	ExitOpen      = 5 // --fail-on open
)

// Version is the program's version, set by the linker for a release.
var Version = ""

func version() string {
	if Version != "" {
		return Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

// commands is the whole command line.
type commands struct {
	Scan        scanCmd          `cmd:"" help:"Scan stores, count the people, judge the flows and write the report."`
	Assess      assessCmd        `cmd:"" help:"Judge a saved report again, without the data."`
	Report      reportCmd        `cmd:"" help:"Write the faces of a saved report again."`
	Diff        diffCmd          `cmd:"" help:"Tell what changed between two reports."`
	Explain     explainCmd       `cmd:"" help:"Tell why values or a column are, or are not, a kind of personal data."`
	Dictionary  dictionaryCmd    `cmd:"" help:"Tell which columns of a data dictionary hold personal data, without the data."`
	Detectors   detectorsCmd     `cmd:"" help:"List the kinds that are recognised, or run their proofs."`
	Rules       rulesCmd         `cmd:"" help:"List or show the rule sets, or run their test vectors."`
	Check       checkCmd         `cmd:"" help:"Connect to every source, prove that it cannot be written to, and show what would be read."`
	Census      censusCmd        `cmd:"" help:"Export or merge the states that scans kept."`
	Demo        demoCmd          `cmd:"" help:"Scan an invented company and check the count against its known truth."`
	ShowVersion kong.VersionFlag `name:"version" help:"Print the version and exit."`
	LogFormat   string           `enum:"auto,json" default:"auto" placeholder:"FORMAT" help:"How messages are written to standard error: auto (for people) or json (a JSON object a line)."`
	Quiet       bool             `short:"q" help:"No progress; only warnings and errors."`
}

// app is what every command gets.
type app struct {
	ctx         context.Context
	in          io.Reader
	out, err    io.Writer
	log         *slog.Logger
	terminal    bool // standard error is a terminal
	errWidth    int  // columns of standard error
	outTerminal bool
	width       int // columns of standard output
	quiet       bool
	json        bool // standard error takes JSON only
}

// exit is an error with an exit code of its own.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

func usage(err error) error { return &exit{ExitUsage, err} }

// Run is the program: arguments without its name, the three streams, the exit
// code. An interrupt ends the work in order; a second one ends the program.
func Run(args []string, in io.Reader, out, errw io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		stop() // the next signal kills
	}()
	return RunContext(ctx, args, in, out, errw)
}

// RunContext is Run that ends in order when ctx does.
func RunContext(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	if len(args) == 0 { // wrong usage, and what to do about it
		RunContext(ctx, []string{"--help"}, in, errw, errw)
		return ExitUsage
	}
	var cmd commands
	code := -1
	parser, err := newParser(&cmd, out, errw, func(c int) { code = c; panic(exited{}) })
	if err != nil {
		fmt.Fprintln(errw, "waybill:", err)
		return ExitFailed
	}
	kctx, err := parse(parser, args)
	switch {
	case code >= 0: // --help, --version
		return code
	case err != nil:
		fmt.Fprintf(errw, "waybill: %v\nSee %s --help.\n", wording(err), command(err))
		return ExitUsage
	}
	a := newApp(ctx, &cmd, in, out, errw)
	if err := kctx.Run(a); err != nil {
		return a.fail(err)
	}
	return ExitDone
}

func newParser(cmd *commands, out, errw io.Writer, exit func(int)) (*kong.Kong, error) {
	return kong.New(cmd, kong.Name("waybill"), kong.Description(description), kong.Writers(out, errw), kong.Exit(exit),
		kong.Vars{"version": version()}, kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.AutoGroup(func(parent kong.Visitable, _ *kong.Flag) *kong.Group {
			if _, top := parent.(*kong.Application); top {
				return &kong.Group{Key: "every", Title: "Flags of every command:"}
			}
			return nil
		}))
}

// exited carries a parser's wish to exit out of it.
type exited struct{}

func parse(p *kong.Kong, args []string) (c *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exited); !ok {
				panic(r)
			}
		}
	}()
	return p.Parse(args)
}

// selected is the command a usage error arose in; nil before any was named.
func selected(err error) *kong.Node {
	var p *kong.ParseError
	if !errors.As(err, &p) || p.Context == nil {
		return nil
	}
	return p.Context.Selected()
}

// command is what to ask for help on after a usage error.
func command(err error) string {
	if n := selected(err); n != nil {
		return n.FullPath()
	}
	return "waybill"
}

// wording calls a first word that is no command by its name.
func wording(err error) string {
	msg := err.Error()
	if selected(err) == nil {
		return strings.Replace(msg, "unexpected argument", "no command", 1)
	}
	return msg
}

func newApp(ctx context.Context, cmd *commands, in io.Reader, out, errw io.Writer) *app {
	a := &app{ctx: ctx, in: in, out: out, err: errw, quiet: cmd.Quiet, json: cmd.LogFormat == "json"}
	a.terminal, a.errWidth = terminal(errw)
	a.outTerminal, a.width = terminal(out)
	level := slog.LevelInfo
	if cmd.Quiet {
		level = slog.LevelWarn
	}
	if a.json {
		a.terminal = false
		a.log = slog.New(slog.NewJSONHandler(errw, &slog.HandlerOptions{Level: level}))
	} else {
		a.log = slog.New(tint.NewTextHandler(errw, &tint.Options{Level: level, TimeFormat: "15:04:05", NoColor: !a.terminal || os.Getenv("NO_COLOR") != ""}))
	}
	return a
}

// terminal tells whether w is one, and its width in columns.
func terminal(w io.Writer) (bool, int) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return false, 100
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 40 {
		width = 100
	}
	return true, width
}

// fail writes the error and picks the exit code.
func (a *app) fail(err error) int {
	code := ExitFailed
	var e *exit
	if errors.As(err, &e) {
		code = e.code
	}
	switch msg := strings.TrimSuffix(err.Error(), "\n"); {
	case a.json:
		a.log.Error(msg, "exit", code)
	default:
		fmt.Fprintln(a.err, "waybill:", msg)
	}
	return code
}

const description = `Waybill finds the personal data an organisation in China holds, counts the people in it across all its
stores, and says which cross-border route (security assessment, standard contract, certification, none) the
data flows fall under.

  waybill demo                       an invented company, end to end, in a few seconds
  waybill scan ./exports crm.db      your own files and databases, without a configuration
  waybill check -c waybill.yaml      try a configuration: sources, flows and who gets them
  waybill scan  -c waybill.yaml      scan and judge what it names`
