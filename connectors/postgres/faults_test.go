package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"waybill/connectors/postgres"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// Whatever happens on the way to the server, the rows are right or something
// tells that they are not: a connection is cut off, stalls or ends in the middle
// of a row, at login, while listing or while reading.
func TestBrokenWays(t *testing.T) {
	const rows, seeds = 20_000, 100
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (n int, note text)", "INSERT INTO t SELECT i, repeat('x', 300) FROM generate_series(0, 19999) i", "GRANT SELECT ON t TO scan")
	o.exec(t, "CREATE VIEW v AS SELECT * FROM t", "GRANT SELECT ON v TO scan")
	outcomes := map[string]map[sourcetest.Outcome]int{"table": {}, "view": {}}
	var mu sync.Mutex
	var all sync.WaitGroup
	slots := make(chan struct{}, 8)
	for seed := range uint64(seeds) {
		kind, d := "table", source.Dataset{Name: "public.t", Columns: []source.Column{{Name: "n"}}}
		if seed%5 == 4 { // which is one statement, and cannot be gone on with
			kind, d.Name = "view", d.Name[:len(d.Name)-1]+"v"
		}
		through := testserver.Proxied(t, url, testserver.NewFaults(seed, 200_000))
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			got := sourcetest.Broken(t, func(ctx context.Context) (source.Connector, error) {
				c, err := postgres.Driver().Open(ctx, source.Config{Name: "crm", URL: through, Password: scanPassword,
					Limits: source.Limits{StatementTimeout: 300 * time.Millisecond}})
				if err == nil {
					postgres.CutFrom(c, 16)
					if seed%5 == 3 {
						postgres.BeforeRanges(c)
					}
				}
				return c, err
			}, d, rows)
			mu.Lock()
			defer mu.Unlock()
			outcomes[kind][got]++
		})
	}
	all.Wait()
	t.Logf("exact and told: %v", outcomes)
	if table := outcomes["table"]; table[sourcetest.Exact] < 20 || outcomes["view"][sourcetest.Told] == 0 {
		t.Error("the faults are too few, or nothing is gone on with")
	}
}
