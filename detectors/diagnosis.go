package detectors

import (
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// diagnosis is a code of ICD-10 in any of its Chinese editions, or a phrase
// that names an illness. Seats and roads look like the codes and notices speak
// of illness too, so it is never more than Weak.
type diagnosis struct{ kind }

var diagnosisGate = newGate(3, 480, letters+"\xe4\xe5\xe6\xe7\xe8\xe9")

// Scan marks column values; see detect.Detector.
func (diagnosis) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); diagnosisGate.Open(v) || numberedIllness(v) {
			m.Set(i, markDiagnosis(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

// numberedIllness lets 2型糖尿病 through the gate, but no number.
func numberedIllness(v []byte) bool {
	return len(v) > 3 && len(v) <= 480 && isDigit(v[0]) && v[len(v)-1] >= 0x80
}

func markDiagnosis(v []byte) batch.Mark {
	if icdList(v) || namesIllness(v) {
		return batch.Weak
	}
	return batch.No
}

// icdList tells whether v is one or more ICD-10 codes.
func icdList(v []byte) bool {
	for {
		n := icd(v)
		if n == 0 {
			return false
		}
		if v = v[n:]; len(v) == 0 {
			return true
		}
		if v[0] != ',' && v[0] != ';' && v[0] != '|' && v[0] != '/' && v[0] != ' ' {
			return false
		}
		for len(v) > 0 && (v[0] == ' ' || v[0] == ',' || v[0] == ';' || v[0] == '|' || v[0] == '/') {
			v = v[1:]
		}
	}
}

// icd returns the length of the code v begins with: letter, two digits, then
// .d (WHO), .ddd (GB/T 14396-2016), with x for an absent digit and xddd for a
// national extension, then the dagger or the asterisk.
func icd(v []byte) int {
	if len(v) < 3 || !isUpper(upper(v[0])) || !isDigit(v[1]) || !isDigit(v[2]) {
		return 0
	}
	n := 3
	if n < len(v) && v[n] == '.' {
		k := codeRun(v[n+1:])
		if k == 0 || k > 7 {
			return 0
		}
		n += 1 + k
	}
	if n < len(v) && (v[n] == '+' || v[n] == '*') {
		n++
	}
	return n
}

// codeRun counts the digits and x that v begins with.
func codeRun(v []byte) int {
	n := 0
	for n < len(v) && (isDigit(v[n]) || v[n]|0x20 == 'x') {
		n++
	}
	return n
}

// namesIllness looks for a character under the radical 疒, or for another word
// of illness. A sentence is left to free-text search.
func namesIllness(v []byte) bool {
	ill, prev := false, rune(0)
	for i := 0; i < len(v); {
		r, n := utf8.DecodeRune(v[i:])
		i += n
		switch {
		case r == '。' || r == '!' || r == '?':
			return false
		case r >= 0x7592 && r <= 0x7681 && r != '疗' && r != '瘦' && r != '痕':
			ill = true
		case r == '炎' || r == '肿' || r == '癖' || illnessPair(prev, r):
			ill = true
		}
		prev = r
	}
	return ill
}

// illnessPair knows words of two characters.
func illnessPair(a, b rune) bool {
	switch int64(a)<<32 | int64(b) {
	case '骨'<<32 | '折', '感'<<32 | '染', '损'<<32 | '伤', '出'<<32 | '血', '梗'<<32 | '死', '梗'<<32 | '塞',
		'血'<<32 | '压', '贫'<<32 | '血', '糖'<<32 | '尿', '妊'<<32 | '娠', '结'<<32 | '石', '衰'<<32 | '竭',
		'紊'<<32 | '乱', '畸'<<32 | '形', '栓'<<32 | '塞', '休'<<32 | '克', '中'<<32 | '毒', '增'<<32 | '生',
		'囊'<<32 | '肿', '早'<<32 | '搏', '发'<<32 | '热', '咳'<<32 | '嗽', '腹'<<32 | '泻', '便'<<32 | '秘',
		'眩'<<32 | '晕', '失'<<32 | '眠', '抑'<<32 | '郁', '焦'<<32 | '虑', '缺'<<32 | '损', '脱'<<32 | '位',
		'裂'<<32 | '伤', '烧'<<32 | '伤', '扭'<<32 | '伤', '挫'<<32 | '伤', '溃'<<32 | '烂', '硬'<<32 | '化',
		'积'<<32 | '液', '流'<<32 | '产', '早'<<32 | '产', '近'<<32 | '视', '龋'<<32 | '齿', '突'<<32 | '出',
		'狭'<<32 | '窄', '返'<<32 | '流', '不'<<32 | '全', '血'<<32 | '脂', '甲'<<32 | '亢', '甲'<<32 | '减',
		'冠'<<32 | '心', '脑'<<32 | '梗', '新'<<32 | '冠', '流'<<32 | '感', '上'<<32 | '感', '艾'<<32 | '滋',
		'梅'<<32 | '毒', '乙'<<32 | '肝', '白'<<32 | '血', '哮'<<32 | '喘', '气'<<32 | '胸', '心'<<32 | '悸':
		return true
	}
	return false
}

// Explain lists the checks of the value.
func (diagnosis) Explain(v []byte) []detect.Check {
	v = detect.Fold(nil, v)
	return []detect.Check{{Name: "ICD-10 code", OK: icdList(v)}, {Name: "names an illness", OK: namesIllness(v)}}
}
