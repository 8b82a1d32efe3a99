package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/census"
	"waybill/internal/testserver"
)

// database is the table customers on a server of its own.
type database struct {
	url    string
	client []string // the server's own, and its arguments before a statement
	t      *table
	o      options
}

var serverNames = [...]string{"one identifier of PostgreSQL, counted", "four identifiers of PostgreSQL, counted and linked",
	"all columns of PostgreSQL that a plan reads, counted and linked", "memory beside the census, PostgreSQL"}

// serverContests loads the table and returns the contests over it.
func serverContests(ctx context.Context, o options, t *table) ([]contest, func(), error) {
	url, err := testserver.NewPostgres(ctx)
	if err != nil {
		return nil, nil, err
	}
	db := &database{url: url, t: t, o: o,
		client: []string{"psql", "-X", "-q", "-A", "-t", "-F", ",", "-v", "ON_ERROR_STOP=1", "-d", url, "-c"}}
	if err := db.load(ctx); err != nil {
		return nil, nil, err
	}
	var four []string
	for _, id := range identifiers {
		four = append(four, id.column)
	}
	return []contest{
		{name: serverNames[0], contenders: []contender{
			db.census(four[:1]), goal(1/1.1, db.copy(four[:1])), goal(2.8, db.distinct(four[:1]))}},
		{name: serverNames[1], contenders: []contender{
			db.census(four), goal(1/1.1, db.copy(four)), goal(3, db.distinct(four))}},
		{name: serverNames[2], contenders: []contender{
			db.census(nil), db.copy(columns)}},
		beside(serverNames[3], "", o, db.narrow),
	}, func() {}, nil
}

// goal sets how many times as fast as a rival Waybill is to be.
func goal(times float64, c contender) contender {
	c.goal = times
	return c
}

func (db *database) load(ctx context.Context) error {
	conn, err := pgconn.Connect(ctx, db.url)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	defer conn.Close(ctx)
	create := "CREATE TABLE customers (id bigint PRIMARY KEY, " + strings.Join(columns[1:], " text, ") + " timestamp)"
	if err := conn.Exec(ctx, create).Close(); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	n, err := conn.CopyFrom(ctx, db.t.csv(db.t.rows), "COPY customers FROM STDIN (FORMAT csv)")
	if err == nil && n.RowsAffected() != int64(db.t.rows) {
		err = fmt.Errorf("%d rows", n.RowsAffected())
	}
	if err == nil { // so that no reader is the first to mark the rows as old
		err = conn.Exec(ctx, "VACUUM (FREEZE, ANALYZE) customers").Close()
	}
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

// run has the server's own client run a statement.
func (db *database) run(ctx context.Context, discard bool, sql string) (usage, []byte, error) {
	return program(ctx, discard, db.client[0], append(slices.Clone(db.client[1:]), sql)...)
}

func (db *database) copy(cols []string) contender {
	list := strings.Join(cols, ", ")
	return contender{name: fmt.Sprintf("psql COPY of %s", named(cols)), run: func(ctx context.Context) (usage, error) {
		u, _, err := db.run(ctx, true, "COPY (SELECT "+list+" FROM customers) TO STDOUT")
		return u, err
	}}
}

// distinct is count(DISTINCT) of every column in one query.
func (db *database) distinct(cols []string) contender {
	return contender{name: fmt.Sprintf("count(DISTINCT) of %s", named(cols)), run: func(ctx context.Context) (usage, error) {
		u, counts, err := db.countDistinct(ctx, cols)
		if err == nil && len(counts) != len(cols) {
			err = fmt.Errorf("%d counts", len(counts))
		}
		return u, err
	}}
}

func (db *database) countDistinct(ctx context.Context, cols []string) (usage, []int64, error) {
	var list []string
	for _, c := range cols {
		list = append(list, "count(DISTINCT "+c+")")
	}
	u, out, err := db.run(ctx, false, "SELECT "+strings.Join(list, ", ")+" FROM customers")
	if err != nil {
		return u, nil, err
	}
	var counts []int64
	for _, field := range strings.FieldsFunc(string(out), func(c rune) bool { return strings.ContainsRune(",\t\n", c) }) {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return u, nil, fmt.Errorf("count: %w", err)
		}
		counts = append(counts, n)
	}
	return u, counts, nil
}

func named(cols []string) string {
	if len(cols) > len(identifiers) {
		return fmt.Sprintf("%d columns", len(cols))
	}
	return strings.Join(cols, ", ")
}

// narrow is the census with the budget of o.
func (db *database) narrow(o options) contender {
	with := *db
	with.o = o
	return with.census(nil)
}

// census checks the counts against the server's.
func (db *database) census(cols []string) contender {
	var want map[string]int64
	return contender{name: "waybill", run: func(ctx context.Context) (usage, error) {
		u, got, err := counted(ctx, db.o, db.url, cols)
		if err == nil && want == nil {
			want, err = db.truth(ctx, cols)
		}
		if err != nil {
			return u, err
		}
		return u, db.t.check(got, want)
	}}
}

// counted counts the columns of a store (nil = all) in a process of its own, whose
// peak memory is thus the census's.
func counted(ctx context.Context, o options, url string, cols []string) (u usage, got outcome, err error) {
	self, err := os.Executable()
	if err != nil {
		return u, got, err
	}
	args := []string{"-census", "-columns", strings.Join(cols, ","), "-memory", strconv.FormatInt(cmp.Or(o.budget, census.DefaultMemory>>20), 10)}
	if o.profile != "" {
		scheme, _, _ := strings.Cut(url, ":")
		args = append(args, "-cpuprofile", fmt.Sprintf("%s.%s.%d", o.profile, scheme, len(cols)))
	}
	// It holds a password, and so is not an argument.
	if err := os.Setenv(urlVariable, url); err != nil {
		return u, got, err
	}
	u, out, err := program(ctx, false, self, args...)
	if err != nil {
		return u, got, err
	}
	err = json.Unmarshal(out, &got)
	u.wall, u.user, u.peak = got.Wall, got.User, got.Peak
	return u, got, err
}

// truth is what the server counts, by kind.
func (db *database) truth(ctx context.Context, cols []string) (map[string]int64, error) {
	want := map[string]int64{}
	for _, id := range identifiers {
		if cols != nil && !slices.Contains(cols, id.column) {
			continue
		}
		_, n, err := db.countDistinct(ctx, []string{id.column})
		if err != nil {
			return nil, err
		}
		want[id.kind] = n[0]
	}
	return want, nil
}

// check wants the rows and the people of the table, and so many identifiers.
func (t *table) check(got outcome, want map[string]int64) error {
	if got.Rows != int64(t.rows) {
		return fmt.Errorf("read %d rows of %d", got.Rows, t.rows)
	}
	for kind, n := range want {
		if got.Identifiers[kind] != n {
			return fmt.Errorf("wrong count: %d of %s, not %d", got.Identifiers[kind], kind, n)
		}
	}
	if people := int64(t.people); got.People.Low != people || got.People.High != people {
		return fmt.Errorf("wrong count: %d to %d people of %d", got.People.Low, got.People.High, people)
	}
	return nil
}
