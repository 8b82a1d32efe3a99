package law

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// IsCandidateVectors tells whether a vector file is one for candidates: its
// first statement is "candidates".
func IsCandidateVectors(text string) bool {
	for line := range strings.Lines(text) {
		words := strings.Fields(strings.SplitN(line, "#", 2)[0])
		if len(words) > 0 {
			return words[0] == "candidates"
		}
	}
	return false
}

// TestCandidateVectors runs the cases of a vector file against the candidate
// rules, as TestVectors does against rule sets.
//
//	candidates as_of=2026-11-22 P_processed=10     what follows, and facts common to it
//	case vehicle=100001 => auto_100k:reached
//	case vehicle=1..    => none
//
// Facts: as_of, ciio, important_data, held_unread, P_processed,
// sensitive_processed as in TestVectors, and a topic with the people that have
// an item of it; a topic not given was not found. An expectation is the
// candidates in the order of the rules, each with its standing, or none.
func TestCandidateVectors(r io.Reader, rules Candidates) (passed int, failures []string, err error) {
	var common []setting
	lines, begun, cases := bufio.NewScanner(r), false, 0
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		left, want, arrow := strings.Cut(text, "=>")
		words := strings.Fields(left)
		if len(words) == 0 && !arrow {
			continue
		}
		var given []setting
		if len(words) > 0 {
			given, err = parseSettings(words[1:])
		}
		switch {
		case err != nil:
		case len(words) > 0 && words[0] == "candidates" && !arrow:
			common, begun = given, true
			continue
		case len(words) == 0 || words[0] != "case" || !arrow || !begun || strings.TrimSpace(want) == "":
			err = errors.New("want candidates with facts, then case with facts, => and the candidates or none")
		default:
			cases++
			var got string
			got, err = candidateCase(rules, slices.Concat(common, given))
			if wanted := strings.Join(strings.Fields(want), " "); err == nil && got != wanted {
				failures = append(failures, fmt.Sprintf("line %d: got %s, want %s", n, got, wanted))
			} else if err == nil {
				passed++
			}
		}
		if err != nil {
			return 0, nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if cases == 0 {
		return 0, nil, errors.New("vectors: no case")
	}
	return passed, failures, lines.Err()
}

// candidateCase judges one case and writes the result as an expectation is.
func candidateCase(rules Candidates, facts []setting) (string, error) {
	b := caseBuilder{counts: map[string]Count{}}
	var held []Holding
	for _, s := range facts {
		if t, ok := rules.Topic(s.key); ok {
			n, err := parseSpan(s.value)
			if err != nil {
				return "", fmt.Errorf("%s: %w", s.key, err)
			}
			held = append(held, Holding{Topic: t.ID, Datasets: []string{"a.b"}, Kinds: t.Kinds[:1], People: n})
			continue
		}
		if err := b.set(s.key, s.value); err != nil {
			return "", fmt.Errorf("%s: %w", s.key, err)
		}
	}
	b.c.Held = Counts{People: b.count(string(FactHeld)), Sensitive: b.profiles(string(FactSensitiveHeld))}
	var out []string
	for _, v := range rules.Judge(b.c, held) {
		out = append(out, v.ID+":"+string(v.Standing))
	}
	if len(out) == 0 {
		return "none", nil
	}
	return strings.Join(out, " "), nil
}
