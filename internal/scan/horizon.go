package scan

import (
	"encoding/binary"
	"time"
)

// horizon is how long what was counted of some rows stays true. Two days decide
// how a row counts beside what stands in it: the as-of day, by which a person is
// under 14 and a window ends, and the day of the reading, by which an identity
// number is of somebody born already (and not more than 130 years ago), or none.
//
// The nil horizon notes nothing.
type horizon struct {
	AsOf, Today calendar
	Until       calendar // the first later as-of day on which a row counts otherwise
	Doubt       calendar // the first later day on which a value may be recognised otherwise
}

const (
	never = calendar(9999_12_31)
	// longest is how long a reading is relied on at most: a year.
	longest = calendar(1_0000)
	// lifetime is the age beyond which no detector takes a number for somebody's.
	lifetime = calendar(130_0000)
)

func newHorizon(asOf, today calendar) *horizon {
	return &horizon{AsOf: asOf, Today: today, Until: never, Doubt: today + longest}
}

// holds tells whether what was counted counts the same as of a day, read on
// another.
func (h horizon) holds(asOf, today calendar) bool {
	return h.AsOf <= asOf && asOf < h.Until && h.Today <= today && today < h.Doubt
}

// turns notes that a row counts otherwise from an as-of day on.
func (h *horizon) turns(on calendar) {
	if h != nil && on < h.Until {
		h.Until = on
	}
}

// lives notes somebody's birth that a detector has taken for possible.
func (h *horizon) lives(born calendar) {
	if h != nil && born+lifetime < h.Doubt {
		h.Doubt = born + lifetime + 1
	}
}

// join takes over what another horizon of the same days has noted.
func (h *horizon) join(o *horizon) {
	if h != nil && o != nil {
		h.Until, h.Doubt = min(h.Until, o.Until), min(h.Doubt, o.Doubt)
	}
}

// spaced is the fewest digits of a number that may be written with separators
// within its date.
const spaced = 15

// digits notes the dates in a value by which a detector may decide otherwise on a
// later day: eight digits in a row, or in a number written with separators, and
// the six of a foreigner's old number, three letters and twelve digits.
func (h *horizon) digits(v []byte) {
	if h == nil || len(v) < 8 {
		return
	}
	var last, run, all, letters int // the last eight digits; digits in a row, and parted by separators only; letters before them
	waiting := never
	for i := 0; i < len(v); i++ {
		c := v[i]
		if wide := i+2 < len(v) && c == 0xEF && v[i+1] == 0xBC && v[i+2] >= 0x90 && v[i+2] <= 0x99; wide {
			i += 2
			c = v[i] - 0x90 + '0'
		}
		if c < '0' || c > '9' {
			run = 0
			if letter := c|0x20 >= 'a' && c|0x20 <= 'z'; letter || ends(v[i:]) {
				if all > 0 || !letter {
					letters = 0
				}
				if letter {
					letters++
				}
				all, waiting = 0, never
			}
			continue
		}
		last = (last*10 + int(c-'0')) % 1_0000_0000
		run, all = run+1, all+1
		if run >= 8 {
			h.date(calendar(last))
		} else if all >= 8 {
			waiting = min(waiting, h.changes(calendar(last)))
		}
		if all >= spaced && waiting < h.Doubt {
			h.Doubt = waiting
		}
		if all == 10 && letters >= 3 {
			h.date(2000_0000 + calendar(last%100_0000))
		}
	}
}

// years are those, as four digits, that the dates begin with which changes takes.
type years [4]uint32

func (h *horizon) years() (y years) {
	for i, year := range [...]int{int(h.Today), int(h.Today + longest), int(h.Today - lifetime), int(h.Today - lifetime + longest)} {
		year /= 1_0000
		for place := 3; place >= 0; place-- {
			y[i] |= uint32('0'+year%10) << (8 * place)
			year /= 10
		}
	}
	return y
}

// absent tells that horizon.digits would note nothing of v: it has too few digits,
// or none of the years where eight of them may begin side by side. Of ten digits
// on, which may be parted, it says so of numbers only.
func (y *years) absent(v []byte) bool {
	digits := 0
	for _, c := range v {
		if c == 0xEF { // wide digits begin so
			return false
		}
		if c-'0' <= 9 {
			digits++
		}
	}
	if digits < 8 {
		return true
	}
	if digits >= 10 && digits < len(v) {
		return false
	}
	for ; len(v) >= 8; v = v[1:] {
		if w := binary.LittleEndian.Uint32(v); w == y[0] || w == y[1] || w == y[2] || w == y[3] {
			return false
		}
	}
	return true
}

// ends tells whether a sign that is no digit and no letter ends a number: those
// beyond ASCII do, but for blanks, dashes and the wide forms of ASCII.
func ends(v []byte) bool {
	switch {
	case v[0] < 0x80 || v[0]&0xC0 == 0x80: // or the rest of a sign
		return false
	case len(v) < 2:
		return true
	}
	return !(v[0] == 0xC2 && v[1] == 0xA0 || v[0] == 0xE2 && v[1] == 0x80 || v[0] == 0xE3 && v[1] == 0x80 || v[0] == 0xEF && v[1] >= 0xBC)
}

func (h *horizon) date(on calendar) {
	if at := h.changes(on); at < h.Doubt {
		h.Doubt = at
	}
}

// changes is the day from which on a date may be one of birth, or no longer.
func (h *horizon) changes(on calendar) calendar {
	switch {
	case on > h.Today && on <= h.Today+longest:
		return on
	case on >= h.Today-lifetime && on < h.Today-lifetime+longest:
		return on + lifetime + 1
	}
	return never
}

// todayIn is the day it is where Chinese dates begin, by which detectors judge.
func todayIn(now time.Time) calendar { return dayOf(now.In(time.FixedZone("CST", 8*60*60))) }
