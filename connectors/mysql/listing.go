package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"waybill/internal/source"
)

// The information schema shows a session what it has any right on; a table
// without one is not there at all.
const (
	tablesSQL = `SELECT table_schema, table_name, table_type = 'VIEW', coalesce(table_comment, ''),
		coalesce(table_rows, -1), coalesce(data_length + index_length, -1)
		FROM information_schema.tables WHERE table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED') AND %s`
	columnsSQL = `SELECT table_schema, table_name, column_name, column_type, coalesce(column_comment, '')
		FROM information_schema.columns WHERE %s ORDER BY table_schema, table_name, ordinal_position`
	keysSQL = `SELECT table_schema, table_name, index_name, coalesce(column_name, '')
		FROM information_schema.statistics WHERE non_unique = 0 AND %s
		ORDER BY table_schema, table_name, index_name <> 'PRIMARY', index_name, seq_in_index`
	refsSQL = `SELECT table_schema, table_name, constraint_name, column_name,
		referenced_table_schema, referenced_table_name, referenced_column_name
		FROM information_schema.key_column_usage WHERE referenced_table_name IS NOT NULL AND %s
		ORDER BY table_schema, table_name, constraint_name, ordinal_position`
)

// scope is the condition on the databases to read, and its arguments.
func (c *connector) scope() (string, []any) {
	if c.database != "" {
		return "table_schema = ?", []any{c.database}
	}
	return "table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys', 'ndbinfo')", nil
}

// Datasets implements source.Connector.
func (c *connector) Datasets(ctx context.Context) ([]source.Dataset, error) {
	var l listing
	if err := c.persist(ctx, func(ctx context.Context, s *session) error { return c.list(ctx, s, &l) }); err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, reason(ctx, err))
	}
	all := make([]source.Dataset, 0, len(l.byName))
	for _, d := range l.byName {
		d.Keys = slices.DeleteFunc(d.Keys, func(k source.Key) bool { return slices.Contains(k.Columns, "") })
		all = append(all, *d)
	}
	slices.SortFunc(all, func(a, b source.Dataset) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

func (c *connector) list(ctx context.Context, s *session, l *listing) error {
	*l = listing{byName: map[string]*source.Dataset{}}
	for _, part := range []struct {
		sql string
		add func(*sql.Rows) error
	}{{tablesSQL, l.addTable}, {columnsSQL, l.addColumn}, {keysSQL, l.addKey}, {refsSQL, l.addRef}} {
		if err := c.each(ctx, s, part.sql, part.add); err != nil {
			return err
		}
	}
	return nil
}

// each calls add for every row of a query on the information schema.
func (c *connector) each(ctx context.Context, s *session, query string, add func(*sql.Rows) error) error {
	where, args := c.scope()
	rows, err := s.conn.QueryContext(ctx, c.limited(fmt.Sprintf(query, where)), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := add(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// listing is the catalogue as far as it is read.
type listing struct {
	byName map[string]*source.Dataset
	last   string // the key or reference of the row before
}

func (l *listing) addTable(rows *sql.Rows) error {
	var schema, table string
	var view bool
	var d source.Dataset
	if err := rows.Scan(&schema, &table, &view, &d.Comment, &d.Rows.Value, &d.Bytes); err != nil {
		return err
	}
	if view { // the server writes VIEW there, or that it is broken
		d.Comment, d.Rows.Value, d.Bytes = "", -1, -1
	}
	d.Name = source.JoinName(schema, table)
	l.byName[d.Name] = &d
	return nil
}

// find returns the listed dataset, or one that is not kept: a table may come
// or go between two queries.
func (l *listing) find(schema, table string) *source.Dataset {
	if d, ok := l.byName[source.JoinName(schema, table)]; ok {
		return d
	}
	return &source.Dataset{}
}

// starts tells whether a row is the first of its key or reference.
func (l *listing) starts(parts ...string) bool {
	name := source.JoinName(parts...)
	first := name != l.last
	l.last = name
	return first
}

func (l *listing) addColumn(rows *sql.Rows) error {
	var schema, table string
	var c source.Column
	if err := rows.Scan(&schema, &table, &c.Name, &c.Type, &c.Comment); err != nil {
		return err
	}
	d := l.find(schema, table)
	d.Columns = append(d.Columns, c)
	return nil
}

// addKey adds one column of a unique index; "" stands for an expression.
func (l *listing) addKey(rows *sql.Rows) error {
	var schema, table, index, column string
	if err := rows.Scan(&schema, &table, &index, &column); err != nil {
		return err
	}
	d := l.find(schema, table)
	if l.starts(schema, table, index) || len(d.Keys) == 0 {
		d.Keys = append(d.Keys, source.Key{Primary: index == "PRIMARY"})
	}
	k := &d.Keys[len(d.Keys)-1]
	k.Columns = append(k.Columns, column)
	return nil
}

func (l *listing) addRef(rows *sql.Rows) error {
	var schema, table, constraint, column, refSchema, refTable, refColumn string
	if err := rows.Scan(&schema, &table, &constraint, &column, &refSchema, &refTable, &refColumn); err != nil {
		return err
	}
	d, to := l.find(schema, table), l.find(refSchema, refTable)
	if to.Name == "" { // not among the databases that are read
		return nil
	}
	if l.starts(schema, table, constraint) || len(d.Refs) == 0 {
		d.Refs = append(d.Refs, source.Ref{Dataset: to.Name})
	}
	r := &d.Refs[len(d.Refs)-1]
	r.Columns = append(r.Columns, column)
	r.RefColumns = append(r.RefColumns, refColumn)
	return nil
}
