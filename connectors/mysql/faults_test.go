package mysql_test

import (
	"context"
	"testing"
	"time"

	"waybill/connectors/mysql"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

func TestBrokenWays(t *testing.T) {
	o, url := logged(t)
	o.exec(t, "CREATE TABLE t (n INT PRIMARY KEY, note TEXT)", "INSERT INTO t SELECT seq, repeat('x', 300) FROM seq_0_to_19999", "ANALYZE TABLE t", "GRANT SELECT ON t TO scan@127.0.0.1")
	o.exec(t, "CREATE VIEW v AS SELECT * FROM t", "GRANT SELECT ON v TO scan@127.0.0.1")
	through := func(url string) sourcetest.Opener {
		return func(ctx context.Context, timeout time.Duration) (source.Connector, error) {
			c, err := mysql.Driver().Open(ctx, source.Config{Name: "crm", URL: url, Password: scanPassword, Limits: source.Limits{StatementTimeout: timeout}})
			if err == nil {
				mysql.CutFrom(c, 1<<16)
			}
			return c, err
		}
	}
	sourcetest.BrokenWays(t, o.database+".t", o.database+".v", 20_000, through(url), func(seed uint64) sourcetest.Opener {
		return through(testserver.Proxied(t, url, testserver.NewFaults(seed, 200_000)))
	})
}
