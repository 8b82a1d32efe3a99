package law

import (
	"slices"
	"strconv"
)

// Candidates is the rule file of what may be important or core data. It is
// read by the loader of the rule sets and never changed afterwards.
type Candidates struct {
	Topics []Topic         `yaml:"topics"`
	Rules  []CandidateRule `yaml:"candidates"`
}

// Topic is kinds of data that are looked at together.
type Topic struct {
	ID    string   `yaml:"id"`
	Says  Text     `yaml:"says"`
	Kinds []string `yaml:"kinds"` // as in the detectors' list
	// Decimals, where given: columns of coordinates in degrees with at least so
	// many decimals belong to the topic too, whoever or whatever they place.
	Decimals int `yaml:"decimals"`
}

// CandidateRule says from where on a person must decide whether data is
// important or core data, or falls under a sector's own regime.
type CandidateRule struct {
	ID     string `yaml:"id"`
	Sector string `yaml:"sector"`
	Grade  string `yaml:"grade"`
	// Topic is what people and found are about; a rule on all that is held has
	// none. With names a topic that must be held beside it.
	Topic   string  `yaml:"topic"`
	With    string  `yaml:"with"`
	When    Expr    `yaml:"when"`
	Profile Profile `yaml:"profile"` // the standard that says what is sensitive
	// EffectiveFrom and EffectiveTo are the first and the last day in force.
	EffectiveFrom Date   `yaml:"effective_from"`
	EffectiveTo   Date   `yaml:"effective_to"`
	Cite          Text   `yaml:"cite"`
	Conf          Conf   `yaml:"conf"`
	URL           string `yaml:"url"`
	Says          Text   `yaml:"says"`
	Note          Text   `yaml:"note"`
}

// Grades are what a candidate may be: important data; important or, by its
// coverage, precision or scale, core data; important data by a local rule;
// subject to a filing.
var Grades = []string{"important", "important_or_core", "important_local", "filing"}

// MustDecide is the state of every candidate: it is never a verdict.
const MustDecide = "a person must decide"

// Standing is where the data lies relative to a candidate's rule.
type Standing string

// The standings. A rule that is not met by what was read, with nothing unread,
// gives no candidate.
const (
	StandingReached  Standing = "reached"  // met by what was read
	StandingPossible Standing = "possible" // a count straddles, or a fact is unknown
	StandingOpen     Standing = "open"     // not met by what was read, but not all was
)

// Holding is what is held of a topic.
type Holding struct {
	Topic    string
	Datasets []string // source.dataset where a column of it was found
	Kinds    []string // the kinds found, sorted
	People   Count    // distinct persons with an item of it; Anything where not counted
}

// Candidate is data about which a person must decide. It alters no verdict.
type Candidate struct {
	ID       string   `json:"id"`
	Sector   string   `json:"sector"`
	Grade    string   `json:"grade"`
	Topic    string   `json:"topic,omitempty"`
	Datasets []string `json:"datasets"`
	Kinds    []string `json:"kinds"`
	// Flows names the declared exports that take from those datasets. Judge
	// knows of none; who knows the flows fills it.
	Flows     []string `json:"flows"`
	Count     *Count   `json:"count,omitempty"`
	Threshold int64    `json:"threshold,omitempty"`
	Cite      string   `json:"cite"`
	CiteZh    string   `json:"cite_zh,omitempty"`
	Conf      Conf     `json:"conf"`
	URL       string   `json:"url,omitempty"`
	Text      string   `json:"text"`
	TextZh    string   `json:"text_zh,omitempty"`
	Note      string   `json:"note,omitempty"`
	NoteZh    string   `json:"note_zh,omitempty"`
	State     string   `json:"state"` // MustDecide
	Standing  Standing `json:"standing"`
	// Reason says in English why it is listed; Codes say the same, for translation.
	Reason string   `json:"reason"`
	Codes  []Reason `json:"codes"`
}

// Topic finds a topic by its id.
func (c Candidates) Topic(id string) (Topic, bool) {
	i := slices.IndexFunc(c.Topics, func(t Topic) bool { return t.ID == id })
	if i < 0 {
		return Topic{}, false
	}
	return c.Topics[i], true
}

// InForce reports whether the rule applies on day d.
func (r CandidateRule) InForce(d Date) bool {
	return r.EffectiveFrom.day() <= d.day() && (r.EffectiveTo.IsZero() || d.day() <= r.EffectiveTo.day())
}

// Judge lists the candidates among what is held, in the order of the rules. A
// topic without a holding was not found.
func (c Candidates) Judge(cs Case, held []Holding) []Candidate {
	out := []Candidate{}
	for _, r := range c.Rules {
		if r.InForce(cs.AsOf) {
			if found, ok := r.judge(cs, held); ok {
				out = append(out, found)
			}
		}
	}
	return out
}

func (r CandidateRule) judge(cs Case, held []Holding) (Candidate, bool) {
	h := holding(held, r.Topic)
	f := cs.heldFacts(r.Profile)
	f.TopicPeople, f.Found = h.People, h.found()
	if r.With != "" {
		f.Found = and3(f.Found, holding(held, r.With).found())
	}
	f = f.sound()
	f.OrdinaryProcessed = ordinaryHeld(f)
	v := Candidate{
		ID: r.ID, Sector: r.Sector, Grade: r.Grade, Topic: r.Topic, Datasets: nonNil(h.Datasets), Kinds: nonNil(h.Kinds), Flows: []string{},
		Cite: r.Cite.En, CiteZh: r.Cite.Zh, Conf: r.Conf, URL: r.URL, Text: r.Says.En, TextZh: r.Says.Zh, Note: r.Note.En, NoteZh: r.Note.Zh,
		State: MustDecide,
	}
	if b := r.When.Bounds(); len(b) > 0 {
		read := *f.count(b[0].Fact)
		v.Count, v.Threshold = &read, b[0].Value
	} else if h.found() == Yes {
		v.Count = &h.People
	}
	read := r.When.eval(&f)
	state, why := dutyState(r.When, f)
	switch {
	case state == Triggered:
		v.Standing, v.Codes = StandingReached, f.reachedReasons(read.why, h)
	case read.is == Unknown:
		v.Standing, v.Codes = StandingPossible, f.openReasons(why)
	case state == Open:
		v.Standing, v.Codes = StandingOpen, f.openReasons(why)
	default:
		return v, false
	}
	v.Reason = joined(v.Codes)
	return v, true
}

// holding finds what is held of a topic: the zero one has nobody in it.
func holding(held []Holding, topic string) Holding {
	i := slices.IndexFunc(held, func(h Holding) bool { return h.Topic == topic })
	if i < 0 {
		return Holding{Topic: topic, People: Count{Exact: true}}
	}
	return held[i]
}

// found is whether the topic was met.
func (h Holding) found() Tri {
	if len(h.Datasets) > 0 {
		return Yes
	}
	return No
}

// ordinaryHeld bounds the persons with ordinary items only: at most all, at
// least those who have nothing sensitive.
func ordinaryHeld(f Facts) Count {
	all := f.PProcessed
	return Count{Low: max(0, all.Low-f.SensitiveProcessed.High), High: all.High}
}

// reachedReasons names what a rule that is met turned on.
func (f *Facts) reachedReasons(why []Bound, h Holding) []Reason {
	var out []Reason
	for _, b := range why {
		switch {
		case b.counts():
			out = appendReason(out, countReason(CodeReached, b, *f.count(b.Fact)))
		case b.Fact == FactFound:
			out = appendReason(out, reason(CodeFound, "count", strconv.Itoa(len(h.Datasets))))
		}
	}
	return out
}

// joined is the reasons as one English sentence.
func joined(list []Reason) string {
	s := ""
	for i, r := range list {
		if i > 0 {
			s += "; "
		}
		s += r.String()
	}
	return s
}

func nonNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
