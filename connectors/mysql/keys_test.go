package mysql_test

import (
	"fmt"
	"testing"

	"waybill/connectors/mysql"
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
			} else if parts, err := c.(source.Splitter).Split(t.Context(), d, 2); err != nil || len(parts) > 1 {
				t.Errorf("%d parts, %v", len(parts), err)
			}
		})
	}
}
