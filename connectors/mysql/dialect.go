package mysql

import (
	"fmt"
	"strings"
	"time"
)

// dialect is what a server that speaks MySQL's protocol does in its own way.
type dialect struct {
	name  string
	marks []string // of which one stands in its version or its version_comment, in small letters

	// byRights: a transaction of it does not refuse every write, whatever its
	// variables say, so that the account's rights must. See onlyReads.
	byRights bool
	session  []string // said on every new session
	wishes   []string // said as well, where the server knows them
	begins   []string // start a transaction that sees one state of the tables; the first that is understood. None: there is no such thing
	limit    string   // bounds the time of a SELECT: a hint, or a statement before it
	unit     time.Duration
	text     string // the type that a CAST to text names
	draws    bool   // rand(seed) is drawn anew for each row, and again the same for the same seed

	logged, position string // whether it logs its changes with a position, and where that is; "" = it does not tell
	noReplica        bool   // it does not replicate as MySQL does, and knows no statement that tells
}

// zoneSQL and the settings of a session. A scan that the pace slows down may
// leave the server waiting to send for long; one that has died must not keep the
// server's old rows alive.
const (
	zoneSQL     = "SET SESSION time_zone = '+08:00'"
	politeSQL   = ", lock_wait_timeout = 5, innodb_lock_wait_timeout = 5, net_write_timeout = 3600, wait_timeout = 600"
	readOnlySQL = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
	longest     = 72 * time.Hour // of a statement that is not bounded; StarRocks takes no longer one
)

// wishes are the polite settings one by one, for a server that may not know them all.
func wishes(further ...string) []string {
	var all []string
	for _, setting := range strings.Split(politeSQL[len(", "):], ", ") {
		all = append(all, "SET SESSION "+setting)
	}
	return append(all, further...)
}

// dialects are tried in order; the last is MySQL's, which Percona Server, Aurora
// and PolarDB for MySQL have as well, being MySQL. A snapshot lasts in
// REPEATABLE READ only, which is not every server's default.
var dialects = []dialect{
	{
		name: "MariaDB", marks: []string{"mariadb"},
		session: []string{readOnlySQL, zoneSQL + politeSQL},
		begins:  snapshots, limit: "SET STATEMENT max_statement_time=%de-6 FOR ", unit: time.Microsecond, text: "CHAR", draws: true,
		logged: "SELECT @@global.log_bin = 1", position: "SELECT concat(@@global.gtid_binlog_pos, ' ', @@global.gtid_current_pos)",
	},
	{ // It reads in parallel, so that rand(seed) falls on other rows each time.
		// "START TRANSACTION READ ONLY is parsed for compatibility with MySQL, but still allows write operations" (TiDB, START TRANSACTION);
		// with tidb_enable_noop_functions the variable is on and means nothing.
		name: "TiDB", marks: []string{"tidb"}, byRights: true,
		session: []string{"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", zoneSQL}, wishes: wishes(),
		begins: []string{"START TRANSACTION WITH CONSISTENT SNAPSHOT"}, limit: hint, unit: time.Millisecond, text: "CHAR", noReplica: true,
	},
	{ // tx_read_only holds for the session (OceanBase, system variables). A statement ends after ob_query_timeout, 10 s unless it is
		// set, and a transaction after ob_trx_timeout, both in microseconds.
		name: "OceanBase", marks: []string{"oceanbase"},
		session: []string{readOnlySQL, zoneSQL, fmt.Sprintf("SET SESSION ob_query_timeout = %d", longest.Microseconds()), fmt.Sprintf("SET SESSION ob_trx_timeout = %d", longest.Microseconds())},
		wishes:  wishes("SET SESSION ob_trx_idle_timeout = 600000000"),
		begins:  snapshots, limit: "SELECT /*+ QUERY_TIMEOUT(%d) */ ", unit: time.Microsecond, text: "CHAR", draws: true, noReplica: true,
	},
	{ // PolarDB-X, whose own layer above several MySQL servers plans the statements.
		name: "PolarDB-X", marks: []string{"tddl", "polardb-x", "polardbx"}, byRights: true,
		session: []string{"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", zoneSQL}, wishes: wishes(),
		begins: snapshots, limit: hint, unit: time.Millisecond, text: "CHAR", noReplica: true,
	},
	{ // Transactions are for loading only: each SELECT sees a state of its own (StarRocks, SQL transaction). query_timeout is in seconds.
		name: "StarRocks", marks: []string{"starrocks"}, byRights: true,
		session: []string{zoneSQL, fmt.Sprintf("SET SESSION query_timeout = %d", int(longest.Seconds()))}, wishes: wishes(),
		limit: "SELECT /*+ SET_VAR(query_timeout = %d) */ ", unit: time.Second, text: "STRING", noReplica: true,
	},
	{ // As StarRocks, which comes of it (Doris, Transaction; Session Variable).
		name: "Doris", marks: []string{"doris", "selectdb", "velodb"}, byRights: true,
		session: []string{zoneSQL, fmt.Sprintf("SET SESSION query_timeout = %d", int(longest.Seconds()))}, wishes: wishes(),
		limit: "SELECT /*+ SET_VAR(query_timeout = %d) */ ", unit: time.Second, text: "STRING", noReplica: true,
	},
	{ // Dolt and its engine go-mysql-server set transaction_read_only and write all the same outside a transaction, and create tables inside.
		name: "Dolt", marks: []string{"dolt"}, byRights: true,
		session: []string{readOnlySQL, zoneSQL}, wishes: wishes(),
		begins: []string{"START TRANSACTION READ ONLY"}, limit: hint, unit: time.Millisecond, text: "CHAR", noReplica: true,
	},
	{
		name:    "MySQL",
		session: []string{readOnlySQL, zoneSQL + politeSQL},
		begins:  snapshots, limit: hint, unit: time.Millisecond, text: "CHAR", draws: true,
		logged: "SELECT @@global.log_bin = 1 AND @@global.gtid_mode = 'ON'", position: "SELECT @@global.gtid_executed",
	},
}

// hint is MySQL's bound on the time of a SELECT.
const hint = "SELECT /*+ MAX_EXECUTION_TIME(%d) */ "

// snapshots start a transaction that sees one state of the tables (of InnoDB)
// and cannot write.
var snapshots = []string{"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", "START TRANSACTION READ ONLY"}

// dialectOf is the dialect of a server, by what it says of itself.
func dialectOf(version, comment string) *dialect {
	said := strings.ToLower(version + " " + comment)
	for i := range dialects {
		for _, mark := range dialects[i].marks {
			if strings.Contains(said, mark) {
				return &dialects[i]
			}
		}
	}
	return &dialects[len(dialects)-1]
}

// limited bounds a SELECT by a time.
func (d *dialect) limited(query string, within time.Duration) string {
	most := (within + d.unit - 1) / d.unit
	if rest, ok := strings.CutPrefix(query, "SELECT "); ok && strings.HasPrefix(d.limit, "SELECT ") {
		query = rest
	}
	return fmt.Sprintf(d.limit, most) + query
}

// version is how a report names the server.
func (d *dialect) version(version, comment string) string {
	switch d.name {
	case "MariaDB":
		version, _, _ = strings.Cut(version, "-MariaDB")
	case "StarRocks", "Doris": // whose version() is MySQL's
		version = comment
	}
	if strings.Contains(strings.ToLower(version), strings.ToLower(d.name)) {
		return version
	}
	return d.name + " " + version
}
