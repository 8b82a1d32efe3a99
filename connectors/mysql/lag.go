package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"waybill/internal/source"
)

// replicaSQL tells how far a replica is behind: as MySQL has it since 8.0.22,
// and as MariaDB and older ones do.
var replicaSQL = []string{"SHOW REPLICA STATUS", "SHOW SLAVE STATUS"}

// behind are the names of one column of it, in seconds; NULL where replication
// does not run.
var behind = []string{"Seconds_Behind_Source", "Seconds_Behind_Master"}

// errUnseen is a replica whose lag may not be seen.
var errUnseen = errors.New("limits.max_replica_lag cannot be kept: the account may not see the replica's state; grant it REPLICATION CLIENT (MariaDB: SLAVE MONITOR), or take the limit out")

// lag is that of the session's server, asked for between two statements.
func (s *session) lag(ctx context.Context) (time.Duration, error) {
	lag, _, err := s.c.replicaLag(ctx, s.conn)
	return lag, err
}

// querier is a connection, or the pool of them.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// replicaLag is 0 on a server that replicates from none. A server with several
// primaries is as far behind as from the one that it lags behind most.
func (c *connector) replicaLag(ctx context.Context, conn querier) (lag time.Duration, replica bool, err error) {
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	if c.dialect.noReplica {
		return 0, false, nil
	}
	for _, query := range replicaSQL {
		lag, replica, err = replicaState(ctx, conn, query)
		if number(err) != syntaxError {
			break
		}
	}
	return lag, replica, err
}

func replicaState(ctx context.Context, conn querier, query string) (lag time.Duration, replica bool, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return 0, false, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, false, err
	}
	at := slices.IndexFunc(names, func(n string) bool { return slices.Contains(behind, n) })
	if at < 0 {
		return 0, false, fmt.Errorf("%s has no lag", query)
	}
	values := make([]sql.RawBytes, len(names))
	dest := make([]any, len(names))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return 0, true, err
		}
		replica = true
		seconds, err := strconv.ParseInt(string(values[at]), 10, 64)
		switch {
		case values[at] == nil:
			lag = source.StoppedLag
		case err != nil:
			return 0, true, err
		default:
			lag = max(lag, time.Duration(seconds)*time.Second)
		}
	}
	return lag, replica, rows.Err()
}
