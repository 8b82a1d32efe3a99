package mysql

import (
	"context"
	"database/sql"
	"fmt"

	"waybill/internal/source"
)

// A part has at least so many bytes on disk, and each reader gets several, so
// that they end together.
const (
	partBytes     = 16 << 20
	partsOfReader = 8
)

// Split implements source.Splitter: ranges of the first column of the primary
// key. They are read on sessions that begin together; a row lies in one part,
// whatever is changed in it but its key. Not split are small tables, views, and
// tables without a primary key that can be cut.
func (c *connector) Split(ctx context.Context, d source.Dataset, n int) ([]source.Part, error) {
	var all []bounds
	var bytes int64
	err := c.persist(ctx, func(ctx context.Context, s *session) (err error) {
		all, bytes, err = c.cut(ctx, s.conn, d, n)
		return err
	})
	var g *group
	if err == nil && len(all) > 1 {
		g, err = c.newGroup(ctx, n, len(all))
	}
	if err != nil {
		return nil, fmt.Errorf("split %s.%s: %w", c.name, d.Name, reason(ctx, err))
	}
	if g == nil {
		return nil, nil
	}
	context.AfterFunc(ctx, g.end)
	parts := make([]source.Part, len(all))
	for i, within := range all {
		parts[i] = source.Part{Name: fmt.Sprintf("%s[key %d/%d]", d.Name, i+1, len(all)), Bytes: bytes / int64(len(all)),
			Open: func(ctx context.Context) (source.Reader, error) {
				return g.chunks(ctx, d, within)
			}}
	}
	return parts, nil
}

// sizeSQL asks for the size of a table's rows, which lie in its primary key.
const sizeSQL = `SELECT coalesce(data_length, 0) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?`

// cut makes the bounds of the parts; less than two where it is not worth it.
func (c *connector) cut(ctx context.Context, conn *sql.Conn, d source.Dataset, readers int) (all []bounds, bytes int64, err error) {
	r, err := c.dialect.lookup(ctx, conn, d.Name)
	if err != nil || r.view {
		return nil, 0, err
	}
	names, err := source.SplitName(d.Name)
	if err != nil {
		return nil, 0, err
	}
	if err := conn.QueryRowContext(ctx, sizeSQL, names[0], names[1]).Scan(&bytes); err != nil {
		return nil, 0, err
	}
	most := min(int(bytes/c.partBytes), partsOfReader*readers)
	if most < 2 {
		return nil, bytes, nil
	}
	keys, err := r.keyset(ctx, conn, d.Name)
	if err != nil || len(keys) == 0 {
		return nil, bytes, err
	}
	all, err = c.bounds(ctx, conn, r, keys, most-1)
	return all, bytes, err
}
