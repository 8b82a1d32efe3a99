package postgres_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

func TestGrowth(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE log (id bigint PRIMARY KEY, at timestamptz NOT NULL, day date NOT NULL, price numeric NOT NULL, word text NOT NULL, maybe int)",
		"INSERT INTO log SELECT i, '2026-01-01 00:00:00.5+08'::timestamptz + i * interval '1 hour', '2026-01-01'::date + i, i + 0.25, 'w', i FROM generate_series(1, 5000) i",
		"CREATE VIEW seen AS SELECT * FROM log", "GRANT SELECT ON log, seen TO scan")
	c := open(t, url)
	defer c.Close()
	for _, column := range []string{"id", "at", "day", "price"} {
		sourcetest.Growth(t, c, source.Dataset{Name: "public.log", Columns: []source.Column{{Name: "id"}}}, column, 5000, sourcetest.Growing{
			Add: func(from, to int) {
				o.exec(t, "INSERT INTO log SELECT i, '2026-01-01 00:00:00.5+08'::timestamptz + i * interval '1 hour', '2026-01-01'::date + i, i + 0.25, 'w', i FROM generate_series("+strconv.Itoa(from)+", "+strconv.Itoa(to)+") i")
			},
			Delete: func(from, to int) {
				o.exec(t, "DELETE FROM log WHERE id BETWEEN "+strconv.Itoa(from)+" AND "+strconv.Itoa(to))
			},
		})
	}
	sourcetest.Unmarked(t, c, [2]string{"public.log", "word"}, [2]string{"public.log", "maybe"}, [2]string{"public.log", "missing"}, [2]string{"public.seen", "id"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.(source.Grower).Grown(ctx, source.Dataset{Name: "public.log"}, "id", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
