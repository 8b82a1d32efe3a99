package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"waybill/internal/law"
)

func rendered(t testing.TB, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteHTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// elements parses the page, which is written so that it is well-formed XML
// outside its script, and returns every start tag. A stray or unclosed tag fails.
func elements(t testing.TB, html string) []xml.StartElement {
	t.Helper()
	html = regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAllString(html, "<script></script>")
	d := xml.NewDecoder(strings.NewReader(html))
	d.Entity = xml.HTMLEntity
	var out []xml.StartElement
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if s, ok := tok.(xml.StartElement); ok {
			out = append(out, s.Copy())
		}
	}
	if len(out) < 100 {
		t.Fatalf("%d elements only", len(out))
	}
	return out
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestPageIsOneAccessiblePiece(t *testing.T) {
	ids, links, found := map[string]bool{}, []string{}, map[string]int{}
	for _, e := range elements(t, rendered(t, company(t))) {
		name := e.Name.Local
		found[name]++
		if id := attr(e, "id"); id != "" {
			if ids[id] {
				t.Errorf("id %s twice", id)
			}
			ids[id] = true
		}
		for _, ref := range []string{"href", "aria-labelledby"} {
			if v := attr(e, ref); v != "" {
				links = append(links, strings.TrimPrefix(v, "#"))
			}
		}
		if attr(e, "src") != "" || attr(e, "style") != "" || name == "link" || name == "img" || name == "iframe" {
			t.Errorf("<%s> reaches outside the page or styles itself", name)
		}
		if name == "th" && attr(e, "scope") == "" {
			t.Error("<th> without a scope")
		}
	}
	for _, l := range links {
		if !ids[l] {
			t.Errorf("nothing has the id %q", l)
		}
	}
	for name, least := range map[string]int{"main": 1, "nav": 1, "header": 1, "footer": 1, "h1": 1, "h2": 9, "article": 6, "svg": 6, "details": 10} {
		if found[name] < least {
			t.Errorf("%d <%s>, want at least %d", found[name], name, least)
		}
	}
	if found["main"] != 1 || found["h1"] != 1 || found["script"] != 1 || found["style"] != 1 {
		t.Errorf("main, h1, script, style: %d %d %d %d", found["main"], found["h1"], found["script"], found["style"])
	}
}

// The policy names exactly the style and the script the page carries.
func TestPolicyMatches(t *testing.T) {
	html := rendered(t, company(t))
	for _, tag := range []string{"style", "script"} {
		m := regexp.MustCompile(`(?s)<` + tag + `>(.*?)</` + tag + `>`).FindStringSubmatch(html)
		if m == nil || len(m[1]) < 1000 {
			t.Fatalf("no <%s>", tag)
		}
		want := strings.ReplaceAll(tag+"-src '"+digest([]byte(m[1]))+"'", "+", "&#43;")
		if !strings.Contains(strings.ReplaceAll(html, "&#39;", "'"), want) {
			t.Errorf("the policy does not name %s", want)
		}
	}
	if !strings.Contains(html, "default-src &#39;none&#39;") {
		t.Error("the policy lets other things in")
	}
	if hit := regexp.MustCompile(`(?i)https?://|url\(|@import|javascript:`).FindString(strings.ReplaceAll(html, "url(#hatch)", "")); hit != "" {
		t.Errorf("the page names %q", hit)
	}
}

// Both languages are there for every message, and nothing is left unfilled.
func TestPageSpeaksBothLanguages(t *testing.T) {
	zh, en := 0, 0
	html := rendered(t, company(t))
	for _, e := range elements(t, html) {
		switch attr(e, "lang") {
		case "zh":
			zh++
		case "en":
			en++
		}
	}
	if zh != en || zh < 300 {
		t.Errorf("%d Chinese parts, %d English", zh, en)
	}
	if hit := regexp.MustCompile(`\{\d\}|%!|ZgotmplZ|<no value>`).FindString(html); hit != "" {
		t.Errorf("left unfilled: %s", hit)
	}
}

// What a report must print beside a verdict (rule set, day, window, switches,
// profile, unknown facts, coverage), whatever the outcome.
func TestPagePrintsItsGrounds(t *testing.T) {
	r := company(t)
	r.Organization.CIIO, r.Complete = "unknown", false
	html := rendered(t, r)
	for _, want := range []string{
		"cn-cbdf-2024", "2026-11-22", "2026-01-01 – 2026-11-22", "GB/T 45574-2025", "claimed flows left out", "each person once",
		"whether the handler operates critical information infrastructure", "4 sources, 8 datasets, 3 gaps", "Scan not finished",
		"permission denied (42501)", "110101********123X", "art. 7(2)", "第7条(2)", "not legal advice", "不是法律意见", "id, level, created_at, updated_at",
		"集体合同 2025-03-01 第17号", "person table", "crm.public.orders.user_id", ">Not read<", ">129<",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestPageEscapes(t *testing.T) {
	const evil = `<script>alert(1)</script>"'&{0}`
	r := company(t)
	r.Organization.Name, r.Sources[0].Name, r.Sources[0].Server = evil, evil, evil
	d := &r.Datasets[0]
	d.Source, d.Name, d.Comment = evil, evil, evil
	c := &d.Columns[2]
	c.Name, c.Type, c.Comment, c.Group = evil, evil, evil, evil
	c.Findings[0].Kind, c.Findings[0].Zh, c.Findings[0].Examples, c.Findings[0].Grounds = evil, evil, []string{evil}, []string{evil}
	d.Columns[0].Name = evil
	f := &r.Flows[0]
	f.Name, f.Purpose, f.Means, f.Since, f.Columns, f.Datasets = evil, evil, evil, evil, []string{evil}, []string{evil + "." + evil}
	f.Recipient, f.Exemption = Recipient{evil, evil}, &Claim{evil, evil}
	r.Gaps[0] = Gap{Where: evil, What: evil}
	r.People.Spread, r.Links.Joins[0] = Spread{Kind: evil, Others: 1}, Join{evil, evil, evil, 0.5}
	r.Links.Unsure = []Join{{evil, evil, evil, 0.5}}
	r.Links.Identifiers[evil] = 1
	r.Verdicts[0].OpenBecause, r.Verdicts[0].Triggers = []string{evil}, []law.Trigger{{ID: evil, Cite: evil}}
	r.Verdicts[0].OpenCodes, r.Verdicts[0].Mechanism = nil, evil
	r.Rulesets[0].Zh, r.Rulesets[0].Number = evil, evil
	r.Thresholds[0].Cite, r.Thresholds[0].Mechanism = evil, evil
	r.Duties[0].Text, r.Duties[0].TextZh, r.Duties[0].Cite = evil, evil, evil
	html := rendered(t, r)
	if n := strings.Count(html, "<script"); n != 1 {
		t.Errorf("%d scripts in the page", n)
	}
	if n := strings.Count(html, "alert(1)"); n < 40 {
		t.Errorf("the text stands in %d places only", n)
	}
	elements(t, html)
}

func TestPageOfNothing(t *testing.T) {
	html := rendered(t, &Report{})
	elements(t, html)
	for _, want := range []string{"Nothing was judged", "No flow is declared", "No dataset was read", "Unnamed organisation"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// A large estate, every third column with a finding, stays a page one can open.
func TestPageOfALargeEstate(t *testing.T) {
	r := company(t)
	people := exact(1_000_000)
	r.Datasets = nil
	for i := range 200 {
		d := Dataset{Source: "crm", Name: fmt.Sprintf("public.table_%03d", i), Rows: Rows{1_000_000, true}, People: &people, Sensitive: per(people, people, people)}
		for j := range 40 {
			c := column(fmt.Sprintf("column_name_%02d", j), "character varying(64)", "某个业务字段的中文注释")
			if j%3 == 0 {
				c.Findings = []Finding{found("resident_id", "公民身份号码", 1998, 2000, true, true, "110101********123X", "310000********4417")}
			}
			d.Columns = append(d.Columns, c)
		}
		r.Datasets = append(r.Datasets, d)
	}
	html := rendered(t, r)
	if len(html) > 3<<20 {
		t.Errorf("%d bytes", len(html))
	}
	if n := strings.Count(html, `<tr data-k=`); n != 200*14 {
		t.Errorf("%d rows", n)
	}
}

func TestInventoryFilterHasEveryKind(t *testing.T) {
	r := company(t)
	options := r.kindsFound()
	if len(options) < 8 {
		t.Fatalf("%d kinds", len(options))
	}
	if !slices.IsSortedFunc(options, func(a, b kindOption) int { return strings.Compare(a.Kind, b.Kind) }) {
		t.Errorf("not in order: %v", options)
	}
	html := rendered(t, r)
	for _, o := range options {
		if !strings.Contains(html, `<option value="`+o.Kind+`">`) {
			t.Errorf("no filter for %s", o.Kind)
		}
	}
}
