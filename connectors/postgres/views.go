package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/mix"
	"waybill/internal/source"
)

// A view, or a foreign table, has no pages: a sample must pass over its rows, of
// which each is equally likely. The server does that alone and keeps no more than
// the sample. It passes over all of them where it expects that to cost no more than
// reading about a gigabyte in a row, and where it then does so in time; else over
// the first ones, and a Gap says so.
const mostViewCost = 200_000 // in the planner's unit, the reading of a page

// viewSample is how far the sample of a view has got.
type viewSample struct {
	head    int   // of how many first rows; 0 = it is no sample of a view, or one of all rows
	passed  int64 // rows that were passed over, up to one more than head
	whole   bool  // all rows are being passed over, and none has come yet
	tooLong bool  // that has taken too long
}

// sampleView opens the cursor of a view's sample.
func (r *reader) sampleView(ctx context.Context, rel relation, s source.Sample) error {
	r.view.head, r.view.whole = 0, false
	sql := fmt.Sprintf("SELECT %s FROM %s", r.proj.list(), rel.from)
	if !r.view.tooLong {
		cost, err := cost(ctx, r.session, sql)
		if err != nil {
			return err
		}
		if cost <= mostViewCost {
			r.view.whole = true
			return r.passOver(ctx, sql, s)
		}
	}
	r.view.head = s.Small()
	return r.declare(ctx, fmt.Sprintf(`SELECT %s, total FROM (SELECT *, row_number() OVER () AS nr, count(*) OVER () AS total FROM (%s LIMIT %d) v
		) w ORDER BY hashtextextended(nr::text, %d) LIMIT %d`, r.proj.again(), sql, r.view.head+1, int64(mix.Seed(s.Seed)), s.Rows))
}

// passOver opens a cursor whose first row comes once the server has passed over
// all rows of sql.
func (r *reader) passOver(ctx context.Context, sql string, s source.Sample) error {
	err := r.declare(ctx, fmt.Sprintf("SELECT %s FROM (SELECT *, row_number() OVER () AS nr FROM (%s) v) w ORDER BY hashtextextended(nr::text, %d) LIMIT %d",
		r.proj.again(), sql, int64(mix.Seed(s.Seed)), s.Rows))
	r.piece.asked = 1
	if err != nil {
		return err
	}
	return r.limit(ctx, r.within()) // after declare, which takes back what was set
}

// limit sets the timeout of the transaction's further statements.
func (r *reader) limit(ctx context.Context, within time.Duration) error {
	_, err := query(ctx, r.session, "SELECT set_config('statement_timeout', $1, true)", milliseconds(within))
	return err
}

// within is how long the reader's statement may take.
func (r *reader) within() time.Duration {
	if r.view.whole {
		return min(r.c.viewWithin, r.c.timeout)
	}
	return r.c.timeout
}

// passedOver ends the time in which all rows must be passed over, once one came.
func (r *reader) passedOver() error {
	if !r.view.whole || r.taken == 0 {
		return nil
	}
	r.view.whole = false
	ctx, cancel := r.c.bounded(r.ctx)
	defer cancel()
	return r.limit(ctx, r.c.timeout)
}

// cost is what the planner expects all of a statement to cost.
func cost(ctx context.Context, session *pgconn.PgConn, sql string) (float64, error) {
	rows, err := query(ctx, session, "EXPLAIN (FORMAT JSON) "+sql)
	if err != nil {
		return 0, err
	}
	var plans []struct {
		Plan struct {
			Cost float64 `json:"Total Cost"`
		}
	}
	if len(rows) != 1 || json.Unmarshal(rows[0][0], &plans) != nil || len(plans) != 1 {
		return 0, errors.New("the server's plan cannot be read")
	}
	return plans[0].Plan.Cost, nil
}
