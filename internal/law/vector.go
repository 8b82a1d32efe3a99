package law

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// TestVectors runs the cases of a vector file against the rule sets and
// returns how many passed and, for each that did not, a line that says where
// and why. A file that does not parse, or holds no case, is an error.
//
// The file is lines of words; # starts a comment.
//
//	ruleset cn-cbdf-2024 as_of=2026-11-22 ciio=no   what follows, and facts common to it
//	case N=99999 S=0 => not_triggered NONE art5_volume
//	case ciio=yes                                    a case of several flows
//	  flow hr N=200 claim=art5_hr evidence=contract
//	  => net: triggered SA ciio
//	  => gross/N_any: triggered SA ciio n_100k
//
// Facts: ciio, important_data = yes|no|unknown; the counts N, N_only, N_any, S,
// exported_persons_all, P_processed, sensitive_processed = n, low..high or
// low.. (no upper limit), S, N_only and N_any also for one profile
// (S.gbt45574_2025); as_of; window=from..to of the counts (else that of the
// rule set); unread, held_unread = a place, repeatable. A fact not given is
// unknown. The persons of different flows are different persons.
//
// An expectation is a state, the mechanism unless open or out of scope, the
// ids of the triggers in order, then "because" and every reason as
// code[:fact[:threshold]] (code:place, code:id), then "notice" and notices in
// the same way. It
// may be limited to an answer of the reading or to a profile, joined by /.
// Every verdict of the rule set must meet the first expectation that fits it,
// and one must fit. "notice" is compared only where it is written.
func TestVectors(r io.Reader, sets []RuleSet) (passed int, failures []string, err error) {
	cases, err := readVectors(r)
	if err != nil {
		return 0, nil, err
	}
	if len(cases) == 0 {
		return 0, nil, errors.New("vectors: no case")
	}
	for _, c := range cases {
		i := slices.IndexFunc(sets, func(rs RuleSet) bool { return rs.ID == c.ruleset })
		if i < 0 {
			return passed, failures, fmt.Errorf("line %d: unknown rule set %q", c.line, c.ruleset)
		}
		if faults := c.run(sets[i]); len(faults) > 0 {
			failures = append(failures, faults...)
			continue
		}
		passed++
	}
	return passed, failures, nil
}

// vector is one case of a file.
type vector struct {
	line    int
	ruleset string
	facts   []setting // of the ruleset line, then of the case
	flows   []vectorFlow
	expects []expectation
}

type vectorFlow struct {
	name  string
	facts []setting
}

// setting is key=value.
type setting struct{ key, value string }

// expectation is the right side of =>.
type expectation struct {
	line      int
	only      []string // answers and profiles it is limited to
	state     State
	mechanism string
	ids       []string
	because   []string
	notices   []string
	noticed   bool // "notice" was written
}

// vectorReader holds what a line is read in the light of.
type vectorReader struct {
	ruleset string
	common  []setting
	cases   []vector
}

func readVectors(r io.Reader) ([]vector, error) {
	var v vectorReader
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if strings.TrimSpace(text) == "" {
			continue
		}
		if err := v.read(n, text); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	for _, c := range v.cases {
		if len(c.expects) == 0 {
			return nil, fmt.Errorf("line %d: case without =>", c.line)
		}
	}
	return v.cases, lines.Err()
}

func (v *vectorReader) read(line int, text string) error {
	left, right, arrow := strings.Cut(text, "=>")
	if err := v.statement(line, strings.Fields(left), arrow); err != nil || !arrow {
		return err
	}
	c := &v.cases[len(v.cases)-1]
	e, err := parseExpectation(line, right)
	c.expects = append(c.expects, e)
	return err
}

func (v *vectorReader) statement(line int, words []string, arrow bool) error {
	switch {
	case len(words) == 0 && len(v.cases) > 0:
		return nil
	case len(words) == 0:
		return errors.New("=> before any case")
	case arrow && words[0] != "case":
		return fmt.Errorf("%q before =>: want case, or nothing", words[0])
	}
	switch words[0] {
	case "ruleset":
		return v.setRuleset(words[1:])
	case "case":
		return v.addCase(line, words[1:])
	case "flow":
		return v.addFlow(words[1:])
	}
	return fmt.Errorf("%q: want ruleset, case, flow or =>", words[0])
}

func (v *vectorReader) setRuleset(words []string) (err error) {
	if len(words) == 0 {
		return errors.New("ruleset without an id")
	}
	v.ruleset = words[0]
	v.common, err = parseSettings(words[1:])
	return err
}

func (v *vectorReader) addCase(line int, words []string) error {
	if v.ruleset == "" {
		return errors.New("case before ruleset")
	}
	facts, err := parseSettings(words)
	c := vector{line: line, ruleset: v.ruleset, facts: append(slices.Clone(v.common), facts...)}
	v.cases = append(v.cases, c)
	return err
}

func (v *vectorReader) addFlow(words []string) error {
	if len(v.cases) == 0 || len(words) == 0 {
		return errors.New("flow without a name or before any case")
	}
	facts, err := parseSettings(words[1:])
	c := &v.cases[len(v.cases)-1]
	c.flows = append(c.flows, vectorFlow{words[0], facts})
	return err
}

func parseSettings(words []string) ([]setting, error) {
	var out []setting
	for _, w := range words {
		key, value, ok := strings.Cut(w, "=")
		if !ok {
			return nil, fmt.Errorf("%q: want key=value", w)
		}
		out = append(out, setting{key, value})
	}
	return out, nil
}

func parseExpectation(line int, text string) (expectation, error) {
	e := expectation{line: line}
	words := strings.Fields(text)
	if len(words) > 0 && strings.HasSuffix(words[0], ":") {
		e.only = strings.Split(strings.TrimSuffix(words[0], ":"), "/")
		words = words[1:]
	}
	if len(words) == 0 {
		return e, errors.New("=> without a state")
	}
	e.state, words = State(words[0]), words[1:]
	switch e.state {
	case Triggered, NotTriggered:
		if len(words) == 0 {
			return e, fmt.Errorf("%s without a mechanism", e.state)
		}
		e.mechanism, words = words[0], words[1:]
	case Open, OutOfScope:
	default:
		return e, fmt.Errorf("%q: unknown state", e.state)
	}
	into := &e.ids
	for _, w := range words {
		switch w {
		case "because":
			into = &e.because
		case "notice":
			into, e.noticed = &e.notices, true
		default:
			*into = append(*into, w)
		}
	}
	if (e.state == Open) != (len(e.because) > 0) {
		return e, fmt.Errorf("%s: because is for open, which needs it", e.state)
	}
	return e, e.checkOnly()
}

// checkOnly refuses a limit that names neither an answer nor a profile: it
// would fit nothing, or everything.
func (e expectation) checkOnly() error {
	for _, o := range e.only {
		known := []string{ExemptNet, ExemptGross, OverlapOnly, OverlapAny}
		if !slices.Contains(known, o) && !slices.Contains(Profiles, Profile(o)) {
			return fmt.Errorf("%q: want net, gross, N_only, N_any or a profile", o)
		}
	}
	return nil
}

// parseSpan reads 5, 5..9 or 5.. as a count.
func parseSpan(s string) (Count, error) {
	low, high, span := strings.Cut(s, "..")
	c := Count{High: Anything.High}
	var err error
	if c.Low, err = strconv.ParseInt(low, 10, 64); err != nil {
		return c, fmt.Errorf("%q: want a number, low..high, or low.. without an end", s)
	}
	switch {
	case !span:
		c.High, c.Exact = c.Low, true
	case high != "":
		c.High, err = strconv.ParseInt(high, 10, 64)
	}
	if err != nil || c.Low < 0 || c.Low > c.High {
		return c, fmt.Errorf("%q: want a number, low..high, or low.. without an end", s)
	}
	return c, nil
}
