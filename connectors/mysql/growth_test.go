package mysql_test

import (
	"strconv"
	"testing"

	"waybill/internal/source"
	"waybill/internal/source/sourcetest"
)

func TestGrowth(t *testing.T) {
	o, url := database(t)
	row := "SELECT seq, '2026-01-01 00:00:00.5' + INTERVAL seq HOUR, '2026-01-01' + INTERVAL seq HOUR, '2026-01-01' + INTERVAL seq DAY, seq + 0.25, 'w', seq FROM seq_"
	o.exec(t, "CREATE TABLE log (id BIGINT PRIMARY KEY, at DATETIME(3) NOT NULL, stamp TIMESTAMP NOT NULL, day DATE NOT NULL, price DECIMAL(20,2) NOT NULL, word VARCHAR(9) NOT NULL, maybe INT)",
		"INSERT INTO log "+row+"1_to_5000", "CREATE VIEW seen AS SELECT * FROM log", "CREATE TABLE plain (id INT NOT NULL) ENGINE=MyISAM", "GRANT SELECT ON `"+o.database+"`.* TO scan@127.0.0.1")
	c := open(t, url)
	defer c.Close()
	for _, column := range []string{"id", "at", "stamp", "day", "price"} {
		sourcetest.Growth(t, c, source.Dataset{Name: o.database + ".log", Columns: []source.Column{{Name: "id"}}}, column, 5000, sourcetest.Growing{
			Add: func(from, to int) { o.exec(t, "INSERT INTO log "+row+strconv.Itoa(from)+"_to_"+strconv.Itoa(to)) },
			Delete: func(from, to int) {
				o.exec(t, "DELETE FROM log WHERE id BETWEEN "+strconv.Itoa(from)+" AND "+strconv.Itoa(to))
			},
		})
	}
	log, seen, plain := o.database+".log", o.database+".seen", o.database+".plain"
	sourcetest.Unmarked(t, c, [2]string{log, "word"}, [2]string{log, "maybe"}, [2]string{log, "missing"}, [2]string{seen, "id"}, [2]string{plain, "id"})
}
