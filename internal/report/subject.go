package report

import (
	"cmp"
	"slices"
	"strings"

	"waybill/internal/law"
)

// classView is the people of one subject class.
type classView struct {
	Name   Text
	People law.Count
}

// classViews lists the people by class, the largest first; who may be in none
// of the classes comes last.
func (r *Report) classViews() []classView {
	classes := make([]string, 0, len(r.People.BySubject))
	for c := range r.People.BySubject {
		classes = append(classes, c)
	}
	last := func(c string) int { return slices.Index([]string{OtherParty, SubjectUnknown}, c) }
	slices.SortFunc(classes, func(a, b string) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(r.People.BySubject[b].High, r.People.BySubject[a].High), strings.Compare(a, b))
	})
	out := make([]classView, len(classes))
	for i, c := range classes {
		out[i] = classView{subjectName(c), r.People.BySubject[c]}
	}
	return out
}

// classLine is the classes in one line.
func classLine(list []classView) Text {
	parts := make([]Text, len(list))
	for i, c := range list {
		parts[i] = join(same(" "), c.Name, same(span(c.People)))
	}
	return join(same(" · "), parts...)
}

// subjectName is a subject class in words; nothing for none.
func subjectName(class string) Text {
	if class == "" {
		return Text{}
	}
	return named("subject.", class)
}

// subjectGrounds words what tells a dataset's class: "name: user" and the like.
func subjectGrounds(list []string) Text {
	out := make([]Text, len(list))
	for i, g := range list {
		by, what, _ := strings.Cut(g, ": ")
		out[i] = named("subjectby.", by)
		if what != "" {
			out[i] = join(same(" "), out[i], same(what))
		}
	}
	return join(Text{"；", "; "}, out...)
}
