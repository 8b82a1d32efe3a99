package classify

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// span is a phrase found: words (or runes, in a Chinese text) from..to.
type span[T any] struct {
	from, to int
	text     string
	val      T
}

// covers tells whether a holds b and more.
func (a span[T]) covers(b span[T]) bool {
	return a.from <= b.from && a.to >= b.to && a.to-a.from > b.to-b.from
}

func (a span[T]) overlaps(b span[T]) bool { return a.from < b.to && b.from < a.to }

// phrases finds word sequences in names and terms in Chinese text.
type phrases[T any] struct {
	names   map[string][]namePhrase[T] // by the words joined without a separator
	terms   map[string][]T
	longest int // of terms, in runes
}

type namePhrase[T any] struct {
	words string // joined by "_"
	val   T
}

func newPhrases[T any]() *phrases[T] {
	return &phrases[T]{names: map[string][]namePhrase[T]{}, terms: map[string][]T{}}
}

// add takes a phrase: Chinese is a term, anything else a word sequence.
func (p *phrases[T]) add(phrase string, val T) {
	if strings.ContainsFunc(phrase, han) {
		p.addTerm(phrase, val)
		return
	}
	w := words(phrase)
	if len(w) == 0 {
		return
	}
	key := strings.Join(w, "")
	p.names[key] = append(p.names[key], namePhrase[T]{strings.Join(w, "_"), val})
}

func (p *phrases[T]) addTerm(term string, val T) {
	term = strings.ToLower(fold(term))
	p.terms[term] = append(p.terms[term], val)
	p.longest = max(p.longest, utf8.RuneCountInString(term))
}

// hasWord tells whether a phrase is written exactly so, in one word.
func (p *phrases[T]) hasWord(w string) bool {
	_, ok := p.names[w]
	return ok
}

// inNames finds phrases among the words of a name. A phrase matches whatever
// the separators (idcard, id_card), except that one of four letters or fewer
// must be cut the same way: p_id is not pid.
func (p *phrases[T]) inNames(w []string) []span[T] {
	var out []span[T]
	for i := range w {
		joined, spelt := "", ""
		for j := i; j < min(len(w), i+maxWindow); j++ {
			joined += w[j]
			if spelt != "" {
				spelt += "_"
			}
			spelt += w[j]
			for _, e := range p.names[joined] {
				if len(joined) > 4 || e.words == spelt {
					out = append(out, span[T]{i, j + 1, e.words, e.val})
				}
			}
		}
	}
	return out
}

// inText finds terms in a Chinese text.
func (p *phrases[T]) inText(text string) []span[T] {
	r := []rune(text)
	var out []span[T]
	for i := range r {
		for j := i + 1; j <= min(len(r), i+p.longest); j++ {
			if insideWord(r, i, j) {
				continue
			}
			for _, v := range p.terms[string(r[i:j])] {
				out = append(out, span[T]{i, j, string(r[i:j]), v})
			}
		}
	}
	return out
}

// maximal drops the spans another one covers, and of two that overlap the one
// that ends first: the head of a name is its last word.
func maximal[T any](in []span[T]) []span[T] {
	var out []span[T]
	for i, a := range in {
		beaten := false
		for j, b := range in {
			if i == j {
				continue
			}
			beaten = beaten || b.covers(a) || !a.covers(b) && a.overlaps(b) && b.to > a.to
		}
		if !beaten {
			out = append(out, a)
		}
	}
	return out
}

// longestFirst orders spans by length, then by place from the end.
func longestFirst[T any](spans []span[T]) {
	slices.SortStableFunc(spans, func(a, b span[T]) int {
		if d := (b.to - b.from) - (a.to - a.from); d != 0 {
			return d
		}
		if d := len(b.text) - len(a.text); d != 0 {
			return d
		}
		return b.to - a.to
	})
}

// insideWord tells whether r[i:j] cuts a Latin word or number in two: there is
// no IP in VIP等级.
func insideWord(r []rune, i, j int) bool {
	return i > 0 && latin(r[i-1]) && latin(r[i]) || j < len(r) && latin(r[j-1]) && latin(r[j])
}

func latin(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' }
