package testserver

import (
	"context"
	"net"
	"os/exec"
	"strconv"
	"sync"
	"testing"
)

var gmsServer = sync.OnceValues(startGMS)

// GMS returns the superuser's URL of a new, empty database on this test
// binary's go-mysql-server, whose tables are in memory.
func GMS(t testing.TB) string {
	t.Helper()
	return databaseOn(t, gmsServer)
}

// startGMS returns the address of a server without databases.
func startGMS() (string, error) {
	server, err := tool("gms")
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	err = start("gms", exec.Command(server, address, superuser, password), func() error {
		return mariadbExec(context.Background(), address, "SELECT 1")
	})
	return address, err
}
