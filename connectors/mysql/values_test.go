package mysql_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/mysql"
	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

const manyRows = 120_000

// series inserts n = 0, 1, … with a key that is an expression over n.
func series(table, key string) string {
	return "INSERT INTO " + table + " SELECT " + key + ", seq FROM (SELECT seq FROM seq_0_to_" + strconv.Itoa(manyRows-1) + ") s"
}

func TestLargeTablesAreSampledFromAllOver(t *testing.T) {
	o, url := database(t)
	o.exec(t, "GRANT SELECT ON `"+o.database+"`.* TO scan@127.0.0.1",
		"CREATE TABLE dense (id INT PRIMARY KEY, n INT)", series("dense", "seq + 5"),
		"CREATE TABLE top (id BIGINT UNSIGNED PRIMARY KEY, n INT)", series("top", "18446744073709431615 + seq"),
		"CREATE TABLE negative (id BIGINT PRIMARY KEY, n INT)", series("negative", "CAST(seq AS SIGNED) * 70000000000000 - 9000000000000000000"),
		"CREATE TABLE uneven (id BIGINT PRIMARY KEY, n INT)", series("uneven", "IF(seq = 0, 9000000000000000000, seq)"),
		"CREATE TABLE skewed (id BIGINT PRIMARY KEY, n INT)", series("skewed", "IF(seq < 60000, seq, IF(seq < 114000, 5000000000 + seq, 9000000000 + (seq - 114000) * 100000))"),
		"CREATE TABLE named (id VARCHAR(40) PRIMARY KEY, n INT)", series("named", "sha1(seq)"),
		"CREATE TABLE keyless (id INT, n INT) ENGINE = MyISAM", series("keyless", "1"))
	c := open(t, url)
	defer c.Close()
	for _, table := range []string{"dense", "top", "negative", "uneven", "skewed", "named", "keyless"} {
		d := source.Dataset{Name: o.database + "." + table, Columns: []source.Column{{Name: "n"}}}
		rows, gaps := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		t.Run(table, func(t *testing.T) { sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, manyRows) })
		again, _ := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		if len(gaps) > 0 || !cmp.Equal(rows, again) {
			t.Errorf("%s: gaps are %v, or the same seed gave other rows", table, gaps)
		}
	}
}

func TestLargeViewIsSampledFromAllOver(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE VIEW merged AS SELECT seq AS n FROM seq_0_to_99999", "CREATE VIEW grouped AS SELECT seq AS n, count(*) AS some FROM seq_0_to_99999 GROUP BY seq",
		"GRANT SELECT ON `"+o.database+"`.* TO scan@127.0.0.1")
	c := open(t, url)
	defer c.Close()
	for _, view := range []string{"merged", "grouped"} {
		d := source.Dataset{Name: o.database + "." + view, Columns: []source.Column{{Name: "n"}}}
		rows, gaps := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, 100_000)
		again, _ := sourcetest.Rows(t, c, d, source.Sample{Rows: 600, Seed: 4})
		if len(gaps) > 0 || !cmp.Equal(rows, again) {
			t.Errorf("%s: gaps are %v, or the same seed gave other rows", view, gaps)
		}
	}
}

func TestSlowViewTellsThatItsEndWasNotSeen(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE VIEW v AS SELECT seq AS n FROM seq_0_to_9999999 WHERE seq % 7 < 7", "GRANT SELECT ON v TO scan@127.0.0.1")
	c := open(t, url)
	defer c.Close()
	mysql.ViewWithin(c, 5*time.Millisecond)
	rows, gaps := sourcetest.Rows(t, c, source.Dataset{Name: o.database + ".v"}, source.Sample{Rows: 600, Seed: 4})
	sourcetest.Spread(t, sourcetest.Numbers(t, rows), 600, 50_000)
	if len(gaps) != 1 || gaps[0].Where != "crm."+o.database+".v" {
		t.Errorf("gaps are %v, want one of the view", gaps)
	}
}

func TestValuesAreReadAsTheServerPrintsThem(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (f DOUBLE, i BIGINT UNSIGNED, z INT(6) ZEROFILL, b VARBINARY(20), m DECIMAL(20, 2), d DATETIME, s TIMESTAMP NULL, bits BIT(4), `a?b` VARCHAR(9) CHARACTER SET gbk)",
		"INSERT INTO t VALUES (13800138000, 18446744073709551615, 42, '张三', 1.50, '2026-01-02 03:04:05', NULL, b'101', '张三'), (1.5, 0, 0, x'ff00', NULL, NULL, NULL, NULL, '')",
		"GRANT SELECT ON t TO scan@127.0.0.1")
	c := open(t, url)
	defer c.Close()
	got, gaps := sourcetest.Rows(t, c, source.Dataset{Name: o.database + ".t"}, source.Sample{})
	want := [][]string{
		{"13800138000", "18446744073709551615", "000042", "张三", "1.50", "2026-01-02 03:04:05", "NULL", "5", "张三"},
		{"1.5", "0", "000000", `\xff00`, "NULL", "NULL", "NULL", "NULL", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(gaps) > 0 {
		t.Error(diff, gaps)
	}
}

func TestWithoutDatabaseAllAreRead(t *testing.T) {
	o, url := database(t)
	o.exec(t, "CREATE TABLE t (a INT)", "GRANT SELECT ON t TO scan@127.0.0.1")
	c := open(t, url[:len(url)-len("/"+o.database)])
	defer c.Close()
	all, err := c.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, d := range all {
		found = found || d.Name == o.database+".t"
		if parts, err := source.SplitName(d.Name); err != nil || parts[0] == "information_schema" || parts[0] == "mysql" {
			t.Errorf("%s is listed", d.Name)
		}
	}
	if !found {
		t.Errorf("%s.t is not listed", o.database)
	}
}
