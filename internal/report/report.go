// Package report is the result of a run as one value with many faces: JSON,
// text, a self-contained HTML page. It holds counts, grounds and masked
// examples, never a raw value.
package report

import (
	"time"

	"waybill/internal/law"
)

// Schema is the version of the JSON face. Fields are added, never renamed.
const Schema = "waybill.report/1"

// Report is one run.
type Report struct {
	Schema       string        `json:"schema"`
	Waybill      string        `json:"waybill"`
	AsOf         law.Date      `json:"as_of"`
	Started      time.Time     `json:"started"`
	Finished     time.Time     `json:"finished"`
	Complete     bool          `json:"complete"`
	Organization Organization  `json:"organization"`
	Seed         uint64        `json:"seed"`
	Sources      []Source      `json:"sources"`
	Datasets     []Dataset     `json:"datasets"`
	People       People        `json:"people"`
	Flows        []Flow        `json:"flows"`
	Exported     Exported      `json:"exported"`
	Verdicts     []law.Verdict `json:"verdicts"`
	Duties       []law.Duty    `json:"duties"`
	// Candidates are data that may be important or core data: a person must
	// decide. They alter no verdict.
	Candidates []law.Candidate `json:"candidates"`
	Links      Links           `json:"links"`
	Gaps       []Gap           `json:"gaps"`
	// Profile is the one the configuration chose; empty means gbt45574_2025.
	Profile    law.Profile `json:"profile,omitempty"`
	Rulesets   []Ruleset   `json:"rulesets"`
	Thresholds []Threshold `json:"thresholds"`
	Method     Method      `json:"method"`
}

// Organization is what the configuration says of the handler.
type Organization struct {
	Name          string `json:"name"`
	CIIO          string `json:"ciio"`           // yes | no | unknown
	ImportantData string `json:"important_data"` // notified | none_notified | unknown
}

// Source is a store that was asked.
type Source struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Server   string `json:"server"`
	Role     string `json:"role,omitempty"`
	ReadOnly bool   `json:"read_only"`
	Datasets int    `json:"datasets"`
}

// Dataset is a table, file or group of objects and what it holds.
type Dataset struct {
	Source      string `json:"source"`
	Name        string `json:"name"`
	Comment     string `json:"comment,omitempty"`
	PersonTable bool   `json:"person_table,omitempty"`
	// Subject is whose data the rows are: customer, employee, patient and so on;
	// empty where nothing tells. SubjectGrounds say what told it.
	Subject        string                    `json:"subject,omitempty"`
	SubjectGrounds []string                  `json:"subject_grounds,omitempty"`
	Rows           Rows                      `json:"rows"`
	Sampled        int                       `json:"sampled"`
	Read           int64                     `json:"read,omitempty"`       // rows counted by the census, each read in full
	Kept           int64                     `json:"kept,omitempty"`       // of them, those that an earlier scan into the same state had read
	BytesRead      int64                     `json:"bytes_read,omitempty"` // and the bytes the others took of the store: of a file as stored, of a table its values; 0 = unknown
	Columns        []Column                  `json:"columns"`
	People         *law.Count                `json:"people,omitempty"`
	Sensitive      map[law.Profile]law.Count `json:"sensitive,omitempty"`
}

// Rows is a row count; Exact where it was counted, else from the catalogue.
type Rows struct {
	Value int64 `json:"value"` // -1 = unknown
	Exact bool  `json:"exact"`
}

// Column is a column and what it holds.
type Column struct {
	Name     string    `json:"name"`
	Type     string    `json:"type,omitempty"`
	Comment  string    `json:"comment,omitempty"`
	Group    string    `json:"group,omitempty"` // the other party the column describes: receiver, emergency_contact
	Findings []Finding `json:"findings"`
	// Coordinates tells how finely a column of coordinates places things, be
	// they somebody's or not.
	Coordinates *Coordinates `json:"coordinates,omitempty"`
}

// Coordinates is a column of degrees: of the sampled values that are
// coordinates, half at least have so many decimals.
type Coordinates struct {
	Values   int `json:"values"`
	Decimals int `json:"decimals"`
}

// Finding is one kind found in a column.
type Finding struct {
	Kind       string               `json:"kind"`
	Zh         string               `json:"zh,omitempty"`
	En         string               `json:"en,omitempty"` // of a kind that the configuration declares
	Confidence float64              `json:"confidence"`
	Grounds    []string             `json:"grounds"`
	Matched    int                  `json:"matched"`
	Sampled    int                  `json:"sampled"` // non-empty values looked at
	Masked     int                  `json:"masked,omitempty"`
	Form       string               `json:"form,omitempty"`    // plain, masked, hashed, encrypted, rounded: how the column keeps it
	InText     bool                 `json:"in_text,omitempty"` // it stands inside longer texts: Matched is the values with one at least
	Sensitive  map[law.Profile]bool `json:"sensitive"`
	JRT0171    string               `json:"jrt0171,omitempty"` // C1, C2, C3 of JR/T 0171-2020
	Level      string               `json:"level,omitempty"`   // of the organisation's own data classification
	Examples   []string             `json:"examples"`
}

// People is the whole holding.
type People struct {
	Held       law.Count                 `json:"held"`
	Sensitive  map[law.Profile]law.Count `json:"sensitive"`
	Under14    law.Count                 `json:"under14"`
	AgeUnknown law.Count                 `json:"age_unknown"`
	Spread     Spread                    `json:"spread"`
	// BySubject is the people by whose data the rows are, a class of
	// Dataset.Subject, SubjectUnknown or OtherParty; who is of several classes
	// is in each. ByTopic is the people with data of a candidates' topic.
	BySubject map[string]law.Count `json:"by_subject"`
	ByTopic   map[string]law.Count `json:"by_topic"`
	// BySource is the people of each source, Overlaps those of both of two, and
	// ByKind those who are known by an identifier of a kind.
	BySource map[string]law.Count `json:"by_source"`
	Overlaps []Overlap            `json:"overlaps"`
	ByKind   map[string]law.Count `json:"by_kind"`
	// WithHubs is Held if hubs did link; nil where there are none.
	WithHubs *law.Count `json:"with_hubs,omitempty"`
}

// Overlap is the people whom both of two sources hold.
type Overlap struct {
	Sources [2]string `json:"sources"`
	People  law.Count `json:"people"`
}

// The keys of People.BySubject that are no class.
const (
	SubjectUnknown = "unknown"     // nothing tells whose data the rows are
	OtherParty     = "other_party" // receivers, guardians and others beside the row's own person
)

// Spread says what separates the low count of people from the high one.
type Spread struct {
	// Kind of identifier: its holders are surely different people, and Low
	// counts them. Others have none of it, and may be among them.
	Kind   string `json:"kind"`
	Others int64  `json:"others"`
	// Datasets hold most of the others: a join for them would tell.
	Datasets []string `json:"datasets,omitempty"`
	// Shared people are left open by groups with several strong identifiers.
	Shared int64 `json:"shared"`
	// Anonymous rows hold personal data but neither identifier nor key.
	Anonymous int64 `json:"anonymous"`
}

// Flow is one declared export.
type Flow struct {
	Name      string    `json:"name"`
	Datasets  []string  `json:"datasets"` // source.dataset
	Columns   []string  `json:"columns,omitempty"`
	Recipient Recipient `json:"recipient"`
	Means     string    `json:"means,omitempty"`
	Purpose   string    `json:"purpose,omitempty"`
	Exemption *Claim    `json:"exemption,omitempty"`
	Since     string    `json:"since,omitempty"`
	WindowCounts
	OtherWindows []WindowCounts `json:"other_windows"`
	// Unread names the gaps that concern the flow: a "not triggered" that needs
	// what is missing is open.
	Unread []string `json:"unread"`
	// Warnings are doubts about the claim: data of people it does not cover.
	Warnings []Warning `json:"warnings"`
	// Verdicts judge the flow as if it were the only one.
	Verdicts []law.Verdict `json:"verdicts"`
	// Route is what the flow falls under within the whole.
	Route Route `json:"route"`
}

// Warning is a doubt a person must settle, as a code with its arguments and in
// both languages.
type Warning struct {
	law.Reason
	Text   string `json:"text"`
	TextZh string `json:"text_zh"`
}

// Recipient is who gets the data.
type Recipient struct {
	Name    string `json:"name,omitempty"`
	Country string `json:"country,omitempty"`
}

// Claim is an exemption the configuration claims, with its evidence.
type Claim struct {
	ID       string `json:"id"`
	Evidence string `json:"evidence,omitempty"`
}

// Route is the mechanism a flow falls under as part of the whole export, under
// the default profile and reading (net, N_only).
type Route struct {
	State     law.State `json:"state"`
	Mechanism string    `json:"mechanism"`
	// Because is "exempt" (its own claim with evidence) or "whole" (the year's total).
	Because string `json:"because"`
}

// WindowCounts is the people of a flow in one window.
type WindowCounts struct {
	Window law.Window `json:"window"`
	law.Counts
	Under14    law.Count `json:"under14"`
	AgeUnknown law.Count `json:"age_unknown"`
	Spread     Spread    `json:"spread"`
	// ByKind is the people there who are known by an identifier of a kind.
	ByKind map[string]law.Count `json:"by_kind"`
}

// Exported is all flows together: without those exempt by a claim with
// evidence (net) and with them (gross).
type Exported struct {
	Window       law.Window       `json:"window"`
	Net          law.Counts       `json:"net"`
	Gross        law.Counts       `json:"gross"`
	OtherWindows []ExportedWindow `json:"other_windows"`
}

// ExportedWindow is the same for another rule set's window.
type ExportedWindow struct {
	Window law.Window `json:"window"`
	Net    law.Counts `json:"net"`
	Gross  law.Counts `json:"gross"`
}

// Links tells how the census joined records.
type Links struct {
	Joins       []Join           `json:"joins"`
	Unsure      []Join           `json:"unsure_joins,omitempty"` // suggested by names, not settled by values: not used
	Identifiers map[string]int64 `json:"identifiers"`            // distinct, by kind
	Hubs        map[string]int64 `json:"hubs"`                   // identifiers that link nothing, by kind
	Fillers     map[string]int64 `json:"fillers"`                // placeholder values left out, by kind
	Invalid     map[string]int64 `json:"invalid"`                // values of identifier columns that fail the kind's checks, by kind
	Records     int64            `json:"records"`                // counted, each one person's share of a row
	Linked      int64            `json:"linked"`                 // records with several identifiers
	Made        int64            `json:"links"`                  // times two groups proved to be one person
	Components  int64            `json:"components"`             // groups that no record links further
	Shared      int64            `json:"shared"`                 // components that hold several strong identifiers
	Anonymous   int64            `json:"anonymous"`              // rows with personal data but neither identifier nor key
}

// Join is a key that links records of two datasets.
type Join struct {
	From string `json:"from"` // source.dataset.column, several joined by +
	To   string `json:"to"`
	Kind string `json:"kind"` // declared | configured | inferred
	// Share is, of the distinct values sampled in an inferred join's From, those
	// that To holds.
	Share float64 `json:"share,omitempty"`
}

// Gap is something that was not read, decoded or understood.
type Gap struct {
	Where string `json:"where"`
	What  string `json:"what"`
	Rows  *int64 `json:"rows"`
}

// Formats are the faces a report can be written in.
var Formats = []string{"json", "html", "text", "csv", "xlsx"}

// DefaultProfile is the sensitivity profile the configuration chose.
func (r *Report) DefaultProfile() law.Profile {
	if r.Profile == "" {
		return law.GBT45574
	}
	return r.Profile
}
