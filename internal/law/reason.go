package law

import (
	"slices"
	"strconv"
	"strings"
)

// Reason is one ground of an open verdict, or a notice, as a code and the
// parts of its sentence. The codes and the names of their arguments are stable.
type Reason struct {
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Codes of OpenCodes. Arguments are in braces; a fact is a name as in the rule
// files (S, N, P_processed, ciio …).
const (
	// CodeFactUnknown {fact}: not supplied, and the outcome turns on it.
	CodeFactUnknown = "fact_unknown"
	// CodeStraddle {fact, low, high, threshold}: the count may or may not reach it.
	CodeStraddle = "straddle"
	// CodeUnreadMayChange {fact, low, high, threshold}: settled by what was
	// read, but what was not read could carry the count across. For any_pi the
	// numbers are absent.
	CodeUnreadMayChange = "unread_may_change"
	// CodeUnread {what}: one place that was not read.
	CodeUnread = "unread"
	// CodeUnreadMore {count}: further places, not named.
	CodeUnreadMore = "unread_more"
	// CodeWindowMissing {from, to}: nobody was counted in the window of the rule set.
	CodeWindowMissing = "window_missing"
	// CodeUndeclared: no flow is declared.
	CodeUndeclared = "undeclared"
	// CodeClaimCIIO {flow, id, cite}: whether the operator of critical
	// information infrastructure may rely on the claim is not settled by the text.
	CodeClaimCIIO = "claim_ciio"
)

// Codes of a candidate that is reached.
const (
	// CodeReached {fact, low, high, threshold}: every possible value reaches it.
	CodeReached = "reached"
	// CodeFound {count}: met in so many datasets.
	CodeFound = "found"
)

// Codes of a claim's warnings: whose data the flow takes.
const (
	// CodeClaimSubject {flow, id, cite, dataset, subject}: the claim is for other people.
	CodeClaimSubject = "claim_subject"
	// CodeClaimSubjectUnknown {flow, id, cite, dataset}: nothing tells whose rows they are.
	CodeClaimSubjectUnknown = "claim_subject_unknown"
)

// Codes of Notices.
const (
	// CodeNotInForce {ruleset, from, to}: out of scope on the day; to is empty
	// where the rule set is still in force.
	CodeNotInForce = "not_in_force"
	// CodeClaimRelied {flow, id, cite}: taken as the user's statement.
	CodeClaimRelied = "claim_relied"
	// CodeClaimNoEvidence {flow, id, cite}: counted, for want of evidence.
	CodeClaimNoEvidence = "claim_no_evidence"
	// CodeClaimUnknown {flow, id, ruleset}: counted, the rule set has no such claim.
	CodeClaimUnknown = "claim_unknown"
)

// sentences holds the English of every code, with its arguments in braces.
var sentences = map[string]string{
	CodeFactUnknown:         "{fact} is unknown",
	CodeStraddle:            "{fact} lies between {low} and {high}: whether it reaches {threshold} is not settled",
	CodeUnreadMayChange:     "what was not read could carry {fact} across {threshold} (read so far: {low} to {high})",
	CodeUnread:              "not read: {what}",
	CodeUnreadMore:          "not read: {count} more",
	CodeWindowMissing:       "no counts for the window {from} to {to}",
	CodeUndeclared:          "no flow is declared, so what leaves is unknown",
	CodeClaimCIIO:           "flow {flow}: whether an operator of critical information infrastructure may rely on {id} ({cite}) is not settled by the text",
	CodeReached:             "{fact} reaches {threshold}: {low} to {high}",
	CodeFound:               "found in {count} datasets",
	CodeClaimSubject:        "{id} ({cite}) is claimed for {dataset}, whose rows are of class {subject}",
	CodeClaimSubjectUnknown: "{id} ({cite}) is claimed for {dataset}, and nothing tells whose data its rows are",
	CodeNotInForce:          "{ruleset} is in force from {from} to {to}",
	CodeClaimRelied:         "flow {flow}: candidate exemption {id} ({cite}) relied on as claimed; its evidence was not examined",
	CodeClaimNoEvidence:     "flow {flow}: candidate exemption {id} ({cite}) claimed without evidence; its persons are counted",
	CodeClaimUnknown:        "flow {flow}: {id} cannot be claimed under {ruleset}; its persons are counted",
}

// ReasonCodes lists every code a verdict or duty may carry, sorted, so that a
// translation can be checked for completeness.
func ReasonCodes() []string {
	codes := make([]string, 0, len(sentences))
	for c := range sentences {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	return codes
}

// String is the reason as an English sentence without a full stop.
func (r Reason) String() string {
	if r.Code == CodeUnreadMayChange && r.Args["threshold"] == "" {
		return "what was not read could settle " + factName(r.Args["fact"]) + " differently"
	}
	var pairs []string
	for k, v := range r.Args {
		switch {
		case k == "fact":
			v = factName(v)
		case k == "to" && v == "":
			v = "now"
		}
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(sentences[r.Code])
}

// factName describes a fact in English, with its name in brackets.
func factName(fact string) string {
	names := map[Fact]string{
		FactCIIO:          "whether the handler operates critical information infrastructure",
		FactImportantData: "whether data is notified or published as important data",
		FactAnyPI:         "whether personal data leaves outside the candidate exemptions",
		FactSensitive:     "the number of persons exported with sensitive items",
		FactOrdinary:      "the number of persons exported with ordinary items",
		FactExported:      "the number of persons exported",
		FactHeld:          "the number of persons processed",
		FactSensitiveHeld: "the number of persons processed with sensitive items",
		FactOrdinaryHeld:  "the number of persons processed with ordinary items",
		FactTopicPeople:   "the number of persons held with data of this kind",
		FactFound:         "whether data of this kind is held",
	}
	return names[Fact(fact)] + " [" + fact + "]"
}

func reason(code string, pairs ...string) Reason {
	r := Reason{Code: code, Args: make(map[string]string, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}

// countReason names a comparison and the count as read.
func countReason(code string, b Bound, c Count) Reason {
	high := "any number"
	if c.High != Anything.High {
		high = strconv.FormatInt(c.High, 10)
	}
	return reason(code, "fact", string(b.Fact), "low", strconv.FormatInt(c.Low, 10),
		"high", high, "threshold", strconv.FormatInt(b.Value, 10))
}

// maxUnread bounds the places named in one verdict; the report lists all gaps.
const maxUnread = 8

func unreadReasons(places []string) []Reason {
	var out []Reason
	for _, p := range places[:min(len(places), maxUnread)] {
		out = append(out, reason(CodeUnread, "what", p))
	}
	if more := len(places) - maxUnread; more > 0 {
		out = append(out, reason(CodeUnreadMore, "count", strconv.Itoa(more)))
	}
	return out
}

// englishOf renders reasons in their order; never nil.
func englishOf(list []Reason) []string {
	out := make([]string, 0, len(list))
	for _, r := range list {
		out = append(out, r.String())
	}
	return out
}
