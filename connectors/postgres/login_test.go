package postgres_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"

	"waybill/connectors/postgres"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

// between listens, hands each connection to serve, and returns the URL that
// leads there in place of the given one.
func between(t *testing.T, to string, serve func(client net.Conn, server string)) string {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer client.Close()
				serve(client, server)
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	u.Host = l.Addr().String()
	return u.String()
}

// startup reads a client's first message.
func startup(client net.Conn) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(client, head); err != nil {
		return nil, err
	}
	message := append(head, make([]byte, binary.BigEndian.Uint32(head)-4)...)
	_, err := io.ReadFull(client, message[4:])
	return message, err
}

func answer(client net.Conn, kind byte, body string) {
	message := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)+4))
	_, _ = client.Write(append(message, body...))
}

// A pooler before the server that takes only the settings that PgBouncer does:
// every transaction then makes the others, and is read-only still.
func TestBehindAPoolerThatRefusesSettings(t *testing.T) {
	o, direct := database(t)
	o.exec(t, "CREATE TABLE t (n int, note text)", "INSERT INTO t SELECT i, repeat('x', 500) FROM generate_series(0, 99999) i", "GRANT ALL ON t TO scan",
		"CREATE TABLE typed (z timestamptz, b bytea)", `INSERT INTO typed VALUES ('2026-01-01 00:00:00+00', '\xff00')`, "GRANT SELECT ON typed TO scan")
	pooled := between(t, direct, func(client net.Conn, server string) {
		first, err := startup(client)
		if err != nil {
			return
		}
		for i, word := range strings.Split(string(first[8:]), "\x00") {
			switch strings.ToLower(word) {
			case "user", "database", "application_name", "client_encoding", "datestyle", "timezone", "":
			default:
				if i%2 == 0 {
					answer(client, 'E', "SFATAL\x00VFATAL\x00C08P01\x00Munsupported startup parameter: "+word+"\x00\x00")
					return
				}
			}
		}
		to, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		defer to.Close()
		if _, err := to.Write(first); err != nil {
			return
		}
		go func() { _, _ = io.Copy(to, client); _ = to.Close() }()
		_, _ = io.Copy(client, to)
	})
	c := open(t, pooled)
	defer c.Close()
	server, err := c.(source.Describer).Describe(t.Context())
	if err != nil || !server.ReadOnly {
		t.Errorf("server is %+v, %v", server, err)
	}
	sourcetest.Parts(t, c, wholeTable, 100_000, func() {})
	rows, _ := sourcetest.Rows(t, c, source.Dataset{Name: "public.typed"}, source.Sample{})
	if len(rows) != 1 || rows[0][0] != "2026-01-01 08:00:00+08" || rows[0][1] != `\xff00` {
		t.Errorf("rows are %q", rows)
	}
	if err := postgres.Exec(t.Context(), c, "DELETE FROM t"); !postgres.Refused(err) {
		t.Errorf("a write: %v", err)
	}
	if err := postgres.Exec(t.Context(), c, "DO $$ BEGIN IF current_setting('statement_timeout') = '0' OR current_setting('row_security') <> 'off' THEN RAISE 'unset'; END IF; END $$"); err != nil {
		t.Errorf("settings: %v", err)
	}
}

// Logins of openGauss and GaussDB: requests 10 (SHA-256, where PostgreSQL has
// SASL), 11 and 13 (SM3).
func TestForeignLoginSaysWhatToDo(t *testing.T) {
	for name, body := range map[string]string{
		"sha256": "\x00\x00\x00\x0a\x00\x00\x00\x02" + strings.Repeat("ab", 32) + "01234567" + "\x00\x00\x27\x10",
		"md5256": "\x00\x00\x00\x0b" + strings.Repeat("ab", 32) + "0123",
		"sm3":    "\x00\x00\x00\x0d\x00\x00\x00\x03" + strings.Repeat("ab", 32) + "01234567" + "\x00\x00\x27\x10",
	} {
		to := between(t, "postgres://scan@127.0.0.1:1/x?sslmode=disable", func(client net.Conn, _ string) {
			if _, err := startup(client); err == nil {
				answer(client, 'R', body)
				_, _ = client.Read(make([]byte, 1))
			}
		})
		_, err := postgres.Driver().Open(t.Context(), source.Config{Name: "crm", URL: to, Password: "Secret"})
		if err == nil || !strings.Contains(err.Error(), "MD5 password") || strings.Contains(err.Error(), "Secret") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}
