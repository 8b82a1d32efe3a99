package text

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"waybill/detectors"
	"waybill/internal/detect"
)

// reference finds what Scan finds, a byte at a time: the searches are plain,
// and the judgement of what they find is the package's own.
func (w *work) reference(b []byte) []Span {
	w.found, w.runs, w.folded = w.found[:0], runs{}, 0
	w.everyStretch(b)
	for i := 0; i < len(b); {
		switch b[i] {
		case 0xC2, 0xE2, 0xE3, 0xEF:
			i = w.wideAt(b, i)
		default:
			i++
		}
	}
	for i := range b {
		if b[i] == '@' && w.p.email >= 0 {
			w.mailbox(b, i, 1)
		}
	}
	w.escapes(b, 0, len(b))
	w.queries(b, 0, len(b))
	w.everySerial(b)
	named := func(kind int, lanes ...lane) {
		for _, l := range lanes {
			if kind >= 0 {
				l(w, b, 0, len(b))
			}
		}
	}
	named(w.p.kind("name"), (*work).words, (*work).keys, (*work).masks)
	named(w.p.kind("licence_plate"), (*work).words)
	named(max(w.p.ip, w.p.mac), (*work).words, (*work).keys, (*work).masks, (*work).dots, (*work).colons)
	named(w.p.mac, (*work).dashes)
	named(w.p.vin, (*work).words, (*work).keys, (*work).masks)
	named(w.p.kind("secret"), (*work).prefixes)
	named(w.p.line, (*work).words, (*work).keys, (*work).masks, (*work).brackets)
	return w.settle(nil)
}

func (w *work) everyStretch(b []byte) {
	for i := 0; i < len(b); i++ {
		if !is(b[i], digit) {
			continue
		}
		start, digits := i, 0
		for ; i < len(b); i++ {
			if is(b[i], digit) {
				digits++
			} else if !is(b[i], parter) || i+1 == len(b) || !is(b[i+1], digit) {
				break
			}
		}
		switch parts := i - start - digits; {
		case digits < w.p.floor || digits == 10 && b[start] != '0':
		case parts == 0 && digits <= w.p.ceiling:
			w.single(b, start, i)
		case parts > 0 && hasRun(b, start, i, minRun+w.p.extra):
			w.read(b, start, i)
		}
	}
}

// hasRun says the same as roomy, by its definition.
func hasRun(b []byte, start, end, need int) bool {
	other := func(i int) bool { return i >= 0 && i < end && (!is(b[i], digit) || i == end-1) }
	for from := start; from+need <= end; from++ {
		ok := true
		for i := from; i < from+need; i++ {
			ok = ok && !(other(i) && (other(i-1) || other(i-2) || other(i-3)))
		}
		if ok {
			return true
		}
	}
	return false
}

func (w *work) everySerial(b []byte) {
	for i := 0; i < len(b); i++ {
		start := i
		for i < len(b) && is(b[i], upper|digit) {
			i++
		}
		switch {
		case i-start == 17 && w.p.vin >= 0:
			w.serial(b, start, i, w.p.vin)
		case i-start == 18 && w.p.org >= 0:
			w.serial(b, start, i, w.p.org)
		}
	}
}

// pieces are what random texts are made of, beside random digits. The values
// are invented.
var pieces = strings.Split("13912345671|11010519491231002X|11010519491231002x|6222020200112230|1２３|０１２３４５６７８９|１３９１２３４５６７１|Ｘ|×|"+
	"8613912345671|0086|86|+86|(+86)|010|0755|88993108|139|1234|5671|622202|110105|19491231|002|"+
	" | | |-|-|－|\u00a0|\u200b|\u3000|.|,|，|：|:|/|\n|=|\"|'|(0|)|_|@|＠|%|%2D|%40|%20|?|&|*|****|"+
	"010-88993108|0755 8899 3108|86 10 88993108|0315 3456789|座机|a|e|x|id=|phone=|mobile:|手机|身份证|电话|号|订单号|姓名：王小红|京A12345|é|\xe2|\xef\xbc|\x80|"+
	"li.ming@example-mail.cn|10.0.0.1|114.114.114.114|2026-11-22 10:11:12.123|eaf2c323-9fad-4a20-a36b-5e6d7ff0e46a|00-1A-2B-3C-4D-5E|"+
	"001b.4411.3ab7|2400:c401::5054:ff:fe1b:b031|138****5678|91110000600037341L|LSJA24U62JG269225|wxid_8k2m4n6p0q1r2s|d=5omL5py6MTM5MTIzNDU2NzE=", "|")

// randomText is up to n pieces and numbers.
func randomText(rng *rand.Rand, n int) []byte {
	var b []byte
	for range 1 + rng.IntN(n) {
		switch rng.IntN(6) {
		case 0:
			b = fmt.Appendf(b, "1%d%09d", 3+rng.IntN(7), rng.IntN(1e9))
		case 1:
			for range 1 + rng.IntN(21) {
				b = append(b, byte('0'+rng.IntN(10)))
			}
		case 2:
			for range 1 + rng.IntN(12) {
				b = utf8.AppendRune(b, rune('０'+rng.IntN(10)))
			}
		default:
			b = append(b, pieces[rng.IntN(len(pieces))]...)
		}
	}
	return b
}

// works returns the memory of Scanners of the four fast kinds, of all, and of
// some in between.
func works(t testing.TB) map[string]*work {
	t.Helper()
	all, err := detect.NewSet(detectors.All()...)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*work{"all": newWork(newPlan(all))}
	for _, names := range []string{"resident_id mobile bank_card email", "email", "landline", "imei vin", "bank_card ip_address"} {
		var few []detect.Detector
		for k := range strings.FieldsSeq(names) {
			few = append(few, all.Kind(k))
		}
		set, err := detect.NewSet(few...)
		if err != nil {
			t.Fatal(err)
		}
		out[names] = newWork(newPlan(set))
	}
	return out
}

// Whatever the text, the segments and what stands where in a block of 64 bytes,
// Scan finds the spans that the plain search finds.
func TestScanFindsWhatTheReferenceFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	every := works(t)
	found := map[string]int{}
	for n := range 3000 {
		b := randomText(rng, 4+n%60)
		for name, w := range every {
			checkReference(t, name, w, b, found)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	for _, kind := range []string{"resident_id", "mobile", "bank_card", "email", "landline", "ip_address", "mac_address", "vin", "organisation_code"} {
		if found[kind] < 50 {
			t.Errorf("only %d spans of %s were compared", found[kind], kind)
		}
	}
}

// However a key is written, the look at its end passes what a look-up finds.
func TestEveryKeyMayBeOne(t *testing.T) {
	p := works(t)["all"].p
	tried := 0
	for name := range p.loud {
		var camel []byte
		for i := 0; i < len(name); i++ {
			if name[i] == '_' && i+1 < len(name) {
				i++
				camel = append(camel, name[i]&^0x20)
				continue
			}
			camel = append(camel, name[i])
		}
		for _, form := range []string{name, string(camel), strings.ToUpper(name), strings.ReplaceAll(name, "_", "-"), "t_" + name, "tX" + name, name + "2", name + "_1"} {
			if lookup(p.loud, normalize(nil, []byte(form))).empty() {
				continue
			}
			tried++
			if !p.mayBeKey([]byte(form)) {
				t.Errorf("%s is a key, and its end is not known", form)
			}
		}
	}
	if tried < 1000 {
		t.Errorf("only %d forms of keys were tried", tried)
	}
}

func checkReference(t *testing.T, name string, w *work, b []byte, found map[string]int) {
	t.Helper()
	want := w.reference(b)
	for _, size := range []int{64, 192, segment} {
		w.found = w.found[:0]
		w.scan(b, size)
		if got := w.settle(nil); !slices.Equal(got, want) {
			t.Errorf("kinds %s in segments of %d: %+v\nwant %+v\nin %q", name, size, got, want, b)
			return
		}
	}
	for _, s := range want {
		found[s.Kind]++
	}
}

// What is remembered of a key is that key's, whichever others share its place.
func TestNameCacheTellsKeysApart(t *testing.T) {
	p := works(t)["all"].p
	var c nameCache
	for range 2 {
		for name := range p.loud {
			if len(name) > maxKey {
				continue
			}
			if got, want := c.loud(p, []byte(name)), lookup(p.loud, normalize(nil, []byte(name))); got != want {
				t.Errorf("%s says %v, want %v", name, got, want)
			}
		}
	}
	if len(p.loud) < 2*len(c) {
		t.Errorf("%d keys do not fill the cache", len(p.loud))
	}
}

func TestIsCode(t *testing.T) {
	for c := range 256 {
		for i := range 8 {
			b := []byte("A0Z9BY18")
			b[i] = byte(c)
			if got := isCode(binary.LittleEndian.Uint64(b)); got != is(byte(c), upper|digit) {
				t.Fatalf("%q: %v", b, got)
			}
		}
	}
}
