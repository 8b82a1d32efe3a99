package cli

import (
	"os"
	"strings"
	"testing"

	"waybill/detectors"
	"waybill/internal/config"
)

// The example in the documentation is a configuration whose every rule holds,
// and it shows every key that a rule can have.
func TestDocumentedRules(t *testing.T) {
	doc, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(doc), "\n## Kinds of your own\n")
	_, example, open := strings.Cut(section, "```yaml\n")
	example, _, closed := strings.Cut(example, "```")
	if !found || !open || !closed {
		t.Fatal("no example")
	}
	conf, err := config.Read(strings.NewReader(example), "configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	c := custom(conf.Detectors)
	if _, err := kindSet(c); err != nil {
		t.Fatal(err)
	}
	if len(c.Rules) < 2 || len(c.Words) < 2 || len(c.Off) == 0 {
		t.Fatalf("%d rules, %d words, %d off", len(c.Rules), len(c.Words), len(c.Off))
	}
	for _, key := range []string{"weak_names", "not_names", "not_comments", "ignore_case", "separators", "keywords", "fillers", "local", "group",
		"gbt45574", "gbt35273", "jrt0171", "level", "time_limit", "text_must", "text_mustnot", "files"} {
		if !strings.Contains(example, key) {
			t.Errorf("%s is not documented", key)
		}
	}
	list, err := detectors.AllWith(c)
	if err != nil {
		t.Fatal(err)
	}
	if d := list[len(list)-1]; d.Spec().Kind != "staff_badge" {
		t.Errorf("the last kind is %s", d.Spec().Kind)
	}
}
