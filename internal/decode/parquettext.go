package decode

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"
)

// appendParquet appends the text of a value, given as PLAIN has it.
func appendParquet(dst []byte, l *parquetLeaf, raw []byte) []byte {
	switch l.physical {
	case parquetBool:
		return strconv.AppendBool(dst, raw[0] != 0)
	case parquetInt32:
		return appendInteger(dst, l, int64(int32(le32at(raw, 0))), uint64(le32at(raw, 0)))
	case parquetInt64:
		return appendInteger(dst, l, int64(le64at(raw, 0)), le64at(raw, 0))
	case parquetInt96:
		// nanoseconds of the day, then the Julian day
		day := int64(int32(le32at(raw, 8))) - 2440588
		return appendStamp(dst, day*86400, int64(le64at(raw, 0)))
	case parquetFloat:
		return appendFloat(dst, float64(math.Float32frombits(le32at(raw, 0))), 32)
	case parquetDouble:
		return appendFloat(dst, math.Float64frombits(le64at(raw, 0)), 64)
	}
	return appendBytes(dst, l.logical, raw)
}

// appendBytes appends bytes: text as it is, what is no text as \x and hexadecimal
// digits.
func appendBytes(dst []byte, l logicalType, raw []byte) []byte {
	switch {
	case l.kind == logicalDecimal && len(raw) <= 64:
		n := new(big.Int).SetBytes(raw)
		if len(raw) > 0 && raw[0] >= 0x80 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
		}
		return appendScaled(dst, n.String(), l.scale)
	case l.kind == logicalUUID && len(raw) == 16:
		h := hex.EncodeToString(raw)
		return append(dst, h[:8]+"-"+h[8:12]+"-"+h[12:16]+"-"+h[16:20]+"-"+h[20:]...)
	case l.kind == logicalHalf && len(raw) == 2:
		return appendFloat(dst, half(raw), 32)
	case utf8.Valid(raw):
		return append(dst, raw...)
	}
	return hex.AppendEncode(append(dst, `\x`...), raw)
}

// appendFloat appends a number without an exponent unless it is enormous, so that
// long numbers keep their digits.
func appendFloat(dst []byte, v float64, size int) []byte {
	if a := math.Abs(v); a < 1e21 && (a >= 1e-6 || a == 0) {
		return strconv.AppendFloat(dst, v, 'f', -1, size)
	}
	return strconv.AppendFloat(dst, v, 'g', -1, size)
}

func appendInteger(dst []byte, l *parquetLeaf, v int64, u uint64) []byte {
	switch l.logical.kind {
	case logicalDate:
		return time.Unix(v*86400, 0).UTC().AppendFormat(dst, time.DateOnly)
	case logicalDecimal:
		return appendScaled(dst, strconv.FormatInt(v, 10), l.logical.scale)
	case logicalStamp:
		per := perSecond(l.logical.unit)
		s, rest := v/per, v%per
		if rest < 0 {
			s, rest = s-1, rest+per
		}
		return appendStamp(dst, s, rest*(1e9/per))
	case logicalTime:
		per := perSecond(l.logical.unit)
		return time.Unix(v/per, v%per*(1e9/per)).UTC().AppendFormat(dst, "15:04:05.999999999")
	case logicalInteger:
		if !l.logical.sign {
			return strconv.AppendUint(dst, u, 10)
		}
	}
	return strconv.AppendInt(dst, v, 10)
}

// perSecond is how many of a unit make a second.
func perSecond(unit int64) int64 {
	switch unit {
	case 1:
		return 1e3
	case 3:
		return 1e9
	}
	return 1e6
}

func appendStamp(dst []byte, s, ns int64) []byte {
	return time.Unix(s, ns).UTC().AppendFormat(dst, "2006-01-02 15:04:05.999999999")
}

// appendScaled appends an integer with its last digits behind a point.
func appendScaled(dst []byte, digits string, scale int64) []byte {
	if scale <= 0 || scale > 100 {
		return append(dst, digits...)
	}
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for int64(len(digits)) <= scale {
		digits = "0" + digits
	}
	at := len(digits) - int(scale)
	dst = append(dst, sign...)
	dst = append(dst, digits[:at]...)
	return append(append(dst, '.'), digits[at:]...)
}
