package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"waybill/internal/source"
)

// Error numbers that a caller branches on: ER_UNKNOWN_SYSTEM_VARIABLE,
// ER_PARSE_ERROR, ER_NOT_SUPPORTED_YET, ER_SPECIFIC_ACCESS_DENIED_ERROR,
// ER_UNKNOWN_ERROR.
const (
	unknownError    = 1105
	unknownVariable = 1193
	syntaxError     = 1064
	notSupported    = 1235
	rightMissing    = 1227
)

// passing are the errors of a statement that another try may not meet and that
// leave the transaction as it was: lock waits and timeouts. What an administrator
// kills (1317, 1927) stays ended.
var passing = []uint16{1205, 1969, 3024}

// stands tells whether a session still has its transaction after err.
func stands(err error) bool { return slices.Contains(passing, number(err)) }

// transient tells whether another try may succeed: besides the above, after a
// deadlock, or on another connection, which a server that restarts or is full may
// refuse for a while.
func transient(err error) bool {
	if n := number(err); n != 0 {
		return stands(err) || slices.Contains([]uint16{1040, 1053, 1077, 1158, 1159, 1160, 1161, 1203, 1213}, n)
	}
	return err != io.EOF && !slices.ContainsFunc([]error{errWritable, errRights, errHidden, errSettings, errKind, source.ErrGone, source.ErrPermission, source.ErrLag},
		func(final error) bool { return errors.Is(err, final) })
}

// reasons are error numbers in words of our own (MySQL Server Error Message
// Reference).
var reasons = map[uint16]string{
	1040: "too many connections", 1045: "wrong user or password", 1049: "no such database", 1105: "error in a computed value",
	1130: "login from this host refused", 1158: "connection is broken", 1159: "connection is broken", 1160: "connection is broken",
	1161: "connection is broken", 1203: "too many connections of this user", 1205: "lock not available", 1226: "user's limit reached",
	1235: "not supported by the server", 1290: "refused by a server option", 1317: "cancelled by an administrator", 1356: "broken view", 1412: "definition has changed",
	1927: "ended by an administrator", 1792: "session is read-only", 1969: "statement timeout", 3024: "statement timeout", 3159: "server wants TLS",
}

// unnumbered are the numbers of errors that Dolt gives as ER_UNKNOWN_ERROR, by
// how their message begins.
var unnumbered = map[string]uint16{
	"command denied to user": 1142, "Access denied for user": 1044, "column \"": 1054, "syntax error at position": syntaxError,
}

// number is the server's error number; 0 for another error.
func number(err error) uint16 {
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return 0
	}
	if e.Number == unknownError {
		for start, n := range unnumbered {
			if strings.HasPrefix(e.Message, start) {
				return n
			}
		}
	}
	return e.Number
}

// reason drops the server's own message, which may quote rows or the login.
func reason(ctx context.Context, err error) error {
	n := number(err)
	word, known := reasons[n]
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, source.ErrGone), errors.Is(err, source.ErrPermission), errors.Is(err, errWritable), errors.Is(err, errRights), errors.Is(err, errHidden), errors.Is(err, errSettings),
		errors.Is(err, source.ErrLag), errors.Is(err, errUnseen):
		return err
	case n == 0:
		return networkReason(err)
	case n == 1044, n == 1142, n == 1143, n == 1227, n == 1370:
		return fmt.Errorf("%w (MySQL error %d)", source.ErrPermission, n)
	case n == 1146, n == 1054:
		return fmt.Errorf("%w (MySQL error %d)", source.ErrGone, n)
	case known:
		return fmt.Errorf("%s (MySQL error %d)", word, n)
	}
	return fmt.Errorf("refused by the server (MySQL error %d)", n)
}

// networkReason is the reason of an error that did not come from the server.
func networkReason(err error) error {
	if err, ok := source.NetworkReason(err); ok {
		return err
	}
	switch {
	case errors.Is(err, mysql.ErrNoTLS):
		return errors.New("server does not offer TLS")
	case errors.Is(err, sql.ErrConnDone), errors.Is(err, context.Canceled):
		return errors.New("connector is closed")
	}
	return errors.New("connection is closed or broken")
}
