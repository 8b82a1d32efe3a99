package text

import "bytes"

// maxStatement is how far back, in bytes, the column list of an INSERT is
// looked for.
const maxStatement = 4096

// columnOf returns the name of the column that the value at start is for, where
// it stands in the VALUES of an INSERT on one line, or nil.
func columnOf(b []byte, start int) []byte {
	i := start
	for i > 0 && start-i < maxSkip && (b[i-1] == ' ' || b[i-1] == '\'' || b[i-1] == '"') {
		i--
	}
	if i == 0 || b[i-1] != ',' && b[i-1] != '(' {
		return nil
	}
	line := b[max(0, start-maxStatement):start]
	if n := bytes.LastIndexByte(line, '\n'); n >= 0 {
		line = line[n+1:]
	}
	v := bytes.Index(line, []byte("VALUES"))
	if v < 0 {
		v = bytes.Index(line, []byte("values"))
	}
	if v < 0 {
		return nil
	}
	n, ok := placeInTuple(line[v+len("VALUES"):])
	if !ok {
		return nil
	}
	return nthColumn(line[:v], n)
}

// placeInTuple counts the commas since the tuple that v ends in began.
func placeInTuple(v []byte) (n int, ok bool) {
	depth, quoted := 0, false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '\\':
			i++
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			if depth++; depth == 1 {
				n = 0
			}
		case c == ')':
			depth--
		case c == ',' && depth == 1:
			n++
		}
	}
	return n, depth == 1
}

// nthColumn returns a name of the list in brackets that head ends with.
func nthColumn(head []byte, n int) []byte {
	head = bytes.TrimRight(head, " ")
	open := bytes.LastIndexByte(head, '(')
	if open < 0 || head[len(head)-1] != ')' {
		return nil
	}
	list := head[open+1 : len(head)-1]
	for ; n > 0; n-- {
		i := bytes.IndexByte(list, ',')
		if i < 0 {
			return nil
		}
		list = list[i+1:]
	}
	if i := bytes.IndexByte(list, ','); i >= 0 {
		list = list[:i]
	}
	list = bytes.Trim(list, " `\"[]")
	return list[max(0, len(list)-maxKey):]
}
