package detectors

import "testing"

// The numbers are examples that the standards or the issuing bodies print.
var published = map[string][]string{
	"birth_date": {"19491231", "491231", "1949-12-31", "2020年2月29日"},
	"date":       {"20240229", "000229", "2024-02-29", "2024/2/9", "2024年2月29日", "20991231"},
	"ean13":      {"6901234567892", "4006381333931"},                                           // GS1 China, GS1 Germany
	"iban":       {"GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"},                    // ISO 13616 registry
	"icao9303":   {"L898902C36", "7408122", "1204159"},                                         // Doc 9303 part 4, specimen
	"imei":       {"490154203237518", "49-015420-323751-8"},                                    // 3GPP TS 23.003
	"luhn":       {"79927398713", "6222020200112230", "6222 0202 0011 2230"},                   // ISO/IEC 7812-1
	"mod11_10":   {"07945", "102100099996", "301290000007"},                                    // ISO 7064; bank branches
	"mod11_2":    {"07940", "11010519491231002X", "440524188001010014", "0000-0002-1825-0097"}, // ISO 7064; GB 11643; ORCID
	"mod31_3":    {"91110000600037341L"},                                                       // GB 32100
	"mod97_10":   {"079444", "506700GE1G29325QX363"},                                           // ISO 7064; ISO 17442
	"orgcode":    {"600037341", "60003734-1", "D2143569X"},                                     // GB 11714
	"region":     {"11", "4401", "110101"},
	"verhoeff":   {"2363", "123451"},
	"vin":        {"1M8GDM9AXKP042788", "LSJA24U62JG269225"}, // 49 CFR 565; GB 16735
}

// Every validator takes the published examples, no other validator's name for
// them, and none of their neighbours: one digit off is refused by all checks.
func TestValidators(t *testing.T) {
	buf := make([]byte, 0, maxChecked)
	for _, v := range Validators() {
		list := published[v.Name]
		if len(list) == 0 {
			t.Errorf("%s: no example", v.Name)
		}
		for _, n := range list {
			if !v.check(buf, []byte(n)) {
				t.Errorf("%s refuses %s", v.Name, n)
			}
			if v.dated || v.Name == "region" {
				continue
			}
			for i := range len(n) {
				if !isDigit(n[i]) {
					continue
				}
				for c := byte('0'); c <= '9'; c++ {
					off := n[:i] + string(c) + n[i+1:]
					if off != n && v.check(buf, []byte(off)) {
						t.Errorf("%s takes %s for %s", v.Name, off, n)
					}
				}
			}
		}
		for _, bad := range []string{"", "0", "-", "张三", "1234567890123456789012345678901234567890123456", "12a4567"} {
			if v.check(buf, []byte(bad)) {
				t.Errorf("%s takes %q", v.Name, bad)
			}
		}
	}
	if len(published) != len(Validators()) {
		t.Errorf("%d validators with examples, %d in all", len(published), len(Validators()))
	}
	for _, bad := range []string{"2023-02-29", "00000230", "991332", "2024/2-9", "2024年13月1日"} {
		if dayOf([]byte(bad)) {
			t.Errorf("%s is a day", bad)
		}
	}
	if bornOn([]byte("20991231")) || bornOn([]byte("18000101")) {
		t.Error("somebody alive is born too late or too early")
	}
}
