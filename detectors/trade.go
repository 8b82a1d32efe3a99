package detectors

import "bytes"

// trade is a language whose words are proof of a kind by themselves.
type trade uint8

const (
	plain      trade = iota
	laboratory       // an analyte, a value, its unit
	operating        // 阑尾切除术, 47.0100x004
	dispensing       // 0.5g 口服 每日三次
	condition        // 怀孕, 慢性病
)

// tradeOf returns the language of a kind.
func tradeOf(kind string) trade {
	switch kind {
	case "lab_result":
		return laboratory
	case "surgery":
		return operating
	case "treatment":
		return dispensing
	case "health":
		return condition
	}
	return plain
}

// String names the trade.
func (t trade) String() string {
	return [...]string{"no trade", "a laboratory", "an operating theatre", "a dispensary", "a condition"}[t]
}

// speaks tells whether a folded value is of the trade.
func (t trade) speaks(v []byte) bool {
	switch t {
	case laboratory:
		return measured(v)
	case operating:
		return operation(v)
	case dispensing:
		return dose(v)
	case condition:
		return len(v) <= 64 && hasAny(v, conditions[:])
	}
	return false
}

// measured looks for a digit followed by a unit that only laboratories use.
func measured(v []byte) bool {
	for _, u := range [...]string{
		"mmol/L", "umol/L", "μmol/L", "µmol/L", "nmol/L", "pmol/L", "mg/dL", "mg/dl", "g/L", "mg/L", "ug/L", "μg/L", "ng/mL", "ng/ml", "pg/mL", "pg/ml",
		"U/L", "IU/L", "IU/mL", "IU/ml", "mIU/L", "uIU/mL", "μIU/mL", "U/mL", "10^9/L", "10^12/L", "10*9/L", "10*12/L", "×10", "/HP", "mmHg", "copies/mL", "S/CO",
	} {
		if i := bytes.Index(v, []byte(u)); i > 0 && i < 96 && digitBefore(v[:i]) {
			return true
		}
	}
	return false
}

// digitBefore tells whether v ends in a digit, blanks after it aside.
func digitBefore(v []byte) bool {
	v = bytes.TrimRight(v, " ×xX*")
	return len(v) > 0 && isDigit(v[len(v)-1])
}

// operation knows the names of operations by their last character, and the
// code of the clinical editions of ICD-9-CM-3 with its extension.
func operation(v []byte) bool {
	if len(v) > 120 {
		return false
	}
	if icd9(v) {
		return true
	}
	body, ok := bytes.CutSuffix(v, []byte("术"))
	if !ok || len(body) < 6 {
		return false
	}
	return hasAny(body[max(0, len(body)-12):], incisions[:])
}

// icd9 wants dd.ddddxddd; without the extension it looks like a price.
func icd9(v []byte) bool {
	return len(v) == 11 && allDigits(v[:2]) && v[2] == '.' && allDigits(v[3:7]) && lower(v[7]) == 'x' && allDigits(v[8:])
}

// incisions are what an operation does, as its name says just before 术.
var incisions = [...]string{
	"切除", "切开", "置换", "造口", "造瘘", "吻合", "缝合", "修补", "固定", "植入", "移植", "穿刺", "引流", "结扎", "成形", "成型", "重建", "搭桥", "支架", "介入",
	"镜检", "摘除", "取出", "剖宫产", "刮宫", "清创", "截肢", "截骨", "复位", "减压", "松解", "栓塞", "消融", "射频", "造影", "活检", "切断", "置入", "置管", "探查", "扩张", "止血", "电切", "碎石", "取石", "剥除", "剥离",
}

// dose looks for an amount of a drug and how it is taken.
func dose(v []byte) bool {
	if len(v) > 240 {
		return false
	}
	taken := hasAny(v, routes[:])
	return taken && hasAny(v, rhythms[:]) || (taken || hasAny(v, rhythms[:])) && strength(v)
}

var (
	routes  = [...]string{"口服", "静滴", "静脉滴注", "静脉注射", "静注", "肌注", "肌肉注射", "皮下注射", "雾化吸入", "外用", "含服", "舌下", "滴眼", "灌肠", "po ", "ivgtt", "iv.gtt"}
	rhythms = [...]string{"每日", "每天", "一日", "每次", "一次", "睡前", "饭后", "饭前", "餐后", "餐前", "bid", "tid", "qid", "q8h", "q12h", "qd", "qn", "BID", "TID", "QD", "QN"}
)

// strength looks for a digit followed by a unit of drugs.
func strength(v []byte) bool {
	for _, u := range [...]string{"mg", "ml", "g", "ug", "μg", "片", "粒", "支", "袋", "滴", "单位", "万U", "IU"} {
		if i := bytes.Index(v, []byte(u)); i > 0 && isDigit(v[i-1]) {
			return true
		}
	}
	return false
}

// conditions are words that say how somebody's body is.
var conditions = [...]string{
	"怀孕", "孕期", "妊娠", "慢性病", "残疾", "健康或良好", "一般或较弱", "有慢性病", "体质较弱", "生活不能自理", "失能", "卧床", "发育迟缓", "传染病", "心血管病", "脑血管病", "听力障碍", "视力障碍", "精神障碍", "过敏体质",
}

// hasAny looks for one of words.
func hasAny(v []byte, words []string) bool {
	for _, w := range words {
		if bytes.Contains(v, []byte(w)) {
			return true
		}
	}
	return false
}
