package detectors

import (
	"time"

	"waybill/internal/detect"
)

// luhn tells whether the digits pass ISO/IEC 7812-1 Annex B.
func luhn(digits []byte) bool {
	sum := 0
	for i, c := range digits {
		d := int(c - '0')
		if (len(digits)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// mod112 returns the check character of at most forty digits by ISO 7064
// MOD 11-2 (GB 11643-1999 for seventeen).
func mod112(digits []byte) byte {
	var sum int64
	for _, c := range digits {
		sum = (sum + int64(c-'0')) * 2
	}
	return "10X98765432"[sum%11]
}

// mod731 returns the check digit over digits and letters, A = 10, with weights
// 7, 3, 1 (ICAO Doc 9303).
func mod731(chars []byte) byte {
	weights := [...]int{7, 3, 1}
	sum := 0
	for i, c := range chars {
		v := int(c - '0')
		if c >= 'A' {
			v = int(c-'A') + 10
		}
		sum += v * weights[i%3]
	}
	return byte('0' + sum%10)
}

// province tells whether two digits begin a code of GB/T 2260 that numbers
// persons (11–65 mainland, 71 Taiwan, 81 Hong Kong, 82 and 83 permits).
func province(code []byte) bool {
	n := atoi(code)
	return n >= 0 && n < len(provinceCodes) && provinceCodes[n]
}

var provinceCodes = [100]bool{
	11: true, 12: true, 13: true, 14: true, 15: true, 21: true, 22: true, 23: true,
	31: true, 32: true, 33: true, 34: true, 35: true, 36: true, 37: true,
	41: true, 42: true, 43: true, 44: true, 45: true, 46: true,
	50: true, 51: true, 52: true, 53: true, 54: true,
	61: true, 62: true, 63: true, 64: true, 65: true,
	71: true, 81: true, 82: true, 83: true,
}

// atoi reads digits; it is only called on digits, at most eight.
func atoi(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

func allDigits(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(v) > 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }

// upper is c, a small letter made a capital.
func upper(c byte) byte {
	if isLower(c) {
		return c - 'a' + 'A'
	}
	return c
}

// lower is c, a capital letter made small.
func lower(c byte) byte {
	if isUpper(c) {
		return c - 'A' + 'a'
	}
	return c
}

// shanghai is the zone of Chinese dates: a day begins there.
var shanghai = time.FixedZone("CST", 8*60*60)

// today is the date in China as YYYYMMDD.
func today() int {
	y, m, d := time.Now().In(shanghai).Date()
	return y*10000 + int(m)*100 + d
}

// oldest is the age nobody has passed, in years.
const oldest = 130

// bornBy tells whether YYYYMMDD can be the birth date of somebody alive, or
// lately alive, on the given day.
func bornBy(ymd, today int) bool {
	return ymd <= today && ymd >= today-oldest*10000 && detect.RealDate(ymd)
}
