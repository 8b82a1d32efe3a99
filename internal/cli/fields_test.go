package cli_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"waybill/internal/cli"
	"waybill/internal/demo"
	"waybill/internal/law"
	"waybill/internal/report"
)

// People in the fields of JSON are counted to the person, with what stands beside
// the JSON, in PostgreSQL, MariaDB and SQLite.
func TestPeopleInFieldsOfJSON(t *testing.T) {
	const each = 120
	type place struct {
		name, column string
		cell         func(p, other demo.Person) string
		beside       func(p demo.Person) string // of the column next to the JSON
		people       int64
		sensitive    int64 // under GB/T 45574
		fields       string
	}
	nothing := func(demo.Person) string { return "" }
	identity := func(p demo.Person) string { return p.ID }
	places := []place{
		{"both", "json", func(p, _ demo.Person) string {
			return fmt.Sprintf(`{"name":%q,"idNo":%q,"contact":{"phone":%q,"email":%q},"level":3}`, p.Name, p.ID, p.Mobile, p.Email)
		}, nothing, each, 0, "profile.contact.email:email profile.contact.phone:mobile profile.idNo:resident_id profile.name:name"},
		{"both_binary", "jsonb", func(p, _ demo.Person) string {
			return fmt.Sprintf(`{"name":%q,"idNo":%q,"contact":{"phone":%q}}`, p.Name, p.ID, p.Mobile)
		}, nothing, each, 0, "profile.contact.phone:mobile profile.idNo:resident_id profile.name:name"},
		{"beside", "jsonb", func(p, _ demo.Person) string {
			return fmt.Sprintf(`{"contact":{"phones":[%q,"021-1"]},"theme":"dark"}`, p.Mobile)
		}, identity, each, 0, "profile.contact.phones:mobile"},
		{"escaped", "json", func(p, _ demo.Person) string {
			return fmt.Sprintf(`{"\u624b\u673a\u53f7":%q,"\u8eab\u4efd\u8bc1\u53f7":%q}`, p.Mobile, p.ID)
		}, nothing, each, 0, "profile.手机号:mobile profile.身份证号:resident_id"},
		{"patients", "jsonb", func(p, other demo.Person) string {
			return fmt.Sprintf(`{"idNo":%q,"phone":%q,"diagnosis":"2型糖尿病","emergencyContact":{"name":%q,"phone":%q}}`, p.ID, p.Mobile, other.Name, other.Mobile)
		}, nothing, 2 * each, each, "profile.diagnosis:diagnosis profile.emergencyContact.name:name profile.emergencyContact.phone:mobile profile.idNo:resident_id profile.phone:mobile"},
		{"broken", "text", func(p, _ demo.Person) string {
			if cell := fmt.Sprintf(`{"idNo":%q,"phone":%q,"cut":"off`, p.ID, p.Mobile); strings.HasSuffix(p.Mobile, "0") {
				return cell
			} else {
				return cell + `"}`
			}
		}, identity, each, 0, "profile.idNo:resident_id profile.phone:mobile"},
	}
	pg, pgURL := postgres(t)
	my, myURL := mariadb(t)
	file := t.TempDir() + "/app.db"
	t.Setenv("PG_PASSWORD", "pg-secret")
	t.Setenv("MY_PASSWORD", "my-secret")
	for _, store := range []struct {
		name, url, password, insert string
		db                          database
		types                       map[string]string
	}{
		{"crm", pgURL, ", password: {env: PG_PASSWORD}", "INSERT INTO at_%s VALUES ($1, $2)", pg, map[string]string{"json": "json", "jsonb": "jsonb", "text": "text", "beside": "varchar(40)"}},
		{"shop", myURL, ", password: {env: MY_PASSWORD}", "INSERT INTO at_%s VALUES (?, ?)", my, map[string]string{"json": "JSON", "jsonb": "JSON", "text": "longtext", "beside": "varchar(40)"}},
		{"app", "sqlite://" + file, "", "INSERT INTO at_%s VALUES (?, ?)", sqlDatabase(t, "sqlite", file), map[string]string{"json": "JSON", "jsonb": "TEXT", "text": "TEXT", "beside": "TEXT"}},
	} {
		t.Run(store.name, func(t *testing.T) {
			people := demo.People(2*each*len(places), 78)
			broken := int64(0)
			for i, p := range places {
				store.db.run(t, fmt.Sprintf("CREATE TABLE at_%s (profile %s, sfzh %s)", p.name, store.types[p.column], store.types["beside"]))
				store.db.run(t, "BEGIN")
				for n := range each {
					person, other := people[2*each*i+n], people[2*each*i+each+n]
					cell := p.cell(person, other)
					if p.name == "broken" && !strings.HasSuffix(cell, "}") {
						broken++
					}
					if err := store.db.exec(context.Background(), fmt.Sprintf(store.insert, p.name), cell, p.beside(person)); err != nil {
						t.Fatalf("%s: %v", p.name, err)
					}
				}
				store.db.run(t, "COMMIT")
			}
			if broken == 0 {
				t.Fatal("no cell is broken")
			}
			dir := t.TempDir()
			conf := write(t, dir+"/waybill.yaml", fmt.Sprintf("organization: {name: 存处, ciio: no, important_data: none_notified}\nsources:\n  - {name: %s, url: %q%s}\n", store.name, store.url, store.password))
			code, plan, stderr := run(t, "scan", "-c", conf, "--dry-run", "--as-of", "2026-11-22")
			if code != cli.ExitDone || !strings.Contains(plan, "profile.contact.phone") {
				t.Errorf("dry run: exit %d: %s%s", code, plan, stderr)
			}
			if code, _, stderr := run(t, "scan", "-c", conf, "-o", dir+"/out", "--as-of", "2026-11-22"); code != cli.ExitDone {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			r := readReport(t, dir+"/out")
			if len(r.Gaps) > 0 || len(r.Datasets) != len(places) {
				t.Errorf("%d datasets, gaps %v", len(r.Datasets), r.Gaps)
			}
			for _, p := range places {
				i := slices.IndexFunc(r.Datasets, func(d report.Dataset) bool { return strings.HasSuffix(d.Name, "at_"+p.name) })
				if i < 0 || r.Datasets[i].People == nil {
					t.Errorf("%s: nobody found", p.name)
					continue
				}
				d := r.Datasets[i]
				if p.name == "broken" { // the phones of broken cells link to nobody
					if d.People.Low != p.people || d.People.High != p.people+broken {
						t.Errorf("broken: %d to %d, true %d, %d cells broken", d.People.Low, d.People.High, p.people, broken)
					}
				} else {
					exactly(t, p.name, *d.People, p.people)
				}
				if got := d.Sensitive[law.GBT45574]; p.sensitive > 0 && (got.Low != p.sensitive || got.High != p.sensitive) {
					t.Errorf("%s: %d to %d with something sensitive, true %d", p.name, got.Low, got.High, p.sensitive)
				}
				if got := fieldsOf(d); got != p.fields {
					t.Errorf("%s: found %s, want %s", p.name, got, p.fields)
				}
			}
		})
	}
}

// fieldsOf lists what was found in the fields of the column profile.
func fieldsOf(d report.Dataset) string {
	var out []string
	for _, c := range d.Columns {
		for _, f := range c.Findings {
			if strings.HasPrefix(c.Name, "profile.") {
				out = append(out, c.Name+":"+f.Kind)
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
