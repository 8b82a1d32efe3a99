package postgres_test

import (
	"context"
	"testing"
	"time"

	"waybill/connectors/postgres"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

func TestBrokenWays(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n int, note text)", "INSERT INTO t SELECT i, repeat('x', 300) FROM generate_series(0, 19999) i", "GRANT SELECT ON t TO scan")
	o.exec(t, "CREATE VIEW v AS SELECT * FROM t", "GRANT SELECT ON v TO scan")
	through := func(url string, old bool) sourcetest.Opener {
		return func(ctx context.Context, timeout time.Duration) (source.Connector, error) {
			c, err := postgres.Driver().Open(ctx, source.Config{Name: "crm", URL: url, Password: scanPassword, Limits: source.Limits{StatementTimeout: timeout}})
			if err == nil {
				postgres.CutFrom(c, 16)
				if old {
					postgres.BeforeRanges(c)
				}
			}
			return c, err
		}
	}
	sourcetest.BrokenWays(t, "public.t", "public.v", 20_000, through(url, false), func(seed uint64) sourcetest.Opener {
		return through(testserver.Proxied(t, url, testserver.NewFaults(seed, 200_000)), seed%5 == 3)
	})
}
