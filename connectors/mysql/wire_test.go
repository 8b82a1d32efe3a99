package mysql_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/mysql"
	"waybill/internal/batch"
	"waybill/internal/frames"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
	"waybill/internal/testserver"
)

// What is read off the wire is what the driver reads: over TLS it reads the rows.
func TestRowsOffTheWireAreTheDrivers(t *testing.T) {
	o, url := ownerOf(t, testserver.MariaDBTLS(t))
	o.exec(t, "CREATE TABLE t (id INT, part BIGINT UNSIGNED, short VARCHAR(255), note LONGTEXT, raw LONGBLOB, at DATETIME(3), price DECIMAL(12, 3), y YEAR, PRIMARY KEY (part, id))",
		`INSERT INTO t SELECT seq, 18446744073709551615 - seq % 3, IF(seq % 7 = 0, NULL, repeat('张', seq % 90)), IF(seq % 5 = 0, '', repeat('备注', seq % 40000)),
			IF(seq % 11 = 0, NULL, unhex(repeat(hex(seq), seq % 300))), '2026-01-02 03:04:05.678' + INTERVAL seq SECOND, seq / 8, 1970 + seq % 100 FROM seq_1_to_3000`,
		"INSERT INTO t SELECT -seq, seq, NULL, repeat('x', elt(seq, 0, 250, 251, 252, 65534, 65535, 65536, 65537)), NULL, NULL, NULL, NULL FROM seq_1_to_8",
		"CREATE TABLE narrow (id INT PRIMARY KEY, note LONGTEXT)",
		"INSERT INTO narrow SELECT seq, repeat('x', 16777207 + elt(seq, 0, 1, 2, 3, 9)) FROM seq_1_to_5", // packets of 1<<24 - 1 bytes, and of less and more
		"GRANT SELECT ON t TO scan@127.0.0.1", "GRANT SELECT ON narrow TO scan@127.0.0.1")
	for table, columns := range map[string][]source.Column{"t": nil, "narrow": {{Name: "note"}}} {
		var all [2][][]string
		for i, tls := range []string{"false", "skip-verify"} {
			c := open(t, url+"?tls="+tls)
			var gaps []source.Gap
			all[i], gaps = sourcetest.Rows(t, c, source.Dataset{Name: o.database + "." + table, Columns: columns}, source.Sample{})
			if err := c.Close(); err != nil || len(gaps) > 0 {
				t.Errorf("%s, tls=%s: gaps %v, %v", table, tls, gaps, err)
			}
		}
		if want := o.count(t, "SELECT count(*) FROM "+table); len(all[0]) != want || !slices.EqualFunc(all[0], all[1], slices.Equal) {
			t.Errorf("%s: %d rows of %d, and %d by the driver, or they differ", table, len(all[0]), want, len(all[1]))
		}
	}
}

// A statement that breaks in the middle of its rows ends with the server's error.
func TestErrorAmongTheRowsIsTheServers(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE n (i INT PRIMARY KEY)", "INSERT INTO n SELECT seq FROM seq_1_to_9000",
		"CREATE VIEW v AS SELECT i, (SELECT m.i FROM n m WHERE m.i < 3 AND k.i > 8000) AS j FROM n k",
		"GRANT SELECT ON v TO scan@127.0.0.1", "GRANT SELECT ON n TO scan@127.0.0.1")
	c := open(t, url)
	defer c.Close()
	r, err := c.Open(t.Context(), source.Dataset{Name: o.database + ".v"}, source.Sample{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows, b := 0, batch.New()
	for err = r.Read(b); err == nil; err = r.Read(b) {
		rows += b.Rows()
	}
	if want := "read crm." + o.database + ".v: refused by the server (MySQL error 1242)"; rows == 0 || err.Error() != want {
		t.Errorf("after %d rows: %v, want %s", rows, err, want)
	}
	if _, gaps := sourcetest.Rows(t, c, source.Dataset{Name: o.database + ".n"}, source.Sample{}); len(gaps) > 0 {
		t.Errorf("the connection after it: %v", gaps)
	}
}

// FuzzWire serves packets in pieces of any size and takes them by turns as rows
// and as the driver does: all come, in their order, those of the driver numbered
// without a break.
func FuzzWire(f *testing.F) {
	f.Add(uint64(1), 3, []byte{1, 1, 0, 200, 2, 2, 2, 0xff, 1, 0xfe})
	f.Add(uint64(2), 70_000, bytes.Repeat([]byte{255, 1, 7, 30}, 90))
	f.Fuzz(func(t *testing.T, seed uint64, most int, sizes []byte) {
		rng := rand.New(rand.NewPCG(seed, 0))
		var sent [][]byte
		var stream []byte
		for i, size := range sizes[:min(len(sizes), 300)] {
			packet := make([]byte, 1+int(size)*int(size)*(1+i%3))
			packet[0], packet[len(packet)-1] = byte(255-rng.IntN(10)), byte(i)
			sent = append(sent, packet)
			n := len(packet)
			stream = append(append(stream, byte(n), byte(n>>8), byte(n>>16), byte(1+i)), packet...)
		}
		client, server := net.Pipe()
		defer client.Close()
		go func() {
			defer server.Close()
			_, _ = io.ReadFull(server, make([]byte, 5)) // the command
			least := 1 + len(stream)/500                // bytes of a piece, so that they are not too many
			for len(stream) > 0 {
				n := min(len(stream), least+rng.IntN(max(1, most)))
				if _, err := server.Write(stream[:n]); err != nil {
					return
				}
				stream = stream[n:]
			}
		}()
		w := mysql.NewWire(client)
		if _, err := w.Write([]byte{1, 0, 0, 0, 3}); err != nil {
			t.Fatal(err)
		}
		number := byte(1)
		turns := rand.New(rand.NewPCG(seed, 1))
		for i, want := range sent {
			if turns.IntN(2) == 0 {
				if row := w.Row(); row != nil {
					if !bytes.Equal(row, want) || row[0] >= 0xfe {
						t.Fatalf("packet %d is not the row", i)
					}
					continue
				}
				if want[0] < 0xfe && len(want) <= frames.Size-4 {
					t.Fatalf("packet %d is a row", i)
				}
			}
			head, got := make([]byte, 4), make([]byte, len(want))
			if _, err := io.ReadFull(w, head); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(w, got); err != nil || head[3] != number || !bytes.Equal(got, want) {
				t.Fatalf("packet %d is not the driver's, or its number is %d and not %d: %v", i, head[3], number, err)
			}
			number++
		}
		if row := w.Row(); row != nil {
			t.Fatal("a row after the end")
		}
		if n, err := w.Read(make([]byte, 10)); n != 0 || err != io.EOF {
			t.Fatalf("at the end: %d bytes, %v", n, err)
		}
	})
}

// FuzzValues splits rows that are well-formed, and bytes that are not.
func FuzzValues(f *testing.F) {
	f.Add([]byte{3, 'a', 'b', 'c', 0xfb, 0}, 3, uint8(4))
	f.Add([]byte{0xfc, 1, 0, 'x'}, 1, uint8(200))
	f.Add([]byte{0xfe, 255, 255, 255, 255, 255, 255, 255, 255}, 1, uint8(1))
	f.Fuzz(func(t *testing.T, raw []byte, n int, step uint8) {
		into := make([][]byte, n&63)
		if mysql.Values(into, raw) {
			total := 0
			for _, v := range into {
				total += max(1, len(v))
			}
			if total > len(raw)+len(into) {
				t.Fatalf("%d bytes of values from %d", total, len(raw))
			}
		}
		var row []byte
		var want [][]byte
		for from := 0; from < len(raw); from += 1 + int(step) {
			v := bytes.Repeat(raw[from:min(len(raw), from+1+int(step))], 1+int(step)*int(step)>>4)
			switch size := len(v); {
			case raw[from]%5 == 0:
				v, row = nil, append(row, 0xfb)
			case size < 251:
				row = append(row, byte(size))
			case size < 1<<16:
				row = append(row, 0xfc, byte(size), byte(size>>8))
			default:
				row = append(row, 0xfd, byte(size), byte(size>>8), byte(size>>16))
			}
			row, want = append(row, v...), append(want, v)
		}
		got := make([][]byte, len(want))
		if !mysql.Values(got, row) || len(want) > 0 && cmp.Diff(want, got) != "" {
			t.Fatalf("%d values do not come back", len(want))
		}
		if len(row) > 0 && (mysql.Values(got, row[:len(row)-1]) || mysql.Values(got, append(row, 0))) {
			t.Fatal("a row cut short or too long is taken")
		}
	})
}
