package dictionary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind tells the tokens of SQL apart as far as DDL needs it.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenWord             // a bare word or number
	tokenQuoted           // `x`, [x] or "x": a name, in MySQL also a string
	tokenString           // 'x', N'x', $$x$$
	tokenSign             // one character
)

// token is a piece of SQL. Comments are none; the lexer keeps them by line.
type token struct {
	kind tokenKind
	text string // without its quotes
	line int
	pos  int // where it starts in the text
}

// is tells whether the token is one of these bare words or signs.
func (t token) is(words ...string) bool {
	if t.kind != tokenWord && t.kind != tokenSign {
		return false
	}
	for _, w := range words {
		if strings.EqualFold(t.text, w) {
			return true
		}
	}
	return false
}

// named tells whether the token can be a name.
func (t token) named() bool { return t.kind == tokenWord || t.kind == tokenQuoted }

// lexer cuts SQL of any dialect into tokens.
type lexer struct {
	src       string
	pos, line int
	backslash bool           // escapes a quote, as in MySQL
	notes     map[int]string // text of the comment that ends a line, by line
	open      []int          // lines with a quote that does not close
	wasted    int            // bytes looked through for quotes that do not close
}

func newLexer(src string) *lexer {
	mysql := strings.ContainsRune(src, '`') || strings.Contains(strings.ToLower(src), "engine=") || strings.Contains(strings.ToLower(src), "auto_increment")
	return &lexer{src: src, line: 1, backslash: mysql, notes: map[int]string{}}
}

// next returns the next token; at the end of the text again and again tokenEnd.
func (l *lexer) next() token {
	l.blanks()
	t := token{line: l.line, pos: l.pos}
	if l.pos >= len(l.src) {
		return t
	}
	switch c := l.src[l.pos]; {
	case c == '\'':
		t.kind, t.text = tokenString, l.quoted('\'', '\'', l.backslash)
	case (c == 'N' || c == 'n' || c == 'E' || c == 'e') && l.at(1) == '\'':
		l.pos++
		t.kind, t.text = tokenString, l.quoted('\'', '\'', l.backslash || c == 'E' || c == 'e')
	case c == '"' || c == '`':
		t.kind, t.text = tokenQuoted, l.quoted(c, c, c == '"' && l.backslash)
	case c == '[' && opensName(l.src[l.pos+1:]):
		t.kind, t.text = tokenQuoted, l.quoted('[', ']', false)
	case c == '$' && l.dollar() != "":
		t.kind, t.text = tokenString, l.dollarQuoted(l.dollar())
	default:
		t.kind, t.text = l.plain()
	}
	return t
}

func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

// blanks passes over white space and comments.
func (l *lexer) blanks() {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		switch {
		case rest[0] == '\n':
			l.line++
			l.pos++
		case rest[0] <= ' ':
			l.pos++
		case strings.HasPrefix(rest, "--"), rest[0] == '#' && l.backslash:
			n := lineEnd(rest)
			l.note(strings.TrimLeft(rest[:n], "-# \t"))
			l.pos += n
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				l.open = append(l.open, l.line)
				n = len(rest) - 4
			}
			l.note(strings.Trim(rest[2:max(2, n+2)], "* \t\r\n"))
			l.advance(max(2, n+4))
		default:
			r, n := utf8.DecodeRuneInString(rest)
			if !unicode.IsSpace(r) && r != '\uFEFF' {
				return
			}
			l.pos += n
		}
	}
}

func (l *lexer) note(text string) {
	if text = strings.TrimSpace(text); text != "" && l.notes[l.line] == "" {
		l.notes[l.line] = text
	}
}

// advance passes over n bytes and counts their lines.
func (l *lexer) advance(n int) {
	end := min(len(l.src), l.pos+n)
	l.line += strings.Count(l.src[l.pos:end], "\n")
	l.pos = end
}

// quoted reads a text in quotes, of which a doubled closing one stands for
// itself. One that never closes counts to the end of its line.
func (l *lexer) quoted(open, closing byte, backslash bool) string {
	var out strings.Builder
	s := l.src[l.pos+1:]
	if l.wasted > patience*len(l.src) {
		s = s[:lineEnd(s)]
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case backslash && c == '\\' && i+1 < len(s):
			i++
			out.WriteByte(unescaped(s[i]))
		case c == closing && i+1 < len(s) && s[i+1] == closing:
			i++
			out.WriteByte(c)
		case c == closing:
			l.advance(i + 2)
			return out.String()
		default:
			out.WriteByte(c)
		}
	}
	l.open = append(l.open, l.line)
	l.wasted += len(s)
	n := lineEnd(s)
	l.advance(n + 1)
	return strings.TrimRight(s[:n], "\r,;) ")
}

// patience is how often, all in all, the text is looked through for quotes that
// do not close. After that a quote must close on its line.
const patience = 4

// lineEnd is the length of the first line of s.
func lineEnd(s string) int {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		return n
	}
	return len(s)
}

func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	}
	return c
}

// maxName bounds a name in brackets, in bytes.
const maxName = 512

// opensName tells whether what follows a bracket is a name in brackets, and
// not the size of an array.
func opensName(s string) bool {
	s = s[:min(len(s), maxName)]
	end := strings.IndexAny(s, "]\n")
	if end <= 0 || s[end] != ']' {
		return false
	}
	return strings.Trim(s[:end], "0123456789 ") != ""
}

// dollar is the tag of a dollar quote that begins here, $$ or $tag$, or "".
func (l *lexer) dollar() string {
	rest := l.src[l.pos+1:]
	for i, c := range rest {
		switch {
		case c == '$':
			return l.src[l.pos : l.pos+i+2]
		case !unicode.IsLetter(c) && c != '_' && (i == 0 || !unicode.IsDigit(c)):
			return ""
		}
	}
	return ""
}

func (l *lexer) dollarQuoted(tag string) string {
	s := l.src[l.pos+len(tag):]
	n := strings.Index(s, tag)
	if n < 0 {
		l.open = append(l.open, l.line)
		l.advance(len(tag))
		return ""
	}
	l.advance(n + 2*len(tag))
	return s[:n]
}

// plain reads a word, or one sign.
func (l *lexer) plain() (tokenKind, string) {
	start := l.pos
	for l.pos < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[l.pos:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '$' && r != '#' && r != '@' {
			break
		}
		l.pos += n
	}
	if l.pos > start {
		return tokenWord, l.src[start:l.pos]
	}
	_, n := utf8.DecodeRuneInString(l.src[l.pos:])
	l.pos += n
	return tokenSign, l.src[start:l.pos]
}
