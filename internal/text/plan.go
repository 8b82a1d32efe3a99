package text

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// kindSet is a set of kinds, by their index in a plan.
type kindSet [2]uint64

func (s *kindSet) add(k int)     { s[k>>6&1] |= 1 << (k & 63) }
func (s kindSet) has(k int) bool { return k >= 0 && s[k>>6&1]>>(k&63)&1 != 0 }
func (s kindSet) empty() bool    { return s[0]|s[1] == 0 }
func (s kindSet) union(o kindSet) kindSet {
	return kindSet{s[0] | o[0], s[1] | o[1]}
}

// MaxKinds is how many kinds a Scanner tells apart, beside the user's rules.
const MaxKinds = 128

// plan is what a Scanner knows before it sees a text. It never changes.
type plan struct {
	dets  []detect.Detector
	kinds []string
	rules []userRule
	index map[string]int

	numeric [maxDigits + 1][]int // kinds to try on a number, by its digits
	fits    []func(*candidate) bool
	loose   kindSet // kinds of numbers that a key can speak against
	dialled kindSet // telephone numbers
	floor   int     // digits of the shortest number tried
	ceiling int     // and of the longest
	extra   int     // bytes beyond minRun of a run that can hold a number
	lanes   []lane  // in the order of trying

	email, plate, ip, mac, vin, org, line int     // index of a kind, or -1
	labels                                kindSet // kinds a label alone can tell

	keys  map[string]kindSet   // hints for column names: a key in front of a value
	loud  map[string]kindSet   // those of keys that need no second reading
	tails [1 << 16 / 64]uint64 // a bit for the last bytes of each key
	rare  []rareByte           // of values told by how they begin
	lexis lexis                // hints for comments: words in a text
}

// digitKind is a kind that is a number.
type digitKind struct {
	kind    string
	digits  []int                 // it can have
	fits    func(*candidate) bool // the test before the detector's
	loose   bool                  // so many numbers pass that a key can speak against it
	dialled bool                  // a country code may stand in front
}

// digitKinds is in the order of trying.
var digitKinds = [...]digitKind{
	{kind: "resident_id", digits: []int{15, 18}, fits: idForm},
	{kind: "hmt_residence_permit", digits: []int{18}, fits: idForm},
	{kind: "foreigner_permanent_id", digits: []int{18}, fits: idForm},
	{kind: "disability_certificate", digits: []int{20}, fits: embeddedForm},
	{kind: "mobile", digits: []int{11, 12, 13, 15}, fits: mobileForm, loose: true, dialled: true},
	{kind: "bank_card", digits: []int{13, 14, 15, 16, 17, 18, 19}, fits: cardForm, loose: true},
	{kind: "imsi", digits: []int{15, 19, 20}, fits: imsiForm, loose: true},
	{kind: "imei", digits: []int{14, 15, 16}, fits: imeiForm, loose: true},
	{kind: "landline", digits: []int{10, 11, 12, 13, 14, 15, 16}, fits: lineForm, loose: true, dialled: true},
}

// unlabelled are kinds that a text names without meaning somebody's, or that
// are no value of their own.
var unlabelled = map[string]bool{
	"free_text": true, "user_agent": true, "communication": true, "user_id": true, "bank_name": true, "region": true,
}

// newPlan sorts the kinds of set into the lanes that look for them.
func newPlan(set *detect.Set) *plan {
	p := &plan{index: map[string]int{}, keys: map[string]kindSet{}, loud: map[string]kindSet{}, floor: maxDigits + 1}
	for _, d := range set.All() {
		if l, own := d.(detect.Limited); own {
			if r, ok := newRule(l); ok {
				p.rules = append(p.rules, r)
			}
			continue
		}
		if len(p.dets) == MaxKinds {
			panic("text: too many kinds")
		}
		p.index[d.Spec().Kind] = len(p.dets)
		p.dets = append(p.dets, d)
		p.kinds = append(p.kinds, d.Spec().Kind)
	}
	p.email, p.plate, p.line = p.kind("email"), p.kind("licence_plate"), p.kind("landline")
	p.ip, p.mac, p.vin, p.org = p.kind("ip_address"), p.kind("mac_address"), p.kind("vin"), p.kind("organisation_code")
	p.fits = make([]func(*candidate) bool, len(p.dets))
	numbers := 0
	for _, k := range digitKinds {
		i := p.kind(k.kind)
		if i < 0 {
			continue
		}
		numbers++
		p.fits[i] = k.fits
		for _, n := range k.digits {
			p.numeric[n] = append(p.numeric[n], i)
			p.floor, p.ceiling = min(p.floor, n), max(p.ceiling, n)
		}
		if k.loose {
			p.loose.add(i)
		}
		if k.dialled {
			p.dialled.add(i)
		}
	}
	if p.line < 0 {
		p.extra = min(max(p.floor-minRun, 0), 3)
	}
	p.rare = p.rareBytes()
	p.readHints()
	p.chooseLanes(numbers)
	return p
}

// lane looks for its kinds of values in b[from:to], and returns where to go on:
// at to, or behind a value that ends there after.
type lane func(w *work, b []byte, from, to int) int

// chooseLanes lists the lanes that the kinds need, of which so many are numbers.
func (p *plan) chooseLanes(numbers int) {
	add := func(l lane, needed bool) {
		if needed {
			p.lanes = append(p.lanes, l)
		}
	}
	more := p.line >= 0 || numbers < len(p.dets) && (p.email < 0 || numbers+1 < len(p.dets))
	add((*work).blocks, true)
	add((*work).mail, p.email >= 0)
	add((*work).escapes, true)
	add((*work).queries, true)
	add((*work).words, more)
	add((*work).keys, more)
	add((*work).dots, p.ip >= 0 || p.mac >= 0)
	add((*work).colons, p.ip >= 0 || p.mac >= 0)
	add((*work).dashes, p.mac >= 0)
	add((*work).serials, p.vin >= 0 || p.org >= 0)
	add((*work).prefixes, len(p.rare) > 0)
	add((*work).masks, more)
	add((*work).brackets, p.line >= 0)
}

// kind returns the index of a kind, or -1 where the set has it not.
func (p *plan) kind(name string) int {
	if i, ok := p.index[name]; ok {
		return i
	}
	return -1
}

// readHints turns the hints for columns into keys and words of a text.
func (p *plan) readHints() {
	for i, d := range p.dets {
		s := d.Spec()
		for _, n := range s.Hints.Names {
			addKey(p.keys, n, i)
			if s.Evidence != detect.ByName || s.Person != detect.Not || s.Group == "credential" {
				addKey(p.loud, n, i)
				p.addTail(n)
			}
		}
		for _, n := range s.Hints.WeakNames {
			addKey(p.keys, n, i)
		}
		for _, c := range s.Hints.Comments {
			if isWord(c) {
				p.lexis.add(c, i, true)
			}
		}
		for _, c := range s.Hints.NotComments {
			for _, own := range s.Hints.Comments {
				if strings.Contains(c, own) {
					p.lexis.add(c, i, false)
				}
			}
		}
		if !unlabelled[s.Kind] && s.Group != "organisation" {
			p.labels.add(i)
		}
	}
	for _, word := range otherNumbers {
		p.lexis.enter(word).other = true
	}
	p.lexis.finish()
}

// otherNumbers are words for numbers that are nobody's.
var otherNumbers = [...]string{
	"订单", "订单号", "订单编号", "订单号码", "单号", "流水号", "流水", "编号", "编码", "序号", "序列号", "运单号", "快递单号", "交易号", "批次号", "批号",
	"工单号", "凭证号", "发票号", "发票号码", "合同号", "合同编号", "商品编码", "货号", "条码", "主键", "请求号", "追踪号", "任务号", "版本号", "时间戳",
}

func addKey(m map[string]kindSet, name string, kind int) {
	s := m[name]
	s.add(kind)
	m[name] = s
}

// addTail notes how a key ends, in the ways that people write it: by three
// letters, or by two or one where a word begins with them.
func (p *plan) addTail(name string) {
	name = strings.TrimRight(name, "0123456789")
	n := len(name)
	note := func(end string) {
		t := tail([]byte(end), len(end))
		p.tails[t>>6] |= 1 << (t & 63)
	}
	switch {
	case n < 2:
	case n == 2 || name[n-3] == '_':
		note(name[n-2:])
	case name[n-2] != '_':
		note(name[n-3:])
	default:
		for _, sign := range [...]string{"_", "-", "."} {
			note(name[n-3:n-2] + sign + name[n-1:])
		}
		if n > 3 {
			note(name[n-4:n-2] + name[n-1:])
		}
	}
}

// mayBeKey tells whether a name ends as some key does; digits and signs at its
// end do not count.
func (p *plan) mayBeKey(name []byte) bool {
	n := len(name)
	for n > 0 && !is(name[n-1], letter) {
		n--
	}
	if n < 2 {
		return false
	}
	two, three := tail(name[:n], 2), tail(name[:n], min(n, 3))
	return (p.tails[two>>6]>>(two&63)|p.tails[three>>6]>>(three&63))&1 != 0
}

// tail mixes the last n bytes of name, which are two or three; small letters
// and capitals are one.
func tail(name []byte, n int) uint16 {
	t := uint32(n)
	for _, c := range name[len(name)-n:] {
		t = t<<8 | uint32(c|0x20)
	}
	return uint16(t * 0x9e3779b1 >> 16)
}

// isWord wants two characters or more, the first of them Chinese: one alone
// stands in too many other words.
func isWord(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return r >= 0x3400 && len(s) > n
}

// work is the memory of one Scanner.
type work struct {
	p      *plan
	batch  *batch.Batch // one column, one value
	marks  batch.Marks
	found  []Span
	runs   runs
	seen   [segment / 64]masks
	folded int   // where the lane for other widths goes on
	next   []int // where each lane goes on
	names  nameCache
	sql    inserts
	line   stretch
	one    [1]group
	number candidate
	plain  []byte // a query's value, decoded
	offset []int  // of plain's bytes in the text
	sub    *work  // scans plain
	nested bool

	accounts, fresh []*detect.Effort // of the rules, on the text in hand
	undecided       []int64          // what they held when it began
	spans           []detect.Span    // of one rule
	ruled           []Span           // of all
}

func newWork(p *plan) *work {
	w := &work{p: p, batch: batch.New("text"), next: make([]int, len(p.lanes))}
	w.sub = &work{p: p, batch: batch.New("text"), next: make([]int, len(p.lanes)), nested: true}
	return w
}

// mark asks the detector of kind k about v.
func (w *work) mark(k int, v []byte) batch.Mark {
	w.batch.Reset()
	c := w.batch.Column(0)
	c.Append(v)
	w.p.dets[k].Scan(c, &w.marks)
	return w.marks.At(0)
}

// emit notes a value.
func (w *work) emit(start, end, kind int, m batch.Mark, keyword bool) {
	w.found = append(w.found, Span{Start: start, End: end, Kind: w.p.kinds[kind], Mark: m, Keyword: keyword})
}

// first returns the smallest index in the set, which is not empty.
func (s kindSet) first() int {
	if s[0] != 0 {
		return bits.TrailingZeros64(s[0])
	}
	return 64 + bits.TrailingZeros64(s[1])
}
