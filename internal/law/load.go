package law

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

//go:embed rules/*.yaml
var rulesFS embed.FS

//go:embed vectors/*.txt
var vectorsFS embed.FS

const (
	schemaRules  = "waybill.rules/1"
	schemaDuties = "waybill.duties/1"
	dutiesFile   = "duties.yaml"

	schemaCandidates = "waybill.candidates/1"
	candidatesFile   = "candidates.yaml"

	maxRuleFile = 1 << 20 // bytes
)

// Embedded returns the rule sets and duties built into the program.
func Embedded() ([]RuleSet, []DutyRule, error) {
	dir, err := fs.Sub(rulesFS, "rules")
	if err != nil {
		return nil, nil, err
	}
	sets, err := Load(dir)
	if err != nil {
		return nil, nil, err
	}
	duties, err := loadDuties(dir)
	return sets, duties, err
}

// EmbeddedCandidates returns the candidate rules built into the program.
func EmbeddedCandidates() (Candidates, error) {
	dir, err := fs.Sub(rulesFS, "rules")
	if err != nil {
		return Candidates{}, err
	}
	return loadCandidates(dir)
}

// EmbeddedVectors holds the test vectors of the built-in rule sets, *.txt.
func EmbeddedVectors() fs.FS {
	dir, err := fs.Sub(vectorsFS, "vectors")
	if err != nil {
		return vectorsFS
	}
	return dir
}

// Load reads every *.yaml of a folder but duties.yaml and candidates.yaml, one rule set a file,
// the newest first. It refuses an unknown or repeated key, a missing citation,
// a bad date, a condition that does not parse, and an id used twice; the error
// names file, line and key. A folder without a rule set is an error.
func Load(fsys fs.FS) ([]RuleSet, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	var sets []RuleSet
	for _, name := range names {
		if base := path.Base(name); base == dutiesFile || base == candidatesFile {
			continue
		}
		rs, err := loadRuleSet(fsys, name)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(sets, func(o RuleSet) bool { return o.ID == rs.ID }); i >= 0 {
			return nil, fmt.Errorf("%s: id: %q is the id of another file", name, rs.ID)
		}
		sets = append(sets, rs)
	}
	if len(sets) == 0 {
		return nil, errors.New("rules: no *.yaml file with a rule set")
	}
	slices.SortStableFunc(sets, func(a, b RuleSet) int {
		return cmp.Or(cmp.Compare(b.EffectiveFrom.day(), a.EffectiveFrom.day()), cmp.Compare(a.ID, b.ID))
	})
	return sets, nil
}

func loadRuleSet(fsys fs.FS, name string) (RuleSet, error) {
	var rs RuleSet
	doc, err := decode(fsys, name, &rs)
	if err != nil {
		return rs, err
	}
	check := checker{file: name, doc: doc}
	check.ruleSet(&rs)
	return rs, check.err()
}

func loadDuties(fsys fs.FS) ([]DutyRule, error) {
	var file struct {
		Schema string     `yaml:"schema"`
		Duties []DutyRule `yaml:"duties"`
	}
	doc, err := decode(fsys, dutiesFile, &file)
	if err != nil {
		return nil, err
	}
	check := checker{file: dutiesFile, doc: doc}
	check.schema(file.Schema, schemaDuties)
	check.duties(file.Duties)
	return file.Duties, check.err()
}

func loadCandidates(fsys fs.FS) (Candidates, error) {
	var file struct {
		Schema     string `yaml:"schema"`
		Candidates `yaml:",inline"`
	}
	doc, err := decode(fsys, candidatesFile, &file)
	if err != nil {
		return Candidates{}, err
	}
	check := checker{file: candidatesFile, doc: doc}
	check.schema(file.Schema, schemaCandidates)
	check.candidates(file.Candidates)
	return file.Candidates, check.err()
}

// decode reads one strict YAML document into v and returns its tree, in which
// later checks look up line numbers.
func decode(fsys fs.FS, name string, v any) (*ast.File, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	if len(b) > maxRuleFile {
		return nil, fmt.Errorf("%s: %d bytes: want at most %d", name, len(b), maxRuleFile)
	}
	doc, err := parser.ParseBytes(b, 0)
	if err != nil {
		return nil, placed(name, err)
	}
	if len(doc.Docs) != 1 || doc.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: want one YAML document", name)
	}
	plain := plainOnly{}
	ast.Walk(&plain, doc.Docs[0].Body)
	if plain.err != nil {
		return nil, placed(name, plain.err)
	}
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(v); err != nil {
		return nil, placed(name, err)
	}
	return doc, nil
}

// placedError is an error at a place of a file.
type placedError struct {
	line int
	key  string // triggers[2].when
	msg  string
}

func (e *placedError) Error() string {
	if e.key == "" {
		return e.msg
	}
	return e.key + ": " + e.msg
}

func errorAt(n ast.Node, msg string) error {
	return &placedError{n.GetToken().Position.Line, keyOf(n.GetPath()), msg}
}

// placed writes file:line: before an error of the decoder.
func placed(file string, err error) error {
	var own *placedError
	var lib yaml.Error
	switch {
	case errors.As(err, &own):
		return fmt.Errorf("%s:%d: %w", file, own.line, own)
	case errors.As(err, &lib) && lib.GetToken() != nil:
		return fmt.Errorf("%s:%d: %s", file, lib.GetToken().Position.Line, lib.GetMessage())
	}
	return fmt.Errorf("%s: %w", file, err)
}

// keyOf turns the path $.triggers[2].when into triggers[2].when.
func keyOf(path string) string {
	if len(path) < 2 || path[:2] != "$." {
		return ""
	}
	return path[2:]
}

// plainOnly refuses what a rule file has no use for and the decoder would take
// in silence: aliases, merge keys, tags, and fractions (cut off to a whole number).
type plainOnly struct{ err error }

func (p *plainOnly) Visit(n ast.Node) ast.Visitor {
	if p.err != nil {
		return nil
	}
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
		p.err = errorAt(n, "anchors, aliases and tags are not part of a rule file")
	case *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		p.err = errorAt(n, "want a whole number")
	}
	return p
}

// UnmarshalYAML reads a date and keeps its place in the error.
func (d *Date) UnmarshalYAML(n ast.Node) error {
	v, err := ParseDate(textOf(n))
	if err != nil {
		return errorAt(n, err.Error())
	}
	*d = v
	return nil
}

// UnmarshalYAML reads a condition and keeps its place in the error.
func (e *Expr) UnmarshalYAML(n ast.Node) error {
	s := textOf(n)
	if s == "" {
		return errorAt(n, "want a condition")
	}
	v, err := ParseExpr(s)
	if err != nil {
		return errorAt(n, err.Error())
	}
	*e = v
	return nil
}

// textOf is the text of a scalar, plain, quoted or folded, and nothing for any
// other node.
func textOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	}
	return ""
}
