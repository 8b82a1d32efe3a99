package law

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadGood(t *testing.T) {
	sets, err := Load(renamed(t, "testdata/rules.good.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(sets) != 1 || sets[0].ID != "xx-test-2030" || sets[0].Triggers[0].Conf != ConfRead {
		t.Errorf("got %+v", sets)
	}
}

// TestLoadBad loads each *.bad.yml; its first line says what the error holds.
func TestLoadBad(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 30 {
		t.Fatalf("only %d bad files", len(files))
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(b), "\n")
			want, ok := strings.CutPrefix(first, "# want: ")
			if !ok {
				t.Fatal("no # want: on the first line")
			}
			_, err = Load(renamed(t, name))
			if err == nil || !strings.Contains(err.Error(), "x.yaml"+want) {
				t.Errorf("got  %v\nwant …x.yaml%s", err, want)
			}
		})
	}
}

// renamed is a folder that holds the file as x.yaml.
func renamed(t *testing.T, name string) fs.FS {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"x.yaml": {Data: b}}
}

func TestLoadFolder(t *testing.T) {
	good, err := os.ReadFile("testdata/rules.good.yml")
	if err != nil {
		t.Fatal(err)
	}
	older := strings.NewReplacer("xx-test-2030", "xx-test-2020", "2030", "2020").Replace(string(good))
	for name, tc := range map[string]struct {
		dir  fstest.MapFS
		want string
	}{
		"empty":    {fstest.MapFS{}, "no *.yaml file with a rule set"},
		"only md":  {fstest.MapFS{"a.md": {Data: good}}, "no *.yaml file with a rule set"},
		"same id":  {fstest.MapFS{"a.yaml": {Data: good}, "b.yaml": {Data: good}}, `b.yaml: id: "xx-test-2030" is the id of another file`},
		"no text":  {fstest.MapFS{"a.yaml": {}}, "a.yaml: want one YAML document"},
		"too long": {fstest.MapFS{"a.yaml": {Data: make([]byte, maxRuleFile+1)}}, "want at most 1048576"},
	} {
		if _, err := Load(tc.dir); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want %s", name, err, tc.want)
		}
	}
	sets, err := Load(fstest.MapFS{"a.yaml": {Data: []byte(older)}, "b.yaml": {Data: good}})
	if err != nil || len(sets) != 2 || sets[0].ID != "xx-test-2030" {
		t.Errorf("got %v, %v, want the newest first", sets, err)
	}
}

func TestLoadDutiesBad(t *testing.T) {
	good, err := fs.ReadFile(rulesFS, "rules/duties.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ old, new, want string }{
		{"id: audit_10m", "id: pi_officer", `.id: "pi_officer" is used twice`},
		{"when: P_processed > 10000000", "when: N > 10000000", "duties[1].when: N is exported: a duty turns on what is held"},
		{"    profile: gbt45574_2025\n", "", `duties[5].profile: "": want gbt45574_2025`},
		{"    effective_from: 2025-11-01\n", "", "duties[5].effective_from: missing"},
		{"conf: read}", "conf: certain}", `sources[0].conf: "certain": want`},
		{"    when: important_data == yes\n", "", "duties[6].when: missing"},
		{"schema: waybill.duties/1", "schema: waybill.rules/1", "schema: "},
	} {
		if !strings.Contains(string(good), tc.old) {
			t.Fatalf("duties.yaml holds no %q", tc.old)
		}
		bad := strings.Replace(string(good), tc.old, tc.new, 1)
		_, err := loadDuties(fstest.MapFS{"duties.yaml": {Data: []byte(bad)}})
		if err == nil || !strings.Contains(err.Error(), tc.want) || !strings.HasPrefix(err.Error(), "duties.yaml:") {
			t.Errorf("%q: got %v, want %s", tc.new, err, tc.want)
		}
	}
}

// neverSay are the claims no text of the program may make.
var neverSay = regexp.MustCompile(`(?i)\b(compliant|approved|exempt)\b|no important data|no obligations|safe to transfer|materials complete|完全合规|无风险|材料齐备|无重要数据`)

func TestNeverSay(t *testing.T) {
	texts := map[string]string{}
	for code, s := range sentences {
		texts[code] = s
	}
	files, err := fs.Glob(rulesFS, "rules/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rule files: %v", err)
	}
	for _, name := range files {
		b, err := fs.ReadFile(rulesFS, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = strings.NewReplacer("exempt: {", "", "  exempt:\n", "", "despite_exemption", "").Replace(string(b))
	}
	for where, s := range texts {
		if found := neverSay.FindString(s); found != "" {
			t.Errorf("%s says %q", where, found)
		}
	}
}
