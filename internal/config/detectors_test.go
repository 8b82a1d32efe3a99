package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDetectors(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("rules/a.yaml", "rules:\n  - {kind: from_a}\n")
	write("rules/b.yaml", "rules:\n  - {kind: from_b, time_limit: 20ms}\n")
	write("waybill.yaml", `
detectors:
  words: {mobile: {names: [lxfs], not_comments: [类型]}}
  off: [licence_plate]
  files: [rules/*.yaml, rules/a.yaml]
  rules:
    - kind: member_card
      title: {zh: 会员卡号, en: member card}
      names: [hykh]
      class: {group: finance, gbt45574: sensitive, jrt0171: C2}
      level: 3
      must: ["8123", '0123', 0123, 8e5, 1_000, yes, 2024-01-02, 1.50, 0x1F, ~x, "a: b", '', 会员]
`)
	c, err := ReadFile(filepath.Join(dir, "waybill.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d := c.Detectors
	r := d.Rules[0]
	if len(d.Rules) != 3 || d.Rules[1].Kind != "from_a" || d.Rules[2].TimeLimit != Duration(20*time.Millisecond) || d.Words["mobile"].NotComments[0] != "类型" ||
		r.Level != "3" || r.Class.GBT45574 != "sensitive" || r.Names[0] != "hykh" || r.Title.En != "member card" || strings.Join(Texts(r.Must), " ") != "8123 0123 0123 8e5 1_000 yes 2024-01-02 1.50 0x1F ~x a: b  会员" {
		t.Errorf("read %+v", d)
	}
	for name, in := range map[string]struct{ file, rules, want string }{
		"unknown key":            {"", "detectors:\n  rules:\n    - {kind: a, validator: [luhn]}\n", `waybill.yaml:3: unknown key "validator"; did you mean "validators"?`},
		"unknown key of a word":  {"", "detectors:\n  words:\n    mobile: {name: [a]}\n", `waybill.yaml:3: unknown key "name"`},
		"unknown key in a file":  {"rules:\n  - kind: a\n    mustn: [b]\n", "detectors: {files: [bad.yaml]}\n", `bad.yaml:3: unknown key "mustn"; did you mean "must"?`},
		"nothing in a file":      {"rules: []\n", "detectors: {files: [bad.yaml]}\n", "bad.yaml: the list rules is missing"},
		"no file":                {"", "detectors: {files: [nowhere/*.yaml]}\n", `detectors.files: "nowhere/*.yaml": no such file`},
		"not a pattern of files": {"", "detectors: {files: ['[']}\n", "not a pattern"},
	} {
		write("bad.yaml", in.file)
		write("waybill.yaml", in.rules)
		if _, err := ReadFile(filepath.Join(dir, "waybill.yaml")); err == nil || !strings.Contains(err.Error(), in.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %q", name, err, in.want)
		}
	}
}
