package classify

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"waybill/internal/detect"
)

// policy says how the values of a kind are judged; data/policy.tsv explains
// the fields.
type policy struct {
	alone   float64 // share of Yes marks that proves the kind without a hint
	form    float64 // share of any marks that shows it without a hint; 0 = never
	formYes float64 // and the share of Yes marks among them that takes
	mixture float64 // share of Yes marks worth reporting in a column of other things; 0 = none
	types   map[string]bool
	width   int          // shortest value
	fit     map[int]bool // widths that speak for the kind
	flags   map[string]bool
}

var textTypes = map[string]bool{"text": true, "integer": true, "number": true, "enum": true}

// policyOf returns the kind's policy, or the one of its class of evidence.
func policyOf(s *detect.Spec) policy {
	p, ok := lex().policies[s.Kind]
	if !ok {
		p = policy{alone: 0.8, types: textTypes, flags: map[string]bool{}}
		if s.Evidence == detect.ByName {
			p.alone = 0
			p.types = nil
		}
	}
	p.flags = maps.Clone(p.flags)
	maps.Copy(p.flags, lex().traits[s.Kind])
	return p
}

// byValue tells whether values alone can ever show the kind; if not, a column
// without a word for it need not be scanned.
func (p policy) byValue() bool {
	return p.alone > 0 || p.form > 0 || p.mixture > 0 || p.flags["years"]
}

func readPolicies() map[string]policy {
	out := map[string]policy{}
	for _, f := range rows("policy.tsv", 8) {
		p := policy{types: map[string]bool{}, fit: map[int]bool{}, flags: map[string]bool{}}
		p.alone, p.mixture = share(f[1]), share(f[3])
		any, yes, both := strings.Cut(f[2], "/")
		p.form = share(any)
		if both {
			p.formYes = share(yes)
		}
		for t := range strings.SplitSeq(f[4], ",") {
			p.types[t] = true
		}
		p.width = whole(f[5])
		for w := range strings.SplitSeq(f[6], ",") {
			p.fit[whole(w)] = true
		}
		for w := range strings.SplitSeq(f[7], ",") {
			p.flags[w] = true
		}
		out[f[0]] = p
	}
	return out
}

func share(s string) float64 {
	if s == "-" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v <= 0 || v > 1 {
		panic(fmt.Sprintf("data/policy.tsv: share %q", s))
	}
	return v
}

func whole(s string) int {
	if s == "-" {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil || v <= 0 {
		panic(fmt.Sprintf("data/policy.tsv: width %q", s))
	}
	return v
}

func readTypes() map[string]columnType {
	out := map[string]columnType{}
	for _, f := range rows("types.tsv", 3) {
		w, err := strconv.Atoi(f[1])
		if err != nil {
			panic(fmt.Sprintf("data/types.tsv: width %q", f[1]))
		}
		for name := range strings.SplitSeq(f[2], "|") {
			out[name] = columnType{f[0], w}
		}
	}
	return out
}
