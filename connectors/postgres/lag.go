package postgres

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// lagSQL is how many seconds a replica is behind. Where it has replayed all that
// its receiver has, the age of the last transaction only tells that the primary
// is idle.
const lagSQL = `SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0
	WHEN EXISTS (SELECT FROM pg_stat_wal_receiver) AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
	ELSE coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END`

// lag asks the reader's own session, between two statements.
func (r *reader) lag(ctx context.Context) (time.Duration, error) {
	return r.c.replicaLag(ctx, r.session)
}

// replicaLag is 0 on a primary, and on a server that cannot tell.
func (c *connector) replicaLag(ctx context.Context, session *pgconn.PgConn) (time.Duration, error) {
	if !c.can.recovery {
		return 0, nil
	}
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	rows, err := query(ctx, session, lagSQL)
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseFloat(string(rows[0][0]), 64)
	if err != nil {
		return 0, err
	}
	return time.Duration(seconds * float64(time.Second)), nil
}
