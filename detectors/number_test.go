package detectors

import (
	"testing"

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
		{"GB 16735-2019", "LSJA24U6?JG269225", vinCheck((*[17]byte)([]byte("LSJA24U60JG269225"))), '2'},
		{"payment systems, ICBC", "10210009999", mod1110([]byte("10210009999")), '6'},
		{"payment systems, Bank of Communications", "30129000000", mod1110([]byte("30129000000")), '7'},
		{"Hong Kong", "A123456", (&hkNumber{b: [9]byte{' ', 'A', '1', '2', '3', '4', '5', '6'}}).check(), '3'},
		{"Hong Kong", "AB987654", (&hkNumber{b: [9]byte{'A', 'B', '9', '8', '7', '6', '5', '4'}}).check(), '3'},
		{"permanent residence, before", "USA11008501010", mod731([]byte("USA11008501010")), '3'},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s has check %c, want %c", c.name, c.body, c.got, c.want)
		}
	}
	if !luhn([]byte("6222020200112230")) || !luhn([]byte("6217000010000012347")) || luhn([]byte("6222026006705354217")) {
		t.Error("luhn")
	}
	if !taiwanCheck([]byte("A123456789")) || taiwanCheck([]byte("M517086311")) || !luhn([]byte("490154203237518")) {
		t.Error("Taiwan, IMEI")
	}
}

// A citizen's number is found in the numbers made of it, and nowhere else.
func TestHeld(t *testing.T) {
	const id = "11010519491231002X"
	for v, want := range map[string]string{
		id: id, "G" + id: id, "L" + id: id, id + "43": id,
		"H" + id: "", id + "4": "", "440524188001010013": "", "810000199408230021": "", "20240117": "", "": "",
	} {
		kind, got, ok := holder{}.Held([]byte(v))
		if kind != "resident_id" || ok != (want != "") || string(got) != want {
			t.Errorf("in %q is %s %q, %v, want %q", v, kind, got, ok, want)
		}
	}
	if at := (holder{}).Birth([]byte("G" + id)); at != 19491231 {
		t.Errorf("birth %d", at)
	}
}

func TestBornBy(t *testing.T) {
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
		want  int
	}{
		{residentID{}, "11010519491231002X", 19491231},
		{residentID{}, "110105194912310021x", 0},
		{residentID{}, "", 0},
		{disabilityCertificate{}, "11010519491231002X43", 19491231},
		{personal{}, "G11010519491231002X", 19491231},
		{personal{}, "20240117", 0},
		{hmtPermit{}, "810000199408230021", 19940823},
		{foreignerID{}, "932682198501010017", 19850101},
		{foreignerID{}, "USA110085010103", 19850101},
		{foreignerID{}, "USA110005010103", 0}, // 1905 or 2005
		{birthDate{}, "1985年2月14日", 19850214},
		{birthDate{}, "20150307", 20150307},
		{birthDate{}, "1985-02", 0},
		{birthDate{}, "1985-02-30", 0},
	} {
		if got := c.d.Birth([]byte(c.value)); got != c.want {
			t.Errorf("%T: birth in %s is %d, want %d", c.d, c.value, got, c.want)
		}
	}
}
