package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"sync"

	"waybill/internal/law"
)

//go:embed messages.tsv
var messagesTSV string

// Text is one message in the two languages of the report.
type Text struct{ Zh, En string }

// In gives the text in "zh" or, for any other language, in English.
func (t Text) In(lang string) string {
	if lang == "zh" {
		return t.Zh
	}
	return t.En
}

// HTML renders both languages, escaped; the page shows one of them.
func (t Text) HTML() template.HTML {
	zh, en := template.HTMLEscapeString(t.Zh), template.HTMLEscapeString(t.En)
	if zh == en {
		return template.HTML(zh)
	}
	return template.HTML(`<span lang="zh">` + zh + `</span><span lang="en">` + en + `</span>`)
}

// same is a text that reads alike in both languages.
func same(s string) Text { return Text{s, s} }

// join puts sep between texts.
func join(sep Text, list ...Text) Text {
	var out Text
	for i, t := range list {
		if i > 0 {
			out.Zh += sep.Zh
			out.En += sep.En
		}
		out.Zh += t.Zh
		out.En += t.En
	}
	return out
}

var messages = sync.OnceValues(func() (map[string]Text, error) { return parseMessages(messagesTSV) })

// parseMessages reads lines of key, Chinese, English, separated by tabs. Blank
// lines and lines that begin with # are passed over.
func parseMessages(tsv string) (map[string]Text, error) {
	out := map[string]Text{}
	for i, line := range strings.Split(tsv, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[0] == "" || f[1] == "" || f[2] == "" {
			return nil, fmt.Errorf("messages: line %d: want key, zh, en", i+1)
		}
		if _, twice := out[f[0]]; twice {
			return nil, fmt.Errorf("messages: line %d: %s twice", i+1, f[0])
		}
		out[f[0]] = Text{f[1], f[2]}
	}
	return out, nil
}

// lookup finds a message; ok is false where the catalogue has none.
func lookup(key string) (Text, bool) {
	all, err := messages()
	if err != nil {
		panic(err) // the catalogue is embedded and tested
	}
	t, ok := all[key]
	return t, ok
}

// msg fills the places {0}, {1} … of a message. An unknown key is shown as it
// is, so that a value from a newer report still reads.
func msg(key string, args ...any) Text {
	t, ok := lookup(key)
	if !ok {
		return same(key)
	}
	if len(args) == 0 {
		return t
	}
	var zh, en []string
	for i, a := range args {
		place, v := "{"+strconv.Itoa(i)+"}", text(a)
		zh = append(zh, place, v.Zh)
		en = append(en, place, v.En)
	}
	return Text{strings.NewReplacer(zh...).Replace(t.Zh), strings.NewReplacer(en...).Replace(t.En)}
}

// named is the message of an enumerated value, or the value itself.
func named(family, value string) Text {
	if t, ok := lookup(family + value); ok {
		return t
	}
	return same(value)
}

// text turns an argument of a message into both languages.
func text(a any) Text {
	switch v := a.(type) {
	case Text:
		return v
	case string:
		return same(v)
	case int:
		return same(grouped(int64(v)))
	case int64:
		return same(grouped(v))
	case law.Count:
		return same(span(v))
	case *law.Count:
		return same(span(*v))
	case law.Window:
		return same(v.From.String() + " – " + v.To.String())
	default:
		return same(fmt.Sprint(v))
	}
}
