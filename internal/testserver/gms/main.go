// Command gms is go-mysql-server, the engine of Dolt, as a server for tests:
// its tables are in memory, its users and their rights are real. It is a module
// of its own, so that what it needs is no dependency of Waybill.
//
// usage: gms ADDRESS SUPERUSER PASSWORD
package main

import (
	"fmt"
	"os"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	"github.com/dolthub/go-mysql-server/sql"
	"github.com/dolthub/go-mysql-server/sql/mysql_db"
	"github.com/sirupsen/logrus"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: gms ADDRESS SUPERUSER PASSWORD")
		os.Exit(2)
	}
	if err := serve(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "gms:", err)
		os.Exit(1)
	}
}

// serve answers until the process is ended.
func serve(address, user, password string) error {
	logrus.SetLevel(logrus.ErrorLevel)
	databases := memory.NewDBProvider()
	databases.WithOption(memory.NativeIndexProvider(true))
	engine := sqle.NewDefault(databases)
	users := engine.Analyzer.Catalog.MySQLDb
	users.SetPersister(&mysql_db.NoopPersister{})
	editor := users.Editor()
	users.AddSuperUser(editor, user, "127.0.0.1", password)
	editor.Close()
	s, err := server.NewServer(server.Config{Protocol: "tcp", Address: address}, engine, sql.NewContext, memory.NewSessionBuilder(databases), nil)
	if err != nil {
		return err
	}
	return s.Start()
}
