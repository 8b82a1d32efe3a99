package law

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	maxExpr  = 2000 // bytes of a condition
	maxDepth = 50   // parentheses in one another
	maxDigit = 15   // digits of a number: more than there are people, less than overflows
)

// ParseExpr reads a condition. An error names the column (bytes, from 1) and
// what stands there.
func ParseExpr(s string) (Expr, error) {
	if len(s) > maxExpr {
		return Expr{}, fmt.Errorf("condition of %d bytes: want at most %d", len(s), maxExpr)
	}
	toks, err := lex(s)
	if err != nil {
		return Expr{}, err
	}
	p := exprParser{toks: toks}
	root, err := p.any(0)
	if err != nil {
		return Expr{}, err
	}
	if t := p.peek(); t.text != "" {
		return Expr{}, t.errorf("want and, or, or the end")
	}
	return Expr{src: s, root: root}, nil
}

type exprToken struct {
	text string // "" at the end
	col  int
}

func (t exprToken) errorf(format string, args ...any) error {
	at := strconv.Quote(t.text)
	if t.text == "" {
		at = "the end"
	}
	return fmt.Errorf("column %d: %s at %s", t.col, fmt.Sprintf(format, args...), at)
}

// lex cuts s into words, numbers, operators and parentheses and ends the list
// with an empty token.
func lex(s string) ([]exprToken, error) {
	var toks []exprToken
	for i := 0; i < len(s); {
		n := 0
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case c == '(' || c == ')':
			n = 1
		case strings.IndexByte("<>=", c) >= 0:
			n = span(s[i:], func(c byte) bool { return strings.IndexByte("<>=", c) >= 0 })
		case isWord(c):
			n = span(s[i:], isWord)
		default:
			return nil, exprToken{s[i : i+1], i + 1}.errorf("unexpected byte")
		}
		toks = append(toks, exprToken{s[i : i+n], i + 1})
		i += n
	}
	return append(toks, exprToken{"", len(s) + 1}), nil
}

func span(s string, in func(byte) bool) int {
	n := 0
	for n < len(s) && in(s[n]) {
		n++
	}
	return n
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

type exprParser struct {
	toks []exprToken
	next int
}

func (p *exprParser) peek() exprToken { return p.toks[p.next] }

// take returns the next token; the end stays the end.
func (p *exprParser) take() exprToken {
	t := p.toks[p.next]
	if t.text != "" {
		p.next++
	}
	return t
}

// list reads parts joined by a word; a single part stands for itself.
func (p *exprParser) list(word string, part func() (node, error)) ([]node, error) {
	var parts []node
	for {
		n, err := part()
		if err != nil {
			return nil, err
		}
		parts = append(parts, n)
		if p.peek().text != word {
			return parts, nil
		}
		p.take()
	}
}

func (p *exprParser) any(depth int) (node, error) {
	parts, err := p.list("or", func() (node, error) { return p.all(depth) })
	if err != nil || len(parts) > 1 {
		return orNode(parts), err
	}
	return parts[0], nil
}

func (p *exprParser) all(depth int) (node, error) {
	parts, err := p.list("and", func() (node, error) { return p.unit(depth) })
	if err != nil || len(parts) > 1 {
		return andNode(parts), err
	}
	return parts[0], nil
}

func (p *exprParser) unit(depth int) (node, error) {
	t := p.peek()
	switch {
	case t.text == "(":
		return p.group(depth)
	case new(Facts).tri(Fact(t.text)) != nil:
		return p.triFact()
	}
	return p.chain()
}

func (p *exprParser) group(depth int) (node, error) {
	open := p.take()
	if depth == maxDepth {
		return nil, open.errorf("more than %d levels of parentheses", maxDepth)
	}
	n, err := p.any(depth + 1)
	if err != nil {
		return nil, err
	}
	if t := p.take(); t.text != ")" {
		return nil, t.errorf("want )")
	}
	return n, nil
}

func (p *exprParser) triFact() (node, error) {
	n := triNode{Fact(p.take().text), Yes}
	if p.peek().text != "==" {
		if isOp(p.peek().text) {
			return nil, p.peek().errorf("%s is yes, no or unknown: want ==", n.fact)
		}
		return n, nil
	}
	p.take()
	t := p.take()
	want, ok := parseTri(t.text)
	if !ok {
		return nil, t.errorf("want yes, no or unknown")
	}
	n.want = want
	return n, nil
}

// chain reads 100000 <= N < 1000000 as (100000 <= N) and (N < 1000000).
func (p *exprParser) chain() (node, error) {
	left, err := p.term()
	if err != nil {
		return nil, err
	}
	var parts []node
	for isOp(p.peek().text) {
		op := p.take()
		right, err := p.term()
		if err != nil {
			return nil, err
		}
		c, ok := compare(left, op.text, right)
		if !ok {
			return nil, op.errorf("want a count on one side and a number on the other")
		}
		parts = append(parts, c)
		left = right
	}
	switch len(parts) {
	case 0:
		return nil, p.peek().errorf("want a comparison")
	case 1:
		return parts[0], nil
	}
	return andNode(parts), nil
}

// exprTerm is a count or, without a fact, a number.
type exprTerm struct {
	fact  Fact
	value int64
}

func (p *exprParser) term() (exprTerm, error) {
	t := p.take()
	switch {
	case new(Facts).count(Fact(t.text)) != nil:
		return exprTerm{fact: Fact(t.text)}, nil
	case t.text == "" || t.text == "and" || t.text == "or" || !isWord(t.text[0]):
		return exprTerm{}, t.errorf("want a fact or a number")
	case t.text[0] > '9':
		return exprTerm{}, t.errorf("unknown fact")
	}
	v, err := strconv.ParseInt(t.text, 10, 64)
	if err != nil || len(t.text) > maxDigit {
		return exprTerm{}, t.errorf("want a whole number of at most %d digits", maxDigit)
	}
	return exprTerm{value: v}, nil
}

func isOp(s string) bool {
	switch s {
	case "<", "<=", "==", ">=", ">":
		return true
	}
	return false
}

// compare puts the count on the left.
func compare(left exprTerm, op string, right exprTerm) (cmpNode, bool) {
	if (left.fact == "") == (right.fact == "") {
		return cmpNode{}, false
	}
	if left.fact != "" {
		return cmpNode{left.fact, op, right.value}, true
	}
	turned := map[string]string{"<": ">", "<=": ">=", "==": "==", ">=": "<=", ">": "<"}[op]
	return cmpNode{right.fact, turned, left.value}, true
}
