package mysql

import (
	"testing"
	"time"
)

// What servers say of themselves, from their manuals and sources. Only MariaDB,
// Dolt's engine and TiDB have been met.
func TestDialects(t *testing.T) {
	for _, tt := range []struct {
		version, comment string
		want             string
		byRights         bool
		limited          string
	}{
		{"8.0.36", "MySQL Community Server - GPL", "MySQL 8.0.36", false, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"5.7.44-log", "Source distribution", "MySQL 5.7.44-log", false, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"8.0.33-25", "Percona Server (GPL), Release 25", "MySQL 8.0.33-25", false, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"10.11.14-MariaDB-0+deb12u2", "Debian 12", "MariaDB 10.11.14", false, "SET STATEMENT max_statement_time=1500000e-6 FOR SELECT 1"},
		{"5.7.25-TiDB-v7.5.0", "TiDB Server (Apache License 2.0) Community Edition, MySQL 5.7 compatible", "5.7.25-TiDB-v7.5.0", true, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"8.0.11-TiDB-v8.5.0", "TiDB Server (Apache License 2.0) Community Edition, MySQL 8.0 compatible", "8.0.11-TiDB-v8.5.0", true, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"8.0.11", "TiDB Server (Apache License 2.0) Community Edition, MySQL 8.0 compatible", "TiDB 8.0.11", true, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"5.7.25-OceanBase_CE-v4.2.1.0", "OceanBase_CE 4.2.1.0 (r100000102023092807)", "5.7.25-OceanBase_CE-v4.2.1.0", false, "SELECT /*+ QUERY_TIMEOUT(1500000) */ 1"},
		{"8.0.33", "Source distribution", "MySQL 8.0.33", false, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"5.7.25-TDDL-5.4.17-SNAPSHOT", "", "PolarDB-X 5.7.25-TDDL-5.4.17-SNAPSHOT", true, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
		{"5.1.0", "StarRocks version 2.5.13", "StarRocks version 2.5.13", true, "SELECT /*+ SET_VAR(query_timeout = 2) */ 1"},
		{"8.0.33", "StarRocks version 3.3.2-857dd73", "StarRocks version 3.3.2-857dd73", true, "SELECT /*+ SET_VAR(query_timeout = 2) */ 1"},
		{"5.7.99", "Doris version doris-2.1.7-rc03-443e87e203", "Doris version doris-2.1.7-rc03-443e87e203", true, "SELECT /*+ SET_VAR(query_timeout = 2) */ 1"},
		{"8.0.31", "Dolt", "Dolt 8.0.31", true, "SELECT /*+ MAX_EXECUTION_TIME(1500) */ 1"},
	} {
		d := dialectOf(tt.version, tt.comment)
		if got := d.version(tt.version, tt.comment); got != tt.want || d.byRights != tt.byRights {
			t.Errorf("%s, %s is %s, by rights: %v", tt.version, tt.comment, got, d.byRights)
		}
		if got := d.limited("SELECT 1", 1500*time.Millisecond); got != tt.limited {
			t.Errorf("%s: %s", d.name, got)
		}
	}
}

// A server whose transactions are not trusted has no way around its rights, and
// one whose are is asked to make its session read-only.
func TestEveryDialectHasAProof(t *testing.T) {
	for _, d := range dialects {
		if !d.byRights && d.session[0] != readOnlySQL {
			t.Errorf("%s: %q does not make the session read-only", d.name, d.session)
		}
		if d.text == "" || d.unit == 0 || d.limit == "" || len(d.session) < 2 {
			t.Errorf("%s is not whole: %+v", d.name, d)
		}
	}
}

func TestGrantsThatOnlyRead(t *testing.T) {
	statement := []string{"Grants for scan@%"}
	starrocks := []string{"UserIdentity", "Catalog", "Grants"}
	doris := []string{"UserIdentity", "Comment", "Password", "Roles", "GlobalPrivs", "CatalogPrivs", "DatabasePrivs", "TablePrivs", "ColPrivs", "ResourcePrivs"}
	for _, tt := range []struct {
		names []string
		rows  [][]string
		want  bool
	}{
		{statement, [][]string{{"GRANT USAGE ON *.* TO `scan`@`%`"}, {"GRANT SELECT, SHOW VIEW ON `crm`.* TO `scan`@`%`"}}, true},
		{statement, [][]string{{"GRANT Select ON crm.* TO 'scan'@'%'"}}, true},
		{statement, [][]string{{"GRANT SELECT (`a`, `b`), SELECT (`c`) ON `crm`.`t` TO `scan`@`%`"}}, true},
		{statement, [][]string{{"GRANT SELECT ON `insert, delete on`.* TO `scan`@`%`"}}, true},
		{statement, [][]string{{"GRANT PROCESS, REPLICATION CLIENT ON *.* TO `scan`@`%`"}}, true},
		{statement, nil, false},
		{statement, [][]string{{"USAGE ON *.*"}}, false},
		{statement, [][]string{{"GRANT SELECT, INSERT ON `crm`.* TO `scan`@`%`"}}, false},
		{statement, [][]string{{"GRANT SELECT (`a`), UPDATE (`a`) ON `crm`.`t` TO `scan`@`%`"}}, false},
		{statement, [][]string{{"GRANT SELECT (`a) ON x TO y`), INSERT ON `crm`.* TO `scan`@`%`"}}, false},
		{statement, [][]string{{"GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION"}}, false},
		{statement, [][]string{{"GRANT SELECT ON `crm`.* TO `scan`@`%` WITH GRANT OPTION"}}, false},
		{statement, [][]string{{"GRANT SELECT ON `crm`.* TO `scan`@`%`"}, {"GRANT 'writer'@'%' TO 'scan'@'%'"}}, false},
		{statement, [][]string{{"GRANT SELECT ON `crm`.* TO `scan`@`%`"}, {"GRANT BACKUP_ADMIN ON *.* TO 'scan'@'%'"}}, false},
		{starrocks, [][]string{{"'scan'@'%'", "default_catalog", "GRANT SELECT ON TABLE crm.users TO USER 'scan'@'%'"}}, true},
		{starrocks, [][]string{{"'scan'@'%'", "default_catalog", "GRANT SELECT ON ALL TABLES IN DATABASE crm TO USER 'scan'@'%'"}}, true},
		{starrocks, [][]string{{"'scan'@'%'", "default_catalog", "GRANT SELECT, DELETE ON TABLE crm.users TO USER 'scan'@'%'"}}, false},
		{starrocks, [][]string{{"'root'@'%'", "NULL", "GRANT 'root', 'testrole' TO 'root'@'%'"}}, false},
		{doris, [][]string{{"'scan'@'%'", "", "Yes", "", "NULL", "NULL", "internal.crm: Select_priv; internal.information_schema: Select_priv", "NULL", "NULL", "NULL"}}, true},
		{doris, [][]string{{"'scan'@'%'", "", "Yes", "", "NULL", "NULL", "internal.crm: Select_priv,Load_priv", "NULL", "NULL", "NULL"}}, false},
		{doris, [][]string{{"'admin'@'%'", "", "Yes", "admin", "Admin_priv  (false)", "NULL", "NULL", "NULL", "NULL", "NULL"}}, false},
		{doris, [][]string{{"'scan'@'%'", "", "Yes", "", "ALL", "NULL", "NULL", "NULL", "NULL", "NULL"}}, false},
	} {
		if got := onlyReads(tt.names, tt.rows); got != tt.want {
			t.Errorf("%q: %v", tt.rows, got)
		}
	}
}
