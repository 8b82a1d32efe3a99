package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"

	"waybill/internal/testserver"
)

var mariadbNames = [...]string{"one identifier of MariaDB, counted", "four identifiers of MariaDB, counted and linked",
	"all columns of MariaDB that a plan reads, counted and linked", "memory beside the census, MariaDB"}

// mariadbContests loads the table into MariaDB and returns the contests over it.
func mariadbContests(ctx context.Context, o options, t *table) ([]contest, func(), error) {
	raw, err := testserver.NewMariaDB(ctx)
	if err != nil {
		return nil, nil, err
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, nil, err
	}
	host, port, err := net.SplitHostPort(u.Host)
	if err != nil {
		return nil, nil, err
	}
	password, _ := u.User.Password()
	if err := os.Setenv("MYSQL_PWD", password); err != nil {
		return nil, nil, err
	}
	db := &database{url: raw, t: t, o: o, client: []string{"mariadb", "--no-defaults", "--quick", "-N", "-B", "-h", host, "-P", port,
		"-u", u.User.Username(), strings.Trim(u.Path, "/"), "-e"}}
	if err := db.loadMariaDB(ctx, u); err != nil {
		return nil, nil, fmt.Errorf("load: %w", err)
	}
	var four []string
	for _, id := range identifiers {
		four = append(four, id.column)
	}
	return []contest{
		{name: mariadbNames[0], contenders: []contender{
			db.census(four[:1]), goal(1, db.quick(four[:1])), goal(4, db.distinct(four[:1]))}},
		{name: mariadbNames[1], contenders: []contender{
			db.census(four), goal(1, db.quick(four)), goal(4, db.distinct(four))}},
		{name: mariadbNames[2], contenders: []contender{
			db.census(nil), db.quick(columns)}},
		beside(mariadbNames[3], "", o, db.narrow),
	}, func() {}, nil
}

// loadMariaDB loads the table. Its texts compare byte by byte, which is what the
// rival is fastest at.
func (db *database) loadMariaDB(ctx context.Context, u *url.URL) error {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User, c.DBName = "tcp", u.Host, u.User.Username(), strings.Trim(u.Path, "/")
	c.Passwd, _ = u.User.Password()
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	conn := sql.OpenDB(connector)
	defer conn.Close()
	create := "CREATE TABLE customers (id BIGINT PRIMARY KEY, " + strings.Join(columns[1:len(columns)-1], " VARCHAR(100), ") +
		" VARCHAR(100), updated_at DATETIME) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	if _, err := conn.ExecContext(ctx, create); err != nil {
		return err
	}
	const reader = "customers"
	mysql.RegisterReaderHandler(reader, func() io.Reader { return db.t.csv(db.t.rows) })
	defer mysql.DeregisterReaderHandler(reader)
	done, err := conn.ExecContext(ctx, "LOAD DATA LOCAL INFILE 'Reader::"+reader+"' INTO TABLE customers CHARACTER SET utf8mb4 FIELDS TERMINATED BY ','")
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n != int64(db.t.rows) {
		return fmt.Errorf("%d rows, %v", n, err)
	}
	_, err = conn.ExecContext(ctx, "ANALYZE TABLE customers")
	return err
}

// quick is the server's own client, which prints the rows as they come.
func (db *database) quick(cols []string) contender {
	return contender{name: fmt.Sprintf("mariadb --quick of %s", named(cols)), run: func(ctx context.Context) (usage, error) {
		u, _, err := db.run(ctx, true, "SELECT "+strings.Join(cols, ", ")+" FROM customers")
		return u, err
	}}
}
