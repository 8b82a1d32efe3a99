package report

import (
	"testing"
	"time"

	"waybill/internal/law"
)

// day parses a date of the fixture.
func day(t testing.TB, s string) law.Date {
	t.Helper()
	d, err := law.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func exact(n int64) law.Count        { return law.Count{Low: n, High: n, Exact: true} }
func between(lo, hi int64) law.Count { return law.Count{Low: lo, High: hi} }

// per gives a count to each profile, in the order of law.Profiles.
func per(a, b, c law.Count) map[law.Profile]law.Count {
	return map[law.Profile]law.Count{law.GBT45574: a, law.GBT35273: b, law.StrictUnion: c}
}

// company is a report of a retailer with four stores and three flows, whose
// profiles disagree: the resident ID number is sensitive under one standard.
func company(t testing.TB) *Report {
	t.Helper()
	now := law.Window{From: day(t, "2026-01-01"), To: day(t, "2026-11-22")}
	prior := law.Window{From: day(t, "2025-01-01"), To: day(t, "2026-11-22")}
	start := time.Date(2026, 11, 22, 9, 30, 0, 0, time.FixedZone("CST", 8*3600))
	unread := int64(1204)
	net := law.Counts{
		People:       between(186_120, 186_904),
		Sensitive:    per(exact(4_812), between(99_640, 101_210), between(99_640, 101_210)),
		OrdinaryOnly: per(between(181_308, 182_092), between(85_694, 86_480), between(85_694, 86_480)),
		OrdinaryAny:  per(between(186_120, 186_904), between(186_120, 186_904), between(186_120, 186_904)),
	}
	gross := law.Counts{
		People:       between(189_330, 190_118),
		Sensitive:    per(exact(8_026), between(102_850, 104_424), between(102_850, 104_424)),
		OrdinaryOnly: per(between(181_304, 182_092), between(85_690, 86_480), between(85_690, 86_480)),
		OrdinaryAny:  per(between(189_330, 190_118), between(189_330, 190_118), between(189_330, 190_118)),
	}
	return judge(t, &Report{
		Schema: Schema, Waybill: "0.1.0", AsOf: day(t, "2026-11-22"), Started: start, Finished: start.Add(7*time.Minute + 12*time.Second),
		Complete: true, Organization: Organization{Name: "示例零售有限公司", CIIO: "no", ImportantData: "none_notified"}, Seed: 20261122,
		Sources: []Source{
			{Name: "crm", Kind: "postgres", Server: "PostgreSQL 15.18", Role: "standby", ReadOnly: true, Datasets: 4},
			{Name: "hr", Kind: "mysql", Server: "MariaDB 10.11.9", ReadOnly: true, Datasets: 2},
			{Name: "clinic", Kind: "s3", Server: "S3", ReadOnly: true, Datasets: 1},
			{Name: "ads", Kind: "files", Server: "files", ReadOnly: true, Datasets: 1},
		},
		Datasets: companyDatasets(), People: People{
			Held:      between(1_203_118, 1_204_902),
			Sensitive: per(between(18_440, 18_520), between(1_102_300, 1_103_988), between(1_102_300, 1_103_988)),
			Under14:   exact(1_320), AgeUnknown: exact(42_118),
			Spread: Spread{Kind: "resident_id", Others: 1_784},
		},
		Flows: companyFlows(now, prior), Exported: Exported{Window: now, Net: net, Gross: gross,
			OtherWindows: []ExportedWindow{{Window: prior, Net: net, Gross: gross}}},
		Links: Links{
			Joins: []Join{
				{From: "crm.public.orders.user_id", To: "crm.public.users.id", Kind: "declared"},
				{From: "crm.public.devices.uid", To: "crm.public.users.id", Kind: "configured"},
				{From: "ads.clicks.csv.user_id", To: "crm.public.users.id", Kind: "inferred", Share: 0.9985},
			},
			Unsure:      []Join{{From: "ads.leads.csv.user_id", To: "crm.public.users.id", Kind: "inferred", Share: 0.81}},
			Identifiers: map[string]int64{"resident_id": 1_101_204, "mobile": 1_198_877, "email": 402_118, "bank_card": 3_302, "key:crm.public.users.id": 1_190_001},
			Hubs:        map[string]int64{"mobile": 3}, Fillers: map[string]int64{"mobile": 812, "resident_id": 44}, Invalid: map[string]int64{"resident_id": 129}, Shared: 612, Anonymous: 1_784,
		},
		Gaps: []Gap{
			{Where: "crm.public.audit", What: "permission denied (42501)"},
			{Where: "clinic.visits/2026-03.ndjson", What: "line is not JSON", Rows: &unread},
			{Where: "hr.hr.payroll.paid_at", What: "date is empty; rows counted in every window", Rows: &unread},
		},
		Method: Method{Count: "exact", Hub: 20, Examples: true},
	})
}

// judge fills the verdicts, duties and rule sets of the fixture from the
// embedded rules, each flow also by itself.
func judge(t testing.TB, r *Report, unread ...string) *Report {
	t.Helper()
	sets, duties, err := law.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	c := law.Case{AsOf: r.AsOf, CIIO: law.No, ImportantData: law.No, Unread: unread, HeldUnread: unread,
		Held: law.Counts{People: r.People.Held, Sensitive: r.People.Sensitive}}
	c.Exported = append(c.Exported, law.WindowCounts{Window: r.Exported.Window, Net: r.Exported.Net, Gross: r.Exported.Gross})
	for _, w := range r.Exported.OtherWindows {
		c.Exported = append(c.Exported, law.WindowCounts{Window: w.Window, Net: w.Net, Gross: w.Gross})
	}
	for i := range r.Flows {
		f := &r.Flows[i]
		one := c
		one.Exported = []law.WindowCounts{{Window: f.Window, Net: f.Counts, Gross: f.Counts}}
		f.Verdicts = law.Assess(sets[:1], one)
		if f.Exemption != nil {
			c.Claims = append(c.Claims, law.Claim{Flow: f.Name, ID: f.Exemption.ID, Evidence: f.Exemption.Evidence})
		}
	}
	r.Verdicts, r.Duties = law.Assess(sets, c), law.Duties(duties, c)
	r.UseRules(sets, duties)
	return r
}
