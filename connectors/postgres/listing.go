package postgres

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// relationsSQL lists tables, partitioned tables (without their partitions,
// whose sizes they add up), materialized views, views and foreign tables. The
// sizes are those of the last VACUUM or ANALYZE: asking for today's would wait
// for locks.
const relationsSQL = `
WITH RECURSIVE part(root, oid) AS (
	SELECT c.oid, c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND NOT c.relispartition
		AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
	UNION ALL
	SELECT part.root, i.inhrelid FROM part JOIN pg_class r ON r.oid = part.root AND r.relkind = 'p'
		JOIN pg_inherits i ON i.inhparent = part.oid
), size AS (
	SELECT part.root, bool_or(c.reltuples < 0) AS unknown, sum(greatest(c.reltuples, 0)) AS tuples, sum(c.relpages::bigint) AS pages
	FROM part JOIN pg_class c ON c.oid = part.oid AND c.relkind <> 'p' GROUP BY part.root
)
SELECT c.oid, n.nspname, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''),
	CASE WHEN c.relkind = 'v' OR size.unknown OR coalesce(size.pages, 0) = 0 THEN -1 ELSE round(size.tuples::numeric) END,
	CASE WHEN c.relkind = 'v' OR size.unknown OR coalesce(size.pages, 0) = 0 THEN -1
		ELSE size.pages * current_setting('block_size')::bigint END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN size ON size.root = c.oid
WHERE c.oid IN (SELECT root FROM part)`

const columnsSQL = `
SELECT attrelid, attname, format_type(atttypid, atttypmod), coalesce(col_description(attrelid, attnum), '')
FROM pg_attribute WHERE attrelid = ANY($1::oid[]) AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum`

// keysSQL lists unique indexes over whole columns and all rows.
const keysSQL = `
SELECT i.indrelid, i.indexrelid, i.indisprimary, a.attname
FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, nr), pg_attribute a
WHERE i.indrelid = ANY($1::oid[]) AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
	AND k.nr <= i.indnkeyatts AND a.attrelid = i.indrelid AND a.attnum = k.attnum
ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid, k.nr`

const refsSQL = `
SELECT c.conrelid, c.oid, c.confrelid, a.attname, f.attname
FROM pg_constraint c, unnest(c.conkey, c.confkey) WITH ORDINALITY k(a, f, nr), pg_attribute a, pg_attribute f
WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid = ANY($1::oid[]) AND c.confrelid = ANY($1::oid[])
	AND a.attrelid = c.conrelid AND a.attnum = k.a AND f.attrelid = c.confrelid AND f.attnum = k.f
ORDER BY c.conrelid, c.oid, k.nr`

// Datasets implements source.Connector.
func (c *connector) Datasets(ctx context.Context) ([]source.Dataset, error) {
	var l listing
	if err := c.persist(ctx, l.load); err != nil {
		return nil, fmt.Errorf("list %s: %w", c.name, reason(ctx, err))
	}
	slices.SortFunc(l.all, func(a, b *source.Dataset) int { return strings.Compare(a.Name, b.Name) })
	out := make([]source.Dataset, len(l.all))
	for i, d := range l.all {
		out[i] = *d
	}
	return out, nil
}

// listing is the catalogue as far as it is read.
type listing struct {
	all   []*source.Dataset
	byOID map[string]*source.Dataset
	index string // the unique index, or the constraint, of the row before
}

func (l *listing) load(ctx context.Context, session *pgconn.PgConn) error {
	rows, err := query(ctx, session, relationsSQL)
	if err != nil {
		return err
	}
	*l = listing{byOID: map[string]*source.Dataset{}}
	for _, row := range rows {
		d := &source.Dataset{Name: source.JoinName(string(row[1]), string(row[2])), Comment: string(row[3]),
			Rows: source.Rows{Value: integer(row[4])}, Bytes: integer(row[5])}
		l.all = append(l.all, d)
		l.byOID[string(row[0])] = d
	}
	oids := l.oids()
	for _, part := range []struct {
		sql string
		add func(*source.Dataset, [][]byte)
	}{{columnsSQL, addColumn}, {keysSQL, l.addKey}, {refsSQL, l.addRef}} {
		rows, err := query(ctx, session, part.sql, oids)
		if err != nil {
			return err
		}
		for _, row := range rows {
			part.add(l.byOID[string(row[0])], row)
		}
	}
	return nil
}

// oids is the array of the listed relations.
func (l *listing) oids() string {
	all := make([]string, 0, len(l.byOID))
	for oid := range l.byOID {
		all = append(all, oid)
	}
	return "{" + strings.Join(all, ",") + "}"
}

func addColumn(d *source.Dataset, row [][]byte) {
	d.Columns = append(d.Columns, source.Column{Name: string(row[1]), Type: string(row[2]), Comment: string(row[3])})
}

// addKey adds one column of a key; those of one key follow each other.
func (l *listing) addKey(d *source.Dataset, row [][]byte) {
	if index := string(row[1]); index != l.index {
		l.index = index
		d.Keys = append(d.Keys, source.Key{Primary: string(row[2]) == "t"})
	}
	k := &d.Keys[len(d.Keys)-1]
	k.Columns = append(k.Columns, string(row[3]))
}

func (l *listing) addRef(d *source.Dataset, row [][]byte) {
	if constraint := string(row[1]); constraint != l.index {
		l.index = constraint
		d.Refs = append(d.Refs, source.Ref{Dataset: l.byOID[string(row[2])].Name})
	}
	r := &d.Refs[len(d.Refs)-1]
	r.Columns = append(r.Columns, string(row[3]))
	r.RefColumns = append(r.RefColumns, string(row[4]))
}

// integer reads a number of the catalogue; -1 is unknown.
func integer(text []byte) int64 {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return -1
	}
	return n
}
