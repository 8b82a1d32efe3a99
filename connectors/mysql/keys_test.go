package mysql_test

import (
	"fmt"
	"io"
	"testing"

	"waybill/connectors/mysql"
	"waybill/internal/batch"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

const keyedRows = 5000

// Tables of every kind of primary key are read along it, in several statements,
// and cut where their key allows for it.
func TestTablesAreReadAlongTheirKeys(t *testing.T) {
	o, url := database(t)
	for _, tt := range []struct {
		name, columns, values string
		cut                   bool
	}{
		{"int_key", "id INT PRIMARY KEY", "seq", true},
		{"negative_key", "id BIGINT PRIMARY KEY", "CAST(seq AS SIGNED) * 1800000000000000 - 9000000000000000000", true},
		{"top_key", "id BIGINT UNSIGNED PRIMARY KEY", "18446744073709551615 - seq", true},
		{"uneven_key", "id BIGINT PRIMARY KEY", "IF(seq = 0, 9000000000000000000, seq)", true},
		{"composite_key", "a INT, b VARCHAR(10), PRIMARY KEY (a, b)", "seq DIV 700, concat('x', seq)", true},
		{"reversed_key", "a INT, b VARCHAR(10), PRIMARY KEY (b, a)", "seq, concat('x', seq DIV 700)", true},
		{"three_key", "a DATE, b DECIMAL(10, 2), c BINARY(4), PRIMARY KEY (a, b, c)", "DATE '2026-01-01' + INTERVAL seq DIV 2000 DAY, (seq DIV 100) / 8, unhex(lpad(hex(seq), 8, '0'))", false},
		{"uuid_text", "id CHAR(36) PRIMARY KEY", "concat(left(sha1(seq), 8), '-4000-8000-', left(sha1(seq), 12))", true},
		{"upper_text", "id VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_bin PRIMARY KEY", "upper(sha1(seq))", true},
		{"common_text", "id VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_danish_ci PRIMARY KEY", "concat('USER-0', 10000 + seq)", true},
		{"gbk_text", "id VARCHAR(40) CHARACTER SET gbk PRIMARY KEY", "concat('张三''\\\\', seq)", true},
		{"binary_key", "id BINARY(16) PRIMARY KEY", "unhex(md5(seq))", true},
		{"uuid_key", "id UUID PRIMARY KEY", "concat(left(sha1(seq), 8), '-0000-1000-8000-', left(sha1(seq), 12))", false},
		{"time_key", "id DATETIME(3) PRIMARY KEY", "TIMESTAMP '2026-01-01 00:00:00' + INTERVAL seq * 1000 MICROSECOND", false},
		{"enum_key", "e ENUM('z', 'a', 'm'), id INT, PRIMARY KEY (e, id)", "1 + seq % 3, seq", false},
		{"prefix_key", "id TEXT, PRIMARY KEY (id(20))", "sha1(seq)", false},
		{"no_key", "id INT", "seq % 10", false},
		{"bare", "id INT PRIMARY KEY", "seq", false},
		{"parted", "id INT PRIMARY KEY", "seq", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			further := map[string]string{"parted": " PARTITION BY HASH (id) PARTITIONS 3", "bare": " ENGINE = MyISAM"}[tt.name]
			o.exec(t, fmt.Sprintf("CREATE TABLE %s (n INT NOT NULL, note VARCHAR(100), %s)%s", tt.name, tt.columns, further),
				fmt.Sprintf("INSERT INTO %s SELECT seq, repeat('x', 50), %s FROM seq_0_to_%d", tt.name, tt.values, keyedRows-1),
				"ANALYZE TABLE "+tt.name, "GRANT SELECT ON "+tt.name+" TO scan@127.0.0.1")
			c := open(t, url)
			defer c.Close()
			d := source.Dataset{Name: o.database + "." + tt.name, Columns: []source.Column{{Name: "n"}}}
			rows, gaps := sourcetest.Rows(t, c, d, source.Sample{})
			seen := map[int]bool{}
			for _, n := range sourcetest.Numbers(t, rows) {
				seen[n] = true
			}
			if len(rows) != keyedRows || len(seen) != keyedRows || len(gaps) > 0 {
				t.Errorf("%d rows, %d different ones, gaps %v", len(rows), len(seen), gaps)
			}
			mysql.CutFrom(c, 1<<14)
			if tt.cut {
				sourcetest.Parts(t, c, d, keyedRows, func() {})
				mysql.MostRows(c, 100) // less than a piece may have
				sourcetest.Parts(t, c, d, keyedRows, func() {})
			} else if parts, err := c.(source.Splitter).Split(t.Context(), d, 2); err != nil || len(parts) > 1 {
				t.Errorf("%d parts, %v", len(parts), err)
			}
		})
	}
}

// However unevenly the keys are spread, no part has most of the rows, so that
// several readers share them.
func TestPartsOfUnevenKeysAreEven(t *testing.T) {
	o, url := database(t)
	o.exec(t, "GRANT SELECT ON `"+o.database+"`.* TO scan@127.0.0.1",
		"CREATE TABLE dense (id INT PRIMARY KEY, n INT)", series("dense", "seq + 5"),
		"CREATE TABLE uneven (id BIGINT PRIMARY KEY, n INT)", series("uneven", "IF(seq = 0, 9000000000000000000, seq)"),
		"CREATE TABLE skewed (id BIGINT UNSIGNED PRIMARY KEY, n INT)", series("skewed", "IF(seq < 60000, seq, IF(seq < 114000, 5000000000 + seq, 9000000000 + (seq - 114000) * 100000))"))
	c := open(t, url)
	defer c.Close()
	mysql.CutFrom(c, 1<<16)
	for _, table := range []string{"dense", "uneven", "skewed"} {
		o.exec(t, "ANALYZE TABLE "+table)
		d := source.Dataset{Name: o.database + "." + table, Columns: []source.Column{{Name: "n"}}}
		parts, err := c.(source.Splitter).Split(t.Context(), d, 2)
		if err != nil {
			t.Fatal(err)
		}
		sum, most := 0, 0
		for _, p := range parts {
			rows := partRows(t, p)
			sum, most = sum+rows, max(most, rows)
		}
		if sum != manyRows || len(parts) < 8 || most > manyRows/5 {
			t.Errorf("%s: %d rows in %d parts, up to %d in one", table, sum, len(parts), most)
		}
	}
}

func partRows(t *testing.T, p source.Part) (rows int) {
	t.Helper()
	r, err := p.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b := batch.New()
	for err = r.Read(b); err == nil; err = r.Read(b) {
		rows += b.Rows()
	}
	if err != io.EOF {
		t.Fatal(err)
	}
	return rows
}
