package detectors

import (
	"testing"
	"time"

	"waybill/internal/detect"
)

// The examples are those printed in the standards and on the authorities' pages.
func TestCheckDigits(t *testing.T) {
	for _, c := range []struct {
		name, body string
		got, want  byte
	}{
		{"GB 11643-1999", "11010519491231002", mod112([]byte("11010519491231002")), 'X'},
		{"GB 11643-1999", "44052418800101001", mod112([]byte("44052418800101001")), '4'},
		{"GB 32100-2015", "91110000600037341", mod31([]byte("91110000600037341")), 'L'},
		{"GB 11714-1997", "60003734", mod11714([]byte("60003734")), '1'},
		{"GB 11714-1997", "D2143569", mod11714([]byte("D2143569")), 'X'},
		{"permanent residence, 2023", "93268219850101001", mod112([]byte("93268219850101001")), '7'},
		{"permanent residence, before", "USA11008501010", mod731([]byte("USA11008501010")), '3'},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s has check %c, want %c", c.name, c.body, c.got, c.want)
		}
	}
	if !luhn([]byte("6222020200112230")) || !luhn([]byte("6217000010000012347")) || luhn([]byte("6222026006705354217")) {
		t.Error("luhn")
	}
}

func TestRealDate(t *testing.T) {
	for ymd, want := range map[int]bool{
		20000229: true, 19000229: false, 20240229: true, 20230229: false, 20241231: true, 20241301: false, 20240431: false, 20240100: false,
	} {
		if realDate(ymd) != want {
			t.Errorf("realDate(%d) is %v", ymd, !want)
		}
	}
	if bornBy(20261123, 20261122) || !bornBy(20261122, 20261122) || bornBy(18961121, 20261122) || !bornBy(18961122, 20261122) {
		t.Error("bornBy misses its ends")
	}
}

func TestProvinces(t *testing.T) {
	n := 0
	for i := range 100 {
		if province([]byte{byte('0' + i/10), byte('0' + i%10)}) {
			n++
		}
	}
	if n != 35 { // GB/T 2260 has 31 on the mainland; 71, 81 and 82; 83 is for permits
		t.Errorf("%d provinces", n)
	}
}

func TestBirth(t *testing.T) {
	for _, c := range []struct {
		d     detect.Birther
		value string
		want  string
	}{
		{residentID{}, "11010519491231002X", "1949-12-31"},
		{residentID{}, "110105194912310021x", ""},
		{residentID{}, "", ""},
		{hmtPermit{}, "810000199408230021", "1994-08-23"},
		{foreignerID{}, "932682198501010017", "1985-01-01"},
		{foreignerID{}, "USA110085010103", "1985-01-01"},
		{foreignerID{}, "USA110005010103", ""}, // 1905 or 2005
		{birthDate{}, "1985年2月14日", "1985-02-14"},
		{birthDate{}, "20150307", "2015-03-07"},
		{birthDate{}, "1985-02", ""},
		{birthDate{}, "1985-02-30", ""},
	} {
		got, ok := c.d.Birth([]byte(c.value))
		if ok != (c.want != "") || ok && got.Format(time.DateOnly) != c.want {
			t.Errorf("%T: birth in %s is %v, %v, want %q", c.d, c.value, got, ok, c.want)
		}
	}
}
