// Package law judges counts against dated rule sets. It is pure: the same
// facts and rules give the same verdicts, whether they come from a scan or
// from a saved report.
package law

import "time"

// Count is a number of distinct persons known to lie in [Low, High]. Exact
// means Low = High and nothing was left unread.
type Count struct {
	Low   int64 `json:"low"`
	High  int64 `json:"high"`
	Exact bool  `json:"exact"`
}

// Tri is a fact that may be unknown. The zero value is Unknown: an absent
// fact is never taken for a no.
type Tri uint8

// The values of a Tri.
const (
	Unknown Tri = iota
	No
	Yes
)

// Profile is a standard that says which items are sensitive.
type Profile string

// The profiles. StrictUnion takes as sensitive what either standard does.
const (
	GBT45574    Profile = "gbt45574_2025"
	GBT35273    Profile = "gbt35273_2020"
	StrictUnion Profile = "strict_union"
)

// Profiles lists them in the order of the report.
var Profiles = []Profile{GBT45574, GBT35273, StrictUnion}

// Counts is the people in one scope.
type Counts struct {
	People Count `json:"people"`
	// Sensitive: persons with at least one sensitive item, or under 14.
	Sensitive map[Profile]Count `json:"sensitive"`
	// OrdinaryOnly: persons with no sensitive item (the reading N_only).
	OrdinaryOnly map[Profile]Count `json:"ordinary_only"`
	// OrdinaryAny: persons with at least one ordinary item (the reading N_any).
	OrdinaryAny map[Profile]Count `json:"ordinary_any"`
}

// Window is a span of days, both included, in Asia/Shanghai.
type Window struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// WindowCounts is the people exported in one window, without (net) and with
// (gross) the flows whose exemption is claimed with evidence.
type WindowCounts struct {
	Window Window
	Net    Counts
	Gross  Counts
}

// Claim is an exemption a flow claims. Only one with evidence is netted.
type Claim struct {
	Flow     string
	ID       string // of the rule set's exemptions, art5_hr
	Evidence string
}

// Case is everything a verdict depends on.
type Case struct {
	AsOf          Date
	CIIO          Tri // operator of critical information infrastructure
	ImportantData Tri // notified or published as important data: yes
	Held          Counts
	// Undeclared: nobody said what leaves, so nothing can be judged of it.
	Undeclared bool
	Exported   []WindowCounts
	Claims     []Claim
	// Unread lists what could not be read in the exported data (HeldUnread: in
	// any data): a "not triggered" that needs it becomes open.
	Unread     []string
	HeldUnread []string
}

// State is the outcome for one rule set, profile and reading.
type State string

// The states. NotTriggered always means: on the facts given.
const (
	Triggered    State = "triggered"
	NotTriggered State = "not_triggered"
	Open         State = "open"
	OutOfScope   State = "out_of_scope"
)

// The answers of a Reading.
const (
	ExemptNet   = "net"    // flows under a claim with evidence are left out of the count
	ExemptGross = "gross"  // they are counted
	OverlapOnly = "N_only" // a person with a sensitive item is counted as sensitive alone
	OverlapAny  = "N_any"  // and also as ordinary, if ordinary items leave too
)

// Reading is how the open questions of the text are answered.
type Reading struct {
	Exempt  string `json:"exempt"`  // net | gross
	Overlap string `json:"overlap"` // N_only | N_any
}

// Verdict is the outcome of one rule set under one profile and reading.
type Verdict struct {
	Ruleset   string    `json:"ruleset"`
	Profile   Profile   `json:"profile"`
	Reading   Reading   `json:"reading"`
	State     State     `json:"state"`
	Mechanism string    `json:"mechanism"` // SA | SCC_or_CERT | NONE; "" where open
	Triggers  []Trigger `json:"triggers"`
	// OpenBecause names each unknown fact, straddled threshold and gap.
	// OpenCodes says the same, entry by entry, for translation.
	OpenBecause []string `json:"open_because"`
	OpenCodes   []Reason `json:"open_codes,omitempty"`
	// Window is the span of days the export counts belong to.
	Window *Window `json:"window,omitempty"`
	// Notices qualify the outcome in any state: what claims were relied on,
	// which were not, why a rule set is out of scope.
	Notices []Reason `json:"notices,omitempty"`
}

// Values of Verdict.Mechanism, the routes of the rule sets. MechanismNone: on
// the facts given no route of the rule set is reached.
const (
	MechanismSA        = "SA"
	MechanismSCC       = "SCC"
	MechanismSCCOrCert = "SCC_or_CERT"
	MechanismNone      = "NONE"
)

// Trigger is a rule that is met, with the count and threshold it turned on.
// Where the mechanism is NONE it is the exemption that holds or was relied on.
// All rules met are listed, in the order of the rule set, also those of a
// route that a higher one displaces.
type Trigger struct {
	ID        string `json:"id"`
	Cite      string `json:"cite"`
	Count     *Count `json:"count,omitempty"`
	Threshold int64  `json:"threshold,omitempty"`
}

// Duty is a side duty on the same counts (audit, officer).
type Duty struct {
	ID    string `json:"id"`
	State State  `json:"state"`
	Cite  string `json:"cite"`
	Text  string `json:"text"`
	Count *Count `json:"count,omitempty"`
	// TextZh is Text in Chinese; Conf is the weakest of the cited sources.
	TextZh      string   `json:"text_zh,omitempty"`
	Conf        Conf     `json:"conf,omitempty"`
	Threshold   int64    `json:"threshold,omitempty"`
	OpenBecause []string `json:"open_because,omitempty"`
	OpenCodes   []Reason `json:"open_codes,omitempty"`
}

// Date is a calendar day without a time zone, written 2026-11-22.
type Date struct{ time.Time }
