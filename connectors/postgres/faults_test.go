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
	sourcetest.BrokenWays(t, "public.t", "public.v", 20_000, func(seed uint64) sourcetest.Opener {
		through := testserver.Proxied(t, url, testserver.NewFaults(seed, 200_000))
		return func(ctx context.Context) (source.Connector, error) {
			c, err := postgres.Driver().Open(ctx, source.Config{Name: "crm", URL: through, Password: scanPassword,
				Limits: source.Limits{StatementTimeout: 300 * time.Millisecond}})
			if err == nil {
				postgres.CutFrom(c, 16)
				if seed%5 == 3 {
					postgres.BeforeRanges(c)
				}
			}
			return c, err
		}
	})
}
