package detectors

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"waybill/internal/detect"
)

// Validator is a check of a number that a rule can ask for by name.
type Validator struct {
	Name string
	Says string // what it checks, and by which standard
	// ok judges a folded value; blanks and dashes are taken out before, but for
	// those of a date.
	ok    func(v []byte) bool
	dated bool
}

// maxChecked is the most characters a validator takes.
const maxChecked = 40

// Validators lists the checks, by name.
func Validators() []Validator {
	return []Validator{
		{Name: "birth_date", Says: "a date, as date, on which somebody alive can be born", ok: bornOn, dated: true},
		{Name: "date", Says: "a day of the calendar: yyyymmdd, yymmdd, or year, month and day parted by - / . or 年月日", ok: dayOf, dated: true},
		{Name: "ean13", Says: "thirteen digits with a GS1 check digit", ok: ean13},
		{Name: "iban", Says: "IBAN of ISO 13616: country, check by ISO 7064 MOD 97-10, account", ok: iban},
		{Name: "icao9303", Says: "digits and letters with a check digit of ICAO Doc 9303 (weights 7, 3, 1)", ok: icao9303},
		{Name: "imei", Says: "fifteen digits with a Luhn check digit (3GPP TS 23.003)", ok: func(v []byte) bool { return len(v) == 15 && luhnNumber(v) }},
		{Name: "luhn", Says: "digits with a check digit of ISO/IEC 7812-1 Annex B", ok: luhnNumber},
		{Name: "mod11_10", Says: "digits with a check digit of ISO 7064 MOD 11,10", ok: checked(mod1110)},
		{Name: "mod11_2", Says: "digits with a check digit or X of ISO 7064 MOD 11-2 (resident identity numbers, GB 11643)", ok: mod112Number},
		{Name: "mod31_3", Says: "eighteen characters with the check of GB 32100 (unified social credit code)", ok: creditCode},
		{Name: "mod97_10", Says: "digits and letters with two check digits of ISO 7064 MOD 97-10 (ISO 17442 legal entity identifier)", ok: func(v []byte) bool { return mod9710(v, nil) }},
		{Name: "orgcode", Says: "eight characters with the check of GB 11714 (organisation code)", ok: shortOrgCode},
		{Name: "region", Says: "two, four or six digits that begin with a province of GB/T 2260", ok: regionCode},
		{Name: "verhoeff", Says: "digits with a check digit of Verhoeff's scheme", ok: verhoeff},
		{Name: "vin", Says: "vehicle identification number with the check of GB 16735", ok: vinNumber},
	}
}

// validatorOf finds a validator by name; the error lists all.
func validatorOf(name string) (Validator, error) {
	all := Validators()
	if i := slices.IndexFunc(all, func(v Validator) bool { return v.Name == name }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = v.Name
	}
	return Validator{}, fmt.Errorf("validator %q: there is none of that name, but %s", name, strings.Join(names, ", "))
}

// check judges a folded value. buf is room for maxChecked bytes.
func (c *Validator) check(buf, v []byte) bool {
	if c.dated {
		return c.ok(v)
	}
	buf = buf[:0]
	for _, b := range v {
		if b == ' ' || b == '-' {
			continue
		}
		if len(buf) == maxChecked {
			return false
		}
		buf = append(buf, upper(b))
	}
	return len(buf) >= 2 && c.ok(buf)
}

func luhnNumber(v []byte) bool { return allDigits(v) && luhn(v) }

// checked makes a validator of a function that gives the check digit of the
// digits before it.
func checked(digit func([]byte) byte) func([]byte) bool {
	return func(v []byte) bool {
		n := len(v) - 1
		return allDigits(v) && digit(v[:n]) == v[n]
	}
}

func mod112Number(v []byte) bool {
	n := len(v) - 1
	return allDigits(v[:n]) && mod112(v[:n]) == v[n]
}

func creditCode(v []byte) bool {
	for _, c := range v {
		if strings.IndexByte(symbols, c) < 0 {
			return false
		}
	}
	return len(v) == 18 && mod31(v[:17]) == v[17]
}

func shortOrgCode(v []byte) bool {
	return len(v) == 9 && alphanumeric(v[:8]) && mod11714(v[:8]) == v[8]
}

func icao9303(v []byte) bool {
	n := len(v) - 1
	return alphanumeric(v) && mod731(v[:n]) == v[n]
}

func vinNumber(v []byte) bool {
	var b [17]byte
	return readVIN(&b, v) && vinCheck(&b) == b[8]
}

func regionCode(v []byte) bool {
	return (len(v) == 2 || len(v) == 4 || len(v) == 6) && allDigits(v) && province(v[:2])
}

func ean13(v []byte) bool {
	if len(v) != 13 || !allDigits(v) {
		return false
	}
	sum := 0
	for i, c := range v {
		sum += int(c-'0') * (1 + i%2*2)
	}
	return sum%10 == 0
}

// iban moves the country and the check behind the account (ISO 13616-1, 6.1).
func iban(v []byte) bool {
	return len(v) >= 15 && len(v) <= 34 && isUpper(v[0]) && isUpper(v[1]) && allDigits(v[2:4]) && mod9710(v[4:], v[:4])
}

// mod9710 tells whether the number that head and tail make, A written as 10,
// leaves 1 when divided by 97 (ISO 7064 MOD 97-10).
func mod9710(head, tail []byte) bool {
	if !alphanumeric(head) || !alphanumeric(tail) {
		return false
	}
	rest := 0
	for _, part := range [...][]byte{head, tail} {
		for _, c := range part {
			if isDigit(c) {
				rest = (rest*10 + int(c-'0')) % 97
			} else {
				rest = (rest*100 + int(c-'A') + 10) % 97
			}
		}
	}
	return rest == 1
}

func alphanumeric(v []byte) bool {
	return !bytes.ContainsFunc(v, func(r rune) bool { return r >= 0x80 || !isDigit(byte(r)) && !isUpper(byte(r)) })
}

// verhoeff is the check over the dihedral group of order ten (J. Verhoeff,
// Error Detecting Decimal Codes, 1969).
func verhoeff(v []byte) bool {
	if !allDigits(v) {
		return false
	}
	var c byte
	for i := range v {
		c = dihedral(c, permuted(i, v[len(v)-1-i]-'0'))
	}
	return c == 0
}

// dihedral multiplies in D5: 0 to 4 are rotations, 5 to 9 reflections.
func dihedral(a, b byte) byte {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b-5)%5
	case b < 5:
		return 5 + (a-5+5-b)%5
	}
	return (a + 5 - b) % 5
}

// permuted applies Verhoeff's permutation i times, which is of order eight.
func permuted(i int, d byte) byte {
	for range i % 8 {
		d = [...]byte{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}[d]
	}
	return d
}

// calendarDay reads the forms of the validator date as YYYYMMDD; a year of two
// digits is of the 1900s, or of the 2000s where the 29th of February wants it.
func calendarDay(v []byte) (int, bool) {
	if len(v) == 6 && allDigits(v) {
		if ymd := 19000000 + atoi(v); detect.RealDate(ymd) {
			return ymd, true
		}
		ymd := 20000000 + atoi(v)
		return ymd, detect.RealDate(ymd)
	}
	ymd, ok := readDate(v)
	return ymd, ok && detect.RealDate(ymd)
}

func dayOf(v []byte) bool {
	_, ok := calendarDay(v)
	return ok
}

func bornOn(v []byte) bool {
	ymd, ok := calendarDay(v)
	return ok && bornBy(ymd, today())
}
