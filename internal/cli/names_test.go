package cli

import (
	"slices"
	"testing"

	"waybill/detectors"
	"waybill/internal/classify"
	"waybill/internal/config"
)

// What rules and configuration name is what the program finds: a topic's kinds
// are detectors' kinds, classes of people are those of the table words.
func TestNamesAgree(t *testing.T) {
	if want := classify.Subjects(); !slices.Equal(config.Subjects, want) {
		t.Errorf("the configuration takes %v, the survey finds %v", config.Subjects, want)
	}
	l, err := embeddedRules()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, d := range detectors.All() {
		known[d.Spec().Kind] = true
	}
	kinds := 0
	for _, topic := range l.candidates.Topics {
		for _, k := range topic.Kinds {
			kinds++
			if !known[k] {
				t.Errorf("topic %s: no kind %s", topic.ID, k)
			}
		}
	}
	subjects := 0
	for _, rs := range l.sets {
		for _, e := range rs.Exemptions {
			for _, s := range e.Subjects {
				subjects++
				if !slices.Contains(config.Subjects, s) {
					t.Errorf("%s %s: no class %s", rs.ID, e.ID, s)
				}
			}
		}
	}
	if kinds < 20 || subjects == 0 {
		t.Errorf("%d kinds and %d classes compared", kinds, subjects)
	}
}
