package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"waybill/internal/source"
)

// reasons are SQLSTATEs in words of our own (PostgreSQL documentation,
// appendix A).
var reasons = map[string]string{
	"0A000": "not supported by the server", "25006": "session is read-only", "28000": "login refused",
	"28P01": "wrong password", "3D000": "no such database", "40001": "conflict with recovery", "42P17": "broken definition",
	"53100": "disk is full", "53200": "out of memory", "53300": "too many connections", "55000": "object not ready",
	"55P03": "lock not available", "57014": "statement timeout", "57P01": "ended by an administrator, or the server is shutting down", "57P03": "server is starting",
}

// classes are the first two characters of the others.
var classes = map[string]string{
	"08": "connection is broken", "22": "data error in a computed value", "25": "invalid transaction state", "42": "statement refused",
	"53": "out of resources", "57": "interrupted by the server", "58": "system error", "XX": "internal error of the server",
}

// reason drops the server's own message, which may quote rows, and the
// driver's, which quotes the login.
func reason(ctx context.Context, err error) error {
	var e *pgconn.PgError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errClosed), errors.Is(err, errWritable), errors.Is(err, source.ErrGone), errors.Is(err, source.ErrLag), err == errCancelled:
		return err
	case errors.As(err, &e):
		return stateReason(e.Code)
	}
	return networkReason(err)
}

func stateReason(code string) error {
	switch code {
	case "42501":
		return fmt.Errorf("%w (SQLSTATE %s)", source.ErrPermission, code)
	case "42P01", "42703", "3F000":
		return fmt.Errorf("%w (SQLSTATE %s)", source.ErrGone, code)
	}
	word, ok := reasons[code]
	if !ok && len(code) == 5 {
		word, ok = classes[code[:2]]
	}
	if !ok {
		word = "refused by the server"
	}
	return fmt.Errorf("%s (SQLSTATE %s)", word, code)
}

// networkReason is the reason of an error that did not come from the server.
func networkReason(err error) error {
	if err, ok := source.NetworkReason(err); ok {
		return err
	}
	switch {
	case foreignLogin(err):
		return errLogin
	case err != nil && strings.Contains(err.Error(), "refused TLS"):
		return errNoTLS
	case pgconn.Timeout(err), errors.Is(err, context.DeadlineExceeded):
		return errors.New("no answer in time")
	}
	return errors.New("connection is broken or was refused")
}

// errNoTLS is a server that offers none; the driver gives this error no type.
var errNoTLS = errors.New("the server offers no TLS, which sslmode asks for: switch it on there (ssl = on)")

// errLogin is a server that is a relative of PostgreSQL.
var errLogin = errors.New("the server asks for a login that only its own driver knows, as openGauss and GaussDB do with SHA-256 and SM3: " +
	"give the account an MD5 password (password_encryption_type = 0 or 1, then set the password again) and allow md5 in its pg_hba.conf")

// foreignLogin tells an authentication request that the driver does not know, or
// takes for one of PostgreSQL's. It gives these errors no type.
func foreignLogin(err error) bool {
	return err != nil && slices.ContainsFunc([]string{"unknown authentication type", "received unexpected message", "does not support SCRAM-SHA-256", "AuthenticationSASL"},
		func(part string) bool { return strings.Contains(err.Error(), part) })
}

// refusesSettings tells whether a server or a pooler did not take a session's
// settings: PgBouncer's "unsupported startup parameter", and an unknown one.
func refusesSettings(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "08P01" || e.Code == "42704")
}
