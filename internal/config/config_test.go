package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const good = `
organization: {name: 示例零售有限公司, ciio: no, important_data: none_notified}
sources:
  - name: crm
    url: postgres://scan@replica:5432/crm?sslmode=verify-full
    password: {env: CRM_PASSWORD}
    include: ["public.*"]
    exclude: ["*.tmp_*"]
    limits: {connections: 2, rows_per_second: 200000, bytes_per_second: 50MiB, max_replica_lag: 30s, statement_timeout: 30s}
joins:
  - [crm.public.orders.user_id, crm.public.users.id]
datasets:
  - {match: "crm.public.users", person_table: true, key: [id], subject: customer, party: {ref_phone: referrer}}
flows:
  - name: hr-to-hq
    data: ["hr.public.employees", "hr.public.payroll"]
    recipient: {name: HQ GmbH, country: DE}
    means: transmit
    purpose: payroll
    since: {column: exported_at}
    exemption: {id: art5_hr, evidence: "collective contract 2025-03-01, no. 17"}
census: {hub: 20, key: {env: WAYBILL_KEY}}
rules: {profile: gbt45574_2025}
`

func TestGood(t *testing.T) {
	c, err := Read(strings.NewReader(good), "waybill.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources[0]
	if c.Organization.CIIO != "no" || s.Limits.BytesPerSecond != 50<<20 || time.Duration(s.Limits.MaxReplicaLag) != 30*time.Second ||
		s.Password.Env != "CRM_PASSWORD" || !*c.Datasets[0].PersonTable || c.Datasets[0].Subject != "customer" || c.Flows[0].Exemption.ID != "art5_hr" || c.Census.Key.Env != "WAYBILL_KEY" {
		t.Errorf("read %+v", c)
	}
}

func TestBad(t *testing.T) {
	for _, c := range []struct{ name, yaml, want string }{
		{"unknown key", "sources:\n  - name: a\n    url: x\n    passwort: {env: A}\n", `w.yaml:4: unknown key "passwort"; did you mean "password"?`},
		{"unknown key without a likeness", "zzzzzz: 1\n", `w.yaml:1: unknown key "zzzzzz"`},
		{"duplicate key", "rules: {profile: strict_union}\nrules: {}\n", "w.yaml:2: "},
		{"secret in the file", "sources:\n  - name: a\n    url: x\n    password: hunter2\n", "never in the file itself"},
		{"size", "sources:\n  - name: a\n    url: x\n    limits: {bytes_per_second: many}\n", "want for example 50MiB"},
		{"span", "sources:\n  - name: a\n    url: x\n    limits: {statement_timeout: soon}\n", "want a time span"},
		{"tri", "organization: {ciio: perhaps}\n", "want yes, no or unknown"},
		{"type", "census: {hub: many}\n", "want int"},
		{"important data", "organization: {important_data: no}\n", `"no" is not one of notified, none_notified, unknown`},
		{"profile", "rules: {profile: x}\n", "not one of gbt45574_2025"},
		{"name with a dot", "sources: [{name: a.b, url: x}]\n", "no dots"},
		{"name twice", "sources: [{name: a, url: x}, {name: a, url: y}]\n", "sources[1]: name a is taken"},
		{"no url", "sources: [{name: a}]\n", "a: url is missing"},
		{"join", "joins: [[a.b.c]]\n", "joins[0]: want two columns"},
		{"flow without data", "flows: [{name: f}]\n", "flow f: data is missing"},
		{"means", "flows: [{name: f, data: [a], means: pigeon}]\n", `"pigeon" is not one of transmit`},
		{"subject", "datasets: [{match: \"a.*\", subject: buyer}]\n", `datasets[0].subject: "buyer" is not one of candidate, contact, customer, doctor, employee,`},
		{"append only", "datasets: [{match: \"a.*\", append_only: {}}]\n", "datasets[0]: append_only.column is missing"},
		{"evidence alone", "flows: [{name: f, data: [a], exemption: {evidence: e}}]\n", "exemption.id is missing"},
		{"not yaml", "a: [\n", "w.yaml:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.yaml), "w.yaml")
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err != nil && (strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "\n")) {
				t.Errorf("%q quotes the file", err)
			}
		})
	}
}

func TestSecret(t *testing.T) {
	t.Setenv("WB_TEST_SECRET", "s3")
	file := filepath.Join(t.TempDir(), "pw")
	if err := os.WriteFile(file, []byte("s4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for s, want := range map[Secret]string{{Env: "WB_TEST_SECRET"}: "s3", {File: file}: "s4", {}: ""} {
		if got, err := s.Read(); err != nil || got != want {
			t.Errorf("%v: %q, %v", s, got, err)
		}
	}
	for _, s := range []Secret{{Env: "WB_TEST_ABSENT"}, {File: file + "x"}} {
		if _, err := s.Read(); err == nil {
			t.Errorf("%v: no error", s)
		}
	}
}

func TestMissingFileSaysWhatToDo(t *testing.T) {
	_, err := ReadFile(filepath.Join(t.TempDir(), "waybill.yaml"))
	if err == nil || !strings.Contains(err.Error(), "scan --help") {
		t.Error(err)
	}
}
