package detect

// Filler tells whether a folded value is a placeholder whatever the kind: one
// character repeated (00000000000, xxxx in either case), a run that counts up or down (123456789012),
// or a word for nothing. Runs and repetitions are looked for in values of at
// least four characters; a number that merely ends in one is nobody's filler.
func Filler(v []byte) bool {
	return Blank(v) || len(v) >= 4 && (repeats(v) || counts(v, 1) || counts(v, 9))
}

func repeats(v []byte) bool {
	for _, c := range v[1:] {
		if c != v[0] && (c|0x20 != v[0]|0x20 || c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return v[0] < 0x80 && v[0] != '*'
}

// counts tells whether each digit is the one before plus step, modulo ten.
func counts(v []byte, step byte) bool {
	for i, c := range v {
		if c < '0' || c > '9' || i > 0 && (v[i-1]-'0'+step)%10 != c-'0' {
			return false
		}
	}
	return true
}

// Blank tells whether a folded value is a word people and programs write for
// "no value".
func Blank(v []byte) bool {
	var b [15]byte
	if len(v) == 0 || len(v) > len(b) || v[0] >= '0' && v[0] <= '9' { // no such word begins with a digit
		return false
	}
	for i, c := range v {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b[i] = c
	}
	switch string(b[:len(v)]) {
	case "-", "--", "---", "/", "\\", ".", "?", "\\n",
		"null", "(null)", "nil", "none", "n/a", "na", "nan", "undefined", "unknown", "test",
		"无", "空", "暂无", "没有", "未知", "不详", "未填", "未填写", "未提供", "未登记", "待补充", "测试", "测试数据":
		return true
	}
	return false
}
