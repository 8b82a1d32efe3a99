package postgres

import (
	"context"
	"fmt"
	"math/bits"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// A part has so many pages of 8 KiB, 16 MiB to 1 GiB, and each reader gets
// several, so that they end together.
const (
	partPages     = 2048
	mostPartPages = 1 << 17
	partsOfReader = 8
)

// leaf is a table that holds rows: the one of a dataset, or a partition of it.
type leaf struct {
	name  string // as a dataset's
	heap  bool
	pages int64
}

// leavesSQL lists a partitioned table's partitions, and theirs, that hold rows.
const leavesSQL = `
WITH RECURSIVE part(oid) AS (
	SELECT $1::oid UNION ALL SELECT i.inhrelid FROM part JOIN pg_inherits i ON i.inhparent = part.oid
)
SELECT n.nspname, c.relname, c.relkind = 'r' AND coalesce(a.amname, 'heap') = 'heap',
	coalesce(pg_relation_size(c.oid), 0) / current_setting('block_size')::bigint,
	has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
FROM part JOIN pg_class c ON c.oid = part.oid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am a ON a.oid = c.relam
WHERE c.relkind IN ('r', 'f') ORDER BY n.nspname, c.relname`

// Split implements source.Splitter: runs of a table's pages, and each partition
// on its own. They see one snapshot, that of the first session that reads. Not
// split are small tables, views, foreign tables, and what has no pages of its
// own or would be read in full for each part.
func (c *connector) Split(ctx context.Context, d source.Dataset, n int) ([]source.Part, error) {
	if !c.can.snapshot {
		return nil, nil
	}
	var leaves []leaf
	err := c.persist(ctx, func(ctx context.Context, session *pgconn.PgConn) (err error) {
		leaves, err = c.leaves(ctx, session, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("split %s.%s: %w", c.name, d.Name, reason(ctx, err))
	}
	all := cut(leaves, n, c.least)
	if len(all) < 2 {
		return nil, nil
	}
	v := c.newView(len(all))
	context.AfterFunc(ctx, v.end)
	parts := make([]source.Part, len(all))
	for i, p := range all {
		parts[i] = source.Part{Name: d.Name + p.bounds(d.Name), Bytes: (p.end - p.begin) * pageSize, Open: func(ctx context.Context) (source.Reader, error) {
			r := c.newReader(ctx, d.Name)
			r.plan = func() error { return r.preparePart(d, p) }
			return r.start(v)
		}}
	}
	return parts, nil
}

const pageSize = 8 << 10

// leaves finds the leaves of a dataset; none where it is not to be split.
func (c *connector) leaves(ctx context.Context, session *pgconn.PgConn, d source.Dataset) ([]leaf, error) {
	rel, err := lookup(ctx, session, d.Name)
	if err != nil || c.reach(session) == byCursor || !rel.heap && !rel.parted {
		return nil, err
	}
	if !rel.parted {
		total, err := pages(ctx, session, rel)
		return []leaf{{name: d.Name, heap: true, pages: total}}, err
	}
	rows, err := query(ctx, session, leavesSQL, rel.oid)
	if err != nil {
		return nil, err
	}
	var leaves []leaf
	for _, row := range rows {
		if string(row[4]) != "t" { // it can be read through its parent only
			return nil, nil
		}
		leaves = append(leaves, leaf{name: source.JoinName(string(row[0]), string(row[1])), heap: string(row[2]) == "t", pages: integer(row[3])})
	}
	return leaves, nil
}

// part is a run of a leaf's pages. The last of a leaf has no upper end.
type part struct {
	leaf
	begin, end int64
	last       bool
}

// cut makes parts of equal size, which is a power of two, so that a table that
// grows keeps the parts it had.
func cut(leaves []leaf, readers int, least int64) []part {
	total := int64(0)
	for _, l := range leaves {
		total += l.pages
	}
	size := int64(1) << (bits.Len64(uint64(max(1, total/int64(partsOfReader*max(1, readers))))) - 1)
	size = min(mostPartPages, max(least, size))
	var all []part
	for _, l := range leaves {
		for begin := int64(0); begin == 0 || begin < l.pages; begin += size {
			last := begin+size >= l.pages || !l.heap
			all = append(all, part{leaf: l, begin: begin, end: min(begin+size, max(1, l.pages)), last: last})
			if last {
				break
			}
		}
	}
	return all
}

// bounds are what follows the dataset's name in the part's.
func (p part) bounds(dataset string) string {
	of := ""
	if p.name != dataset {
		of = p.name + " "
	}
	if p.last {
		return fmt.Sprintf("[%sctid %d-)", of, p.begin)
	}
	return fmt.Sprintf("[%sctid %d-%d)", of, p.begin, p.end)
}

// preparePart plans the runs of a part. A leaf that is no table of pages is read
// by a cursor.
func (r *reader) preparePart(d source.Dataset, p part) error {
	ctx, cancel := r.c.bounded(r.ctx)
	defer cancel()
	rel, err := r.v.lookup(ctx, r.session, p.name)
	if err != nil {
		return err
	}
	if err := r.project(rel, d.Columns); err != nil {
		return err
	}
	sql := "SELECT " + r.proj.list() + " FROM " + rel.from
	if !p.heap {
		return r.declare(ctx, sql)
	}
	if err := r.hold(ctx, rel, sql); err != nil {
		return err
	}
	if r.runs, err = r.c.runsOf(ctx, r.session, rel, sql, p); err != nil {
		return err
	}
	if r.runs == nil {
		return r.declare(ctx, sql)
	}
	if n := r.v.pages.Load(); n > 0 {
		r.runs.asked = min(n, r.runs.most)
	}
	return nil
}
