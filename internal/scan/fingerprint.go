package scan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fingerprint tells a task from every other that could count differently: the
// run, and all that the plan says of the dataset.
func (p *Plan) fingerprint(t *Task) string {
	h := sha256.New()
	say := func(a ...any) { fmt.Fprintf(h, "%q\n", fmt.Sprint(a...)) }
	say("run", p.opt.Run, p.opt.AsOf)
	for _, s := range t.since {
		say("since", s.name, s.col, s.spans)
	}
	p.fingerprintTask(say, t)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// lasting tells a task from every other that could count the same content
// otherwise: as fingerprint, but for the run and for its day, the end of the
// windows that end with it included.
func (p *Plan) lasting(t *Task) string {
	h := sha256.New()
	say := func(a ...any) { fmt.Fprintf(h, "%q\n", fmt.Sprint(a...)) }
	asOf := dayOf(p.opt.AsOf)
	for _, s := range t.since {
		say("since", s.name, s.col)
		for _, from := range s.spans {
			if span := newSpan(from[0], from[1]); span.last == asOf {
				say("span to the as-of day", span.first)
			} else {
				say("span", span.first, span.last)
			}
		}
	}
	p.fingerprintTask(say, t)
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (p *Plan) fingerprintTask(say func(...any), t *Task) {
	say("settings", p.opt.Settings, p.opt.Location, p.opt.Census.Hub)
	say("source", t.Dataset.Source.Settings)
	for _, c := range t.Columns {
		say("column", c.Name, "\x00", c.Type, "\x00", strings.Join(c.AnyOf, "\x00"))
	}
	for _, g := range t.groups {
		g.fingerprint(say, p)
	}
	names := p.scopeNames()
	for _, s := range t.scopes {
		say("scope", names[s.scope], s.parts)
	}
	for _, c := range t.inText.classes {
		say("class in texts", c.sensitive, c.bare, c.parts)
	}
}

// digestOf tells lists of words apart.
func digestOf(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		fmt.Fprintf(h, "%q\n", w)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (g *group) fingerprint(say func(...any), p *Plan) {
	say("group", g.party, g.birth, g.items)
	for _, c := range g.classes {
		say("class", c.sensitive, c.bare, c.parts)
	}
	for _, id := range g.ids {
		say("id", id.col)
		for _, k := range id.kinds {
			say("kind", k.name, k.sure)
		}
	}
	for _, k := range g.keys {
		say("key", k.cols, k.kind, k.class, p.strength[k.kind])
	}
	for _, x := range g.texts {
		say("text", x.col, x.name, x.id)
		for _, name := range slices.Sorted(maps.Keys(x.kinds)) {
			k := x.kinds[name]
			say("kind", name, k.id != nil, k.mine, k.keyed, k.class, k.own)
		}
	}
}
