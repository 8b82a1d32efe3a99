package classify

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// cases reads a table of testdata with n fields a line; "-" is the empty field.
func cases(t *testing.T, file string, n int) [][]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != n {
			t.Fatalf("%s: %d fields, want %d: %q", file, len(f), n, line)
		}
		for i := range f {
			if f[i] == "-" {
				f[i] = ""
			}
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		t.Fatalf("%s: no cases", file)
	}
	return out
}

func TestWords(t *testing.T) {
	for name, want := range map[string]string{
		"id_card":         "id card",
		"idCardNo":        "id card no",
		"IDCardNo":        "id card no",
		"waiterIDCard":    "waiter id card",
		"userIDs":         "user id",
		"PHONE_NO":        "phone no",
		"phone2":          "phone",
		"phone_2":         "phone",
		"guarantor1_id":   "guarantor id",
		"home-address":    "home address",
		"addresses":       "address",
		"companies":       "company",
		"status":          "status",
		"diagnosis":       "diagnosis",
		"gps":             "gps",
		"手机号mobile":       "手机号 mobile",
		"ＩＤ＿ＣＡＲＤ":         "id card",
		"  user  name  ":  "user name",
		"_id":             "id",
		"2024":            "",
		"eMail":           "e mail",
		"receiverPhoneNo": "receiver phone no",
	} {
		if got := strings.Join(words(fold(name)), " "); got != want {
			t.Errorf("words(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestElements(t *testing.T) {
	for name, want := range map[string][]string{
		"patient.id_card":   {"patient", "id_card"},
		"contacts[0].phone": {"contacts", "phone"},
		"phones.0":          {"phones"},
		"$.a.b":             {"a", "b"},
		"":                  nil,
	} {
		if got := elements(name); !slices.Equal(got, want) {
			t.Errorf("elements(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestClauses(t *testing.T) {
	for comment, want := range map[string]string{
		"手机号码":            "手机号码",
		"性别（0男 1女）":       "性别|0男",
		"性别 0男 1女":        "性别",
		"手机号/邮箱":          "手机号+邮箱",
		"联系电话，必填":         "联系电话|必填",
		"证件类型:1身份证,2护照":   "证件类型|1身份证|2护照",
		"mobile phone no": "mobile phone no",
		"":                "",
		"（）":              "",
	} {
		var got []string
		for _, c := range clauses(comment) {
			got = append(got, strings.Join(c, "+"))
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("clauses(%q) = %q, want %q", comment, s, want)
		}
	}
}

func TestParty(t *testing.T) {
	for _, f := range cases(t, "party.tsv", 4) {
		if got := PartyIn(Table{Name: f[0]}, Column{Name: f[1], Comment: f[2]}); got != f[3] {
			t.Errorf("PartyIn(%q, %q, %q) = %q, want %q", f[0], f[1], f[2], got, f[3])
		}
	}
}

func TestTableClass(t *testing.T) {
	for _, f := range cases(t, "tables.tsv", 4) {
		got := classOf(Table{Name: f[0], Comment: f[1]})
		if string(got.class) != f[2] || got.subject != f[3] {
			t.Errorf("classOf(%q, %q) = %q %q (%s), want %q %q", f[0], f[1], got.class, got.subject, got.ground, f[2], f[3])
		}
	}
}

func TestColumnType(t *testing.T) {
	for typ, want := range map[string]columnType{
		"varchar(18)":                 {"text", 18},
		"character varying(11)":       {"text", 11},
		"NVARCHAR2(20 CHAR)":          {"text", 20},
		"CHAR(18)":                    {"text", 18},
		"text":                        {"text", 0},
		"bigint(20) unsigned":         {"integer", 0},
		"numeric(11,0)":               {"integer", 11},
		"decimal(10,2)":               {"number", 8},
		"NUMBER(18)":                  {"integer", 18},
		"double precision":            {"number", 0},
		"smallint":                    {"integer", 5},
		"tinyint(1)":                  {"integer", 3},
		"timestamp with time zone":    {"date", 0},
		"timestamp(6) with time zone": {"date", 0},
		"datetime(3)":                 {"date", 0},
		"boolean":                     {"bool", 1},
		"bytea":                       {"binary", 0},
		"jsonb":                       {"json", 0},
		"enum('男','女')":               {"enum", 0},
		"Nullable(String)":            {"text", 0},
		"varchar(255)[]":              {"text", 255},
		"":                            {},
		"tsvector":                    {},
	} {
		if got := parseType(typ); got != want {
			t.Errorf("parseType(%q) = %v, want %v", typ, got, want)
		}
	}
}
