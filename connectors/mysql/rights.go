package mysql

import (
	"regexp"
	"slices"
	"strings"
)

// reading are the rights with which nothing can be changed.
var reading = []string{"SELECT", "SHOW VIEW", "SHOW DATABASES", "USAGE", "PROCESS", "REPLICATION CLIENT",
	"SELECT_PRIV", "SHOW_VIEW_PRIV", "USAGE_PRIV"}

// onlyReads tells whether an account can do no more than read, by all that SHOW
// GRANTS says of it. What is not understood counts as a right to write, and so
// does a role, whose rights are not shown.
//
// Most servers give statements, GRANT right, … ON …; Doris and old versions of
// StarRocks give a column a level, such as TablePrivs: db.t: Select_priv.
func onlyReads(names []string, rows [][]string) bool {
	tabular := slices.ContainsFunc(names, isLevel)
	for _, row := range rows {
		understood := false
		for i, cell := range row {
			switch {
			case tabular && !isLevel(names[i]):
			case tabular:
				if !levelReads(cell) {
					return false
				}
				understood = true
			case strings.HasPrefix(strings.ToUpper(cell), "GRANT "):
				if !grantReads(cell) {
					return false
				}
				understood = true
			}
		}
		if !understood {
			return false
		}
	}
	return len(rows) > 0
}

func isLevel(column string) bool { return strings.HasSuffix(column, "Privs") }

// quotedNames are names and strings in a statement; a quote in them is doubled
// or escaped.
var quotedNames = regexp.MustCompile("`(?:[^`]|``)*`|'(?:[^'\\\\]|''|\\\\.)*'|\"(?:[^\"\\\\]|\"\"|\\\\.)*\"")

// columnList are the columns that a right is for, without their names.
var columnList = regexp.MustCompile(`\([^()]*\)`)

// grantReads judges a GRANT statement.
func grantReads(statement string) bool {
	bare := strings.ToUpper(columnList.ReplaceAllString(quotedNames.ReplaceAllString(statement, "?"), ""))
	rights, rest, ok := strings.Cut(strings.TrimPrefix(bare, "GRANT "), " ON ")
	if !ok || strings.Contains(rest, "GRANT OPTION") || strings.Contains(rest, "ADMIN OPTION") {
		return false
	}
	for right := range strings.SplitSeq(rights, ",") {
		if !slices.Contains(reading, strings.TrimSpace(right)) {
			return false
		}
	}
	return true
}

var privilege = regexp.MustCompile(`(?i)\b\w+_priv\b`)

// levelReads judges a cell of Doris, such as internal.db: Select_priv,Load_priv.
func levelReads(cell string) bool {
	found := privilege.FindAllString(cell, -1)
	for _, right := range found {
		if !slices.Contains(reading, strings.ToUpper(right)) {
			return false
		}
	}
	return len(found) > 0 || cell == "" || cell == "NULL"
}
