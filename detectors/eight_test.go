package detectors

import (
	"math/rand/v2"
	"testing"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// What is read eight digits at a time is what is read digit by digit.
func TestEight(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	b := make([]byte, 8)
	for i := range 200_000 {
		for j := range b {
			b[j] = '0' + byte(r.IntN(10))
		}
		if i%2 == 0 {
			b[r.IntN(8)] = byte(i >> 1)
		}
		w := eight(b)
		if allDigits(b) != (notDigits(w) == 0) {
			t.Fatalf("%q: notDigits is %x", b, notDigits(w))
		}
		if !allDigits(b) {
			continue
		}
		sum, doubles := 0, 0
		for j, weight := range [...]int{7, 9, 10, 5, 8, 4, 2, 1} {
			sum += int(b[j]-'0') * weight
			doubles += int(b[j] - '0')
			if j%2 == 0 {
				doubles += int(b[j]-'0') - int(b[j]-'0')/5*9
			}
		}
		if got := weighted(w, weights(7, 10, 8, 2), weights(9, 5, 4, 1)); got != uint64(sum) || dateOf(w) != atoi(b) || doubled(w) != doubles {
			t.Fatalf("%s: sum %d, want %d; number %d; doubled %d, want %d", b, got, sum, dateOf(w), doubled(w), doubles)
		}
	}
}

// plainCase is a kind with a short way for values as most stores write them.
type plainCase struct {
	seeds []string
	short func(v []byte) (mark batch.Mark, canonical, ok bool)
	long  func(v []byte) (mark batch.Mark, canon []byte)
}

// The short way of each kind says what the long one does, of values one to three
// signs away from numbers and addresses of every sort; the commonest take it.
func TestShortWays(t *testing.T) {
	const now = 20261122
	var boxes mailboxes
	for name, c := range map[string]plainCase{
		"resident_id": {
			seeds: []string{"11010519491231002X", "110105198501040000", "440524188001010014", "440524189701010014", "110105190001010005", "110105202611220000", "810000199408230021",
				"830000199201300022", "820000199408230021", "710000199408230021", "111111111111111111", "123456789012345678", "210987654321098765", "62052319850101001X"},
			short: func(v []byte) (batch.Mark, bool, bool) {
				mark, birth, ok := markDigits18(v, now)
				if ok && mark >= batch.Weak && birth != (residentID{}).Birth(v) {
					t.Errorf("%s: born %d", v, birth)
				}
				return mark, true, ok
			},
			long: func(v []byte) (batch.Mark, []byte) {
				if !idGate.Open(v) {
					return batch.No, nil
				}
				return markResident(detect.Fold(nil, v), now), residentID{}.Canonical(nil, v)
			},
		},
		"mobile": {
			seeds: []string{"13812345671", "13800138000", "13000000000", "17400138000", "17490000000", "11111111111", "19912345678", "14012345678", "12345678901", "16600138000"},
			short: func(v []byte) (batch.Mark, bool, bool) { mark, ok := markDigits11(v); return mark, true, ok },
			long: func(v []byte) (batch.Mark, []byte) {
				if !mobileGate.Open(v) && !isIntl(v) {
					return batch.No, nil
				}
				return markMobile(detect.Fold(nil, v)), mobile{}.Canonical(nil, v)
			},
		},
		"bank_card": {
			seeds: []string{"6222020200112230", "62220202001122304", "622202020011223041", "6222020200112230411", "4111111111111111", "4111111111111111110", "5555555555554444",
				"620523198501010011", "2345678901234567", "6666666666666666", "9558801234567890123", "3530111333300000", "6011111111111117", "2221000000000009"},
			short: func(v []byte) (batch.Mark, bool, bool) { mark, ok := markDigits16(v, now); return mark, true, ok },
			long: func(v []byte) (batch.Mark, []byte) {
				return markCard(detect.Fold(nil, v), now), bankCard{}.Canonical(nil, v)
			},
		},
		"email": {
			seeds: []string{"li.ming@example.cn", "U0a1b2c3@example-mail.cn", "zhao_6@Mail.Example.com.cn", "x@post.example-of-some.com", "service@example.com", "test@163.com", "123456@qq.com",
				"a@b.com", "a.b+c@qq.com", "li@xn--fiqs8s.xn--fiqs8s", "'li.ming@example.cn'", "icon@2x.example.png", "o'neil@example.com", "=li.ming@example.cn", "li@a.b.c.d.e.f.example.cn",
				"li@quite-a-long-domain-name.example.com.cn", "li..ming@example.cn", ".li@example.cn", "li.@example.cn", "li@-example.cn", "li@example-.cn", "li@example.c1", "li@@example.cn", "l@qq.cn"},
			short: func(v []byte) (batch.Mark, bool, bool) {
				mark, capitals, ok := boxes.mark(v)
				return mark, !capitals, ok
			},
			long: func(v []byte) (batch.Mark, []byte) {
				if !hasAt(v) {
					return batch.No, nil
				}
				return markEmail(v, nil), email{}.Canonical(nil, v)
			},
		},
	} {
		t.Run(name, func(t *testing.T) { c.agree(t) })
	}
}

func (c plainCase) agree(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	signs := []byte("00112345678999Xx@.-_ 'AZaz\xef\x00")
	marks := map[batch.Mark]int{}
	for i := range 400_000 {
		v := []byte(c.seeds[i%len(c.seeds)])
		for range r.IntN(4) {
			switch at := r.IntN(len(v)); r.IntN(10) {
			case 0:
				v = append(v[:at], v[at+1:]...)
			case 1:
				v = append(v[:at+1], v[at:]...)
			default:
				v[at] = signs[r.IntN(len(signs))]
			}
		}
		mark, canonical, ok := c.short(v)
		if !ok {
			continue
		}
		marks[mark]++
		want, canon := c.long(v)
		if mark != want || mark >= batch.Weak && canonical != (string(canon) == string(v)) {
			t.Fatalf("%q is %v, canonical as it stands is %v; want %v and %q", v, mark, canonical, want, canon)
		}
	}
	if marks[batch.Yes] < 5000 {
		t.Errorf("only %v took the short way", marks)
	}
}
