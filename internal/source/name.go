package source

import (
	"errors"
	"strings"
)

// JoinName makes a dataset's name of its parts, such as schema and table. A
// part with a dot or a double quote in it is quoted as SQL does, so that two
// datasets never share a name.
func JoinName(parts ...string) string {
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = p
		if p == "" || strings.ContainsAny(p, `."`) {
			quoted[i] = QuoteIdent(p, '"')
		}
	}
	return strings.Join(quoted, ".")
}

// SplitName returns the parts that JoinName made name of.
func SplitName(name string) ([]string, error) {
	var parts []string
	for {
		part, rest, err := cutPart(name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		if rest == "" {
			return parts, nil
		}
		name = rest[1:]
	}
}

// cutPart returns the first part of name and what follows it: nothing, or a
// dot and the other parts.
func cutPart(name string) (part, rest string, err error) {
	if !strings.HasPrefix(name, `"`) {
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return name, "", nil
		}
		return name[:i], name[i:], nil
	}
	for i := 1; i < len(name); i++ {
		switch {
		case name[i] != '"':
		case i+1 < len(name) && name[i+1] == '"':
			i++
		case i+1 == len(name) || name[i+1] == '.':
			return strings.ReplaceAll(name[1:i], `""`, `"`), name[i+1:], nil
		default:
			return "", "", errors.New("name: text after a closing quote")
		}
	}
	return "", "", errors.New("name: quote not closed")
}

// QuoteIdent quotes an identifier for a statement: between two quote
// characters, with those inside it doubled.
func QuoteIdent(name string, quote byte) string {
	q := string(quote)
	return q + strings.ReplaceAll(name, q, q+q) + q
}
