package classify

import (
	"slices"
	"strings"
)

// What the columns of a table tell of each other before their kinds are weighed.

// together settles what names alone leave open by the names beside them.
func (s *Survey) together(k *tableKind) {
	if k.class != classGroup && s.spelledByInitials() {
		k.personal = true
		k.about([]string{"student_number"})
	}
	if k.class == classGroup && s.numbersPeople() {
		k.class = classOwned
	}
	s.namesBesidePhones()
}

// initialKinds are those whose names in pinyin initials have other readings, and
// of which a few together have only one: xm, xb and nl are no project's.
var initialKinds = []string{"name", "gender", "age", "ethnicity", "birth_date", "student_number", "employee_number", "education", "photo"}

// leastInitials is how many columns of initialKinds show a person, the name
// among them.
const leastInitials = 4

// spelledByInitials tells whether a table without comments is about people: a
// column of initials may be a name, and beside it stands a gender, or several of
// what else is asked of people.
func (s *Survey) spelledByInitials() bool {
	met := map[string]bool{}
	columns := 0
	for _, col := range s.cols {
		counted := false
		for _, kind := range initialKinds {
			d, ok := s.c.place[kind]
			if !ok || col.words.spoken {
				continue
			}
			if e := col.words.of[d]; e.name == strong || e.name == weak && e.bare && e.initials {
				met[kind], counted = true, true
			}
		}
		if counted {
			columns++
		}
	}
	return met["name"] && (met["gender"] && columns >= 2 || columns >= leastInitials)
}

// numbersPeople tells whether rows that a table's name says many share belong to
// one patient or pupil each: 复诊计划 with a patient's number and name.
func (s *Survey) numbersPeople() bool {
	has := func(kinds ...string) bool {
		return slices.ContainsFunc(s.cols, func(col *column) bool {
			return slices.ContainsFunc(kinds, func(kind string) bool {
				d, ok := s.c.place[kind]
				return ok && col.party == "" && max(col.words.of[d].name, col.words.of[d].comment) == strong && !col.words.of[d].org
			})
		})
	}
	return has("medical_record_number", "student_number") && has("name")
}

// ownThings are the words behind a role that only a person has.
var ownThings = []string{"mobile", "phone", "tel", "telephone", "cellphone", "idcard", "gender", "sex", "age", "birthday", "wechat", "relation", "relationship"}

// namesBesidePhones makes reference_name a name beside a reference_phone, whoever
// a reference is, unless it is an organisation's or a thing's.
func (s *Survey) namesBesidePhones() {
	d, ok := s.c.place["name"]
	if !ok {
		return
	}
	roles := map[string]bool{}
	for _, col := range s.cols {
		if w := ownWords(col.Name); len(w) > 1 && slices.Contains(ownThings, w[len(w)-1]) {
			roles[strings.Join(w[:len(w)-1], "_")] = true
		}
	}
	l := lex()
	for _, col := range s.cols {
		w := ownWords(col.Name)
		if len(w) < 2 || w[len(w)-1] != "name" || !roles[strings.Join(w[:len(w)-1], "_")] || col.words.spoken || col.words.of[d].org {
			continue
		}
		if foreign := func(t string) bool {
			return l.orgs[t] || l.accounts[t] || l.vetoes["name-lead"][t] || l.vetoes["name-head"][t] || len(t) < 3 ||
				slices.ContainsFunc(l.tables.names[t], func(p namePhrase[tableWord]) bool { return p.val.class == classGroup })
		}; !slices.ContainsFunc(w[:len(w)-1], foreign) {
			col.words.of[d].name, col.words.of[d].person, col.words.of[d].heard = strong, true, true
		}
	}
}

// ownWords are the words of a column's own name, without its path.
func ownWords(name string) []string {
	els := elements(name)
	if len(els) == 0 {
		return nil
	}
	return words(els[len(els)-1])
}
