package sqlite

import (
	"context"
	"errors"
	"strings"

	"modernc.org/sqlite"

	"waybill/internal/source"
)

// Exec runs a statement through the connector's own sessions.
func Exec(ctx context.Context, c source.Connector, statement string) error {
	_, err := c.(*connector).db.ExecContext(ctx, statement)
	return err
}

// Refused tells whether err is SQLITE_READONLY.
func Refused(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == 8
}

// Writable is the data source of the file's owner.
func Writable(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(file{path: path}.dataSource(), "mode=ro", "mode=rwc"), "query_only(1)", "synchronous(0)")
}
