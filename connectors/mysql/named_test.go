//go:build named

package mysql_test

import (
	"os"
	"strings"
	"testing"

	"waybill/internal/source/sourcetest"
)

// serverVariable names the superuser's URL of a further server to prove the
// connector on, with go test -tags named: mysql://root:password@127.0.0.1:4000/
const serverVariable = "WAYBILL_MYSQL_SERVER"

// A server that is named is held to everything.
func TestConformanceOfANamedServer(t *testing.T) {
	at := os.Getenv(serverVariable)
	if at == "" {
		t.Fatal(serverVariable + " is not set")
	}
	root := connect(t, at)
	root.exec(t, "DROP USER IF EXISTS 'scan'@'127.0.0.1'", "DROP DATABASE IF EXISTS waybill_test", "CREATE DATABASE waybill_test CHARACTER SET utf8mb4")
	o, url := ownerOf(t, strings.TrimSuffix(at, "/")+"/waybill_test")
	sourcetest.Run(t, relative(t, o, url, nil))
}
