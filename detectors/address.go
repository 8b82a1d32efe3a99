package detectors

import (
	"bytes"
	"unicode/utf8"

	"waybill/internal/batch"
	"waybill/internal/detect"
)

// address is where somebody can be found. A street or village with a number is
// Yes; a street or village below two levels of region, or rooms without a
// street, are Weak; regions alone are another kind.
type address struct{ kind }

var addressGate = newGate(9, 480, "\xe4\xe5\xe6\xe7\xe8\xe9*")

// Scan marks column values; see detect.Detector.
func (address) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); addressGate.Open(v) {
			m.Set(i, markAddress(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markAddress(v []byte) batch.Mark {
	l := readLevels(v)
	switch {
	case l.foreign || l.han < 3:
		return batch.No
	case l.stars >= 2 && l.regions > 0:
		return batch.Masked
	case l.doors > 0 && (l.streets > 0 || l.regions > 0 && l.doors > 1), l.doors > 0 && l.regions >= 2:
		return batch.Yes
	case l.doors > 1 && l.buildings > 0, l.streets > 0 && l.regions >= 2, l.streets > 1 && l.regions > 0, l.doors > 0 && l.regions > 0:
		return batch.Weak
	}
	return batch.No
}

// region is a province, a city or a county without anything below.
type region struct{ kind }

var regionGate = newGate(6, 96, "\xe4\xe5\xe6\xe7\xe8\xe9")

// Scan marks column values; see detect.Detector.
func (region) Scan(col *batch.Column, m *batch.Marks) {
	m.Reset(col.Len())
	var buf scratch
	for i := range col.Len() {
		if v := col.Value(i); regionGate.Open(v) {
			m.Set(i, markRegion(detect.FoldOf(col, buf[:0], v)))
		}
	}
}

func markRegion(v []byte) batch.Mark {
	if !regionEnd(v) && !provinceName(v) {
		return batch.No
	}
	l := readLevels(v)
	switch {
	case l.foreign || l.doors > 0 || l.streets > 0 || l.stars > 0:
		return batch.No
	case l.regions > 1 && l.endsRegion:
		return batch.Yes
	case l.endsRegion || provinceName(v):
		return batch.Weak
	}
	return batch.No
}

// regionEnd tells whether v ends in a character that region divisions end in.
func regionEnd(v []byte) bool {
	if len(v) < 6 {
		return false
	}
	switch string(v[len(v)-3:]) {
	case "省", "市", "区", "县", "旗", "州", "盟":
		return true
	}
	return false
}

// Explain lists the levels found.
func (region) Explain(v []byte) []detect.Check {
	l := readLevels(detect.Fold(nil, v))
	return []detect.Check{
		{Name: "ends in a region", OK: l.endsRegion || provinceName(detect.Fold(nil, v))},
		{Name: "nothing below a region", OK: !l.foreign && l.streets == 0 && l.doors == 0 && l.stars == 0},
	}
}

// provinceName knows the short names, which end in no word for a region.
func provinceName(v []byte) bool {
	switch string(v) {
	case "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
		"湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港", "澳门":
		return true
	}
	return false
}

// levels counts the parts of an address.
type levels struct {
	regions, streets, doors, buildings, stars int
	han                                       int  // characters outside ASCII
	endsRegion                                bool // the last part is a region
	foreign                                   bool // it is something else: a company, a link, a sentence
}

// readLevels walks through a folded value and counts what its markers say.
func readLevels(v []byte) levels {
	w := walker{v: v}
	if bytes.Contains(v, []byte("://")) || bytes.HasSuffix(v, []byte("公司")) {
		w.foreign = true
		return w.levels
	}
	for w.at < len(v) && !w.foreign {
		w.step()
	}
	w.tail()
	return w.levels
}

// walker reads an address from left to right.
type walker struct {
	levels
	v      []byte
	at     int
	name   int  // of them since the last marker
	number int  // bytes of the number that ends here
	prev   rune // the character before
	below  bool // a street has been seen
}

func (w *walker) step() {
	r, n := detect.DecodeRune(w.v[w.at:])
	w.at += n
	if r >= utf8.RuneSelf {
		w.han++
	}
	w.endsRegion = false
	switch {
	case r == '*':
		w.stars++
	case r == '@' || r == '=' || r == '\\' || r == '。' || r == '?' || r == '!' || r == '《' || r == '[' || r == '{':
		w.foreign = true
	case r < utf8.RuneSelf && (isDigit(byte(r)) || isUpper(byte(r)) || isLower(byte(r)) || r == '-' && w.number > 0):
		w.number += n
		w.prev = r
		return
	case w.door(r), w.street(r), w.region(r):
		w.name = 0
	case isNumeral(r):
		w.number += n
		w.name++
		w.prev = r
		return
	default:
		w.name++
	}
	w.number, w.prev = 0, r
}

// isNumeral knows the characters that number doors besides digits.
func isNumeral(r rune) bool {
	switch r {
	case '一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '甲', '乙', '丙', '丁':
		return true
	}
	return false
}

// door counts a marker that follows a number.
func (w *walker) door(r rune) bool {
	if r == '楼' && w.prev == '号' && w.doors > 0 {
		w.buildings++
		return true
	}
	if w.number == 0 {
		return false
	}
	switch r {
	case '号', '室', '层', '户', '房', '铺', '#', '弄', '组', '队':
		w.doors++
		return true
	case '栋', '幢', '座', '楼', '单':
		w.doors++
		w.buildings++
		return true
	}
	return false
}

// street counts a marker that follows a name.
func (w *walker) street(r rune) bool {
	if w.name == 0 && w.number == 0 {
		return false
	}
	switch r {
	case '路', '街', '巷', '弄', '镇', '乡', '村', '屯', '苑', '园', '寨', '庄', '墩':
	case '道':
		if w.prev == '街' {
			return true
		}
	case '区':
		if w.prev != '社' && w.prev != '小' && w.prev != '园' {
			return false
		}
	case '同':
		if w.prev != '胡' {
			return false
		}
	case '厦', '寓':
		if w.prev != '大' && w.prev != '公' {
			return false
		}
	case '场', '城':
		if w.prev != '广' && w.prev != '新' {
			return false
		}
	default:
		return false
	}
	w.streets++
	w.below = true
	return true
}

// region counts a marker of an administrative division.
func (w *walker) region(r rune) bool {
	if w.name == 0 || w.below {
		return false
	}
	switch r {
	case '省', '市', '区', '县', '旗', '州', '盟':
		w.regions++
		w.endsRegion = true
		return true
	}
	return false
}

// tail counts a number that ends the value below a street or a building: 3-2-501,
// 1#1201. One of building, unit and room tells its building by itself.
func (w *walker) tail() {
	if w.number < 3 || w.number >= 12 || !isDigit(w.v[len(w.v)-1]) {
		return
	}
	rooms := w.han >= 3 && roomNumber(w.v[len(w.v)-w.number:])
	if rooms {
		w.buildings++
		w.doors++
	}
	if rooms || w.below || w.buildings > 0 {
		w.doors++
	}
}

// roomNumber tells whether v is building, unit and room: 3-2-501.
func roomNumber(v []byte) bool {
	building, rest, ok := bytes.Cut(v, []byte("-"))
	unit, room, more := bytes.Cut(rest, []byte("-"))
	return ok && more && len(building) <= 3 && len(unit) <= 2 && (len(room) == 3 || len(room) == 4) && allDigits(building) && allDigits(unit) && allDigits(room)
}

// Explain lists the levels found.
func (address) Explain(v []byte) []detect.Check {
	l := readLevels(detect.Fold(nil, v))
	return []detect.Check{
		{Name: "not a company, a link or a sentence", OK: !l.foreign},
		{Name: "region", OK: l.regions > 0},
		{Name: "street or village", OK: l.streets > 0},
		{Name: "number", OK: l.doors > 0},
	}
}
