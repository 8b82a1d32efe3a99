package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"

	"waybill/internal/source"
)

// gapList is what the last listing could not tell.
type gapList struct {
	mu   sync.Mutex
	gaps []source.Gap
}

func (l *gapList) set(gaps []source.Gap) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gaps = gaps
}

// Gaps implements source.GapReporter: tables and views whose definition the
// library cannot understand.
func (c *connector) Gaps() []source.Gap {
	c.gaps.mu.Lock()
	defer c.gaps.mu.Unlock()
	return slices.Clone(c.gaps.gaps)
}

// relation is a table or a view.
type relation struct {
	name  string
	view  bool
	rowid string // by which name the row number goes; "" = it has none
	cols  []source.Column
}

// Datasets implements source.Connector.
func (c *connector) Datasets(ctx context.Context) ([]source.Dataset, error) {
	all, err := c.list(ctx)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, reason(err))
	}
	return all, nil
}

func (c *connector) list(ctx context.Context) ([]source.Dataset, error) {
	names, err := firstColumn(ctx, c.db, `SELECT name FROM pragma_table_list
		WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	var all []source.Dataset
	var gaps []source.Gap
	for _, name := range names {
		d, err := c.dataset(ctx, name)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			gaps = append(gaps, source.Gap{Where: c.name + "." + name, What: "definition: " + reason(err).Error()})
			d = source.Dataset{Name: name, Rows: source.Rows{Value: -1}, Bytes: -1}
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b source.Dataset) int { return strings.Compare(a.Name, b.Name) })
	resolveRefs(all)
	c.gaps.set(gaps)
	return all, nil
}

func (c *connector) dataset(ctx context.Context, name string) (source.Dataset, error) {
	rel, err := c.relation(ctx, c.db, name)
	if err != nil {
		return source.Dataset{}, err
	}
	d := source.Dataset{Name: name, Columns: rel.cols, Rows: source.Rows{Value: -1}, Bytes: -1}
	if rel.view {
		return d, nil
	}
	if d.Keys, err = c.keys(ctx, name); err != nil {
		return source.Dataset{}, err
	}
	if d.Refs, err = c.refs(ctx, name); err != nil {
		return source.Dataset{}, err
	}
	d.Rows, err = c.estimate(ctx, rel)
	return d, err
}

// queryer is a *sql.DB or a *sql.Conn.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// relation looks a table or view up, with all columns but the hidden ones of
// virtual tables.
func (c *connector) relation(ctx context.Context, q queryer, name string) (relation, error) {
	rel := relation{name: name}
	var kind string
	var withoutRowid bool
	err := q.QueryRowContext(ctx, "SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", name).
		Scan(&kind, &withoutRowid)
	if err == sql.ErrNoRows {
		return rel, source.ErrGone
	}
	if err != nil {
		return rel, err
	}
	rel.view = kind == "view"
	rows, err := q.QueryContext(ctx, "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid", name)
	if err != nil {
		return rel, err
	}
	defer rows.Close()
	for rows.Next() {
		var col source.Column
		if err := rows.Scan(&col.Name, &col.Type); err != nil {
			return rel, err
		}
		rel.cols = append(rel.cols, col)
	}
	if kind == "table" && !withoutRowid {
		rel.rowid = rowidName(rel.cols)
	}
	return rel, rows.Err()
}

// rowidName is the first of the row number's three names that no column has
// taken (https://sqlite.org/lang_createtable.html, 5).
func rowidName(cols []source.Column) string {
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if !slices.ContainsFunc(cols, func(c source.Column) bool { return strings.EqualFold(c.Name, name) }) {
			return name
		}
	}
	return ""
}

// keys are the primary key and the unique indexes over whole columns and rows.
func (c *connector) keys(ctx context.Context, table string) ([]source.Key, error) {
	var keys []source.Key
	primary, err := firstColumn(ctx, c.db, "SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", table)
	if err != nil {
		return nil, err
	}
	if len(primary) > 0 {
		keys = append(keys, source.Key{Columns: primary, Primary: true})
	}
	indexes, err := firstColumn(ctx, c.db, `SELECT l.name FROM pragma_index_list(?) l
		WHERE l."unique" AND NOT l.partial AND l.origin <> 'pk'
			AND NOT EXISTS (SELECT 1 FROM pragma_index_info(l.name) i WHERE i.name IS NULL) ORDER BY l.name`, table)
	if err != nil {
		return nil, err
	}
	for _, index := range indexes {
		columns, err := firstColumn(ctx, c.db, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", index)
		if err != nil {
			return nil, err
		}
		keys = append(keys, source.Key{Columns: columns})
	}
	return keys, nil
}

// refs are the foreign keys as declared: a parent's name in any letter case,
// its columns left out where they are its primary key.
func (c *connector) refs(ctx context.Context, table string) ([]source.Ref, error) {
	rows, err := c.db.QueryContext(ctx, `SELECT id, "table", "from", coalesce("to", '') FROM pragma_foreign_key_list(?) ORDER BY id, seq`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var refs []source.Ref
	last := -1
	for rows.Next() {
		var id int
		var parent, from, to string
		if err := rows.Scan(&id, &parent, &from, &to); err != nil {
			return nil, err
		}
		if id != last {
			refs = append(refs, source.Ref{Dataset: parent})
			last = id
		}
		r := &refs[len(refs)-1]
		r.Columns = append(r.Columns, from)
		if to != "" {
			r.RefColumns = append(r.RefColumns, to)
		}
	}
	return refs, rows.Err()
}

// resolveRefs gives parents and their columns the names under which they are
// listed, and leaves references out that lead nowhere.
func resolveRefs(all []source.Dataset) {
	for i := range all {
		var refs []source.Ref
		for _, r := range all[i].Refs {
			at := slices.IndexFunc(all, func(d source.Dataset) bool { return strings.EqualFold(d.Name, r.Dataset) })
			if at < 0 {
				continue
			}
			r.Dataset = all[at].Name
			if len(r.RefColumns) == 0 && len(all[at].Keys) > 0 && all[at].Keys[0].Primary {
				r.RefColumns = all[at].Keys[0].Columns
			}
			for j, name := range r.RefColumns {
				for _, col := range all[at].Columns {
					if strings.EqualFold(col.Name, name) {
						r.RefColumns[j] = col.Name
					}
				}
			}
			if len(r.RefColumns) == len(r.Columns) {
				refs = append(refs, r)
			}
		}
		all[i].Refs = refs
	}
}

// estimate is the span of the row numbers, which is the number of rows where
// none was deleted; unknown where the file is too small to hold so many.
func (c *connector) estimate(ctx context.Context, rel relation) (source.Rows, error) {
	unknown := source.Rows{Value: -1}
	if rel.rowid == "" {
		return unknown, nil
	}
	var span sql.NullInt64
	query := fmt.Sprintf("SELECT max(%[1]s) - (SELECT min(%[1]s) FROM %[2]s) + 1 FROM %[2]s", rel.rowid, rel.quoted())
	if err := c.db.QueryRowContext(ctx, query).Scan(&span); err != nil {
		return unknown, nil // beyond 64 bits
	}
	const leastRow = 4 // bytes
	switch {
	case !span.Valid:
		return source.Rows{Value: 0, Exact: true}, nil
	case span.Int64 < 0 || span.Int64 > c.file.size/leastRow:
		return unknown, nil
	}
	return source.Rows{Value: span.Int64}, nil
}

// firstColumn returns the first column of a query.
func firstColumn(ctx context.Context, q queryer, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
