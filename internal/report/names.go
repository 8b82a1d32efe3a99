package report

import (
	"cmp"
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"waybill/internal/law"
)

// countriesTSV holds ISO 3166-1 codes with their short names.
//
//go:embed countries.tsv
var countriesTSV string

var countries = sync.OnceValue(func() map[string]Text {
	out := map[string]Text{}
	for line := range strings.Lines(countriesTSV) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(f) == 3 {
			out[f[0]] = Text{f[1], f[2]}
		}
	}
	return out
})

// country names an ISO code; anything else is shown as written.
func country(code string) Text {
	if code == "" {
		return msg("unknown")
	}
	if t, ok := countries()[strings.ToUpper(code)]; ok {
		return t
	}
	return same(code)
}

// upper are the words of kind names that are written in capitals.
var upper = map[string]string{
	"id": "ID", "ip": "IP", "mac": "MAC", "imei": "IMEI", "imsi": "IMSI", "otp": "OTP", "qq": "QQ", "im": "IM", "hk": "HK", "hmt": "HMT",
}

// kindName names a kind: Chinese from the finding, English from there too or
// from the id.
func kindName(kind, zh, given string) Text {
	words := strings.Split(kind, "_")
	for i, w := range words {
		if u := upper[w]; u != "" {
			words[i] = u
		}
	}
	en := strings.Join(words, " ")
	en = cmp.Or(given, en)
	if zh == "" {
		zh = en
	}
	return Text{zh, en}
}

// keyOrKind names an identifier kind of the census, where key:… is a record key.
func keyOrKind(kind string, names map[string]Text) Text {
	if rest, ok := strings.CutPrefix(kind, "key:"); ok {
		return msg("people.key", rest)
	}
	if t, ok := names[kind]; ok {
		return t
	}
	return kindName(kind, "", "")
}

func profileName(p law.Profile) Text { return named("profile.", string(p)) }

// profileCode is the shortest mark of a profile.
func profileCode(p law.Profile) Text {
	switch p {
	case law.GBT45574:
		return same("45574")
	case law.GBT35273:
		return same("35273")
	}
	return named("code.", string(p))
}

var article = regexp.MustCompile(`^art\. (\d+)((?:\([0-9a-z]+\))*)$`)

// cite gives a citation in both languages: art. 7(2) is 第7条(2). What is
// not one article with its numbers stays as the rule set writes it.
func cite(s string) Text {
	if m := article.FindStringSubmatch(s); m != nil {
		return Text{"第" + m[1] + "条" + m[2], s}
	}
	return same(s)
}

func recipient(r Recipient) Text {
	c := country(r.Country)
	if r.Name == "" {
		return c
	}
	return Text{r.Name + "（" + c.Zh + "）", r.Name + ", " + c.En}
}
