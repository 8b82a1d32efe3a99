package mysql

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"waybill/internal/source"
)

// keysetSQL lists the columns of a table's primary key, in its order.
const keysetSQL = `SELECT column_name, coalesce(sub_part, 0) FROM information_schema.statistics
	WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index`

// keyForm is how a value of a key column is written in a statement.
type keyForm int

const (
	noKey  keyForm = iota
	plain          // a number
	quoted         // a date or a time
	chars          // text
	octets         // bytes
)

// keyForms are the types whose values compare as their index has them. Those of
// ENUM and SET compare as text, and those of FLOAT are not what they print.
var keyForms = map[string]keyForm{
	"tinyint": plain, "smallint": plain, "mediumint": plain, "int": plain, "bigint": plain, "decimal": plain, "year": plain,
	"date": quoted, "datetime": quoted, "timestamp": quoted, "time": quoted, "uuid": quoted,
	"char": chars, "varchar": chars, "binary": octets, "varbinary": octets,
}

// keyset finds the columns of the primary key by which a table can be read in
// pieces that see one state; none where there is no such key.
func (r relation) keyset(ctx context.Context, conn *sql.Conn, name string) ([]column, error) {
	parts, err := source.SplitName(name)
	if err != nil || r.view || r.bare {
		return nil, err
	}
	rows, err := conn.QueryContext(ctx, keysetSQL, parts[0], parts[1])
	if err != nil {
		return nil, err
	}
	var keys []column
	usable := true
	for rows.Next() {
		var name string
		var prefix int
		if err := rows.Scan(&name, &prefix); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		c, err := r.find(name)
		usable = usable && err == nil && prefix == 0 && keyForms[c.kind] != noKey
		keys = append(keys, c)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || !usable {
		return nil, err
	}
	return keys, nil
}

// literal writes a value, given as the server printed it.
func (f keyForm) literal(v []byte) string {
	switch f {
	case plain:
		return string(v)
	case quoted:
		return "'" + string(v) + "'"
	case chars:
		return "_utf8mb4 x'" + hex.EncodeToString(v) + "'"
	}
	return "x'" + hex.EncodeToString(v) + "'"
}

// after is the condition that a row's key lies behind the given one. It is
// written so that the server takes it for a range of the index.
func after(keys []column, last [][]byte) string {
	var any []string
	for i := range keys {
		var all []string
		for j := range i + 1 {
			op := " = "
			if j == i {
				op = " > "
			}
			all = append(all, quote(keys[j].name)+op+keyForms[keys[j].kind].literal(last[j]))
		}
		any = append(any, strings.Join(all, " AND "))
	}
	if len(any) == 1 {
		return any[0]
	}
	return quote(keys[0].name) + " >= " + keyForms[keys[0].kind].literal(last[0]) + " AND ((" + strings.Join(any, ") OR (") + "))"
}

// orderBy sorts by keys, or not at all where there are none.
func orderBy(keys []column) string {
	var order []string
	for _, k := range keys {
		order = append(order, quote(k.name))
	}
	if len(order) == 0 {
		return ""
	}
	return " ORDER BY " + strings.Join(order, ", ")
}

// bounds cuts the first of the key columns at so many places at most; less than
// two where it cannot be cut.
func (c *connector) bounds(ctx context.Context, conn *sql.Conn, r relation, keys []column, most int) ([]bounds, error) {
	key := keys[0]
	var low, high []byte
	err := conn.QueryRowContext(ctx, c.limited(fmt.Sprintf("SELECT min(%s), max(%[1]s) FROM %s", quote(key.name), r.from))).Scan(&low, &high)
	if err != nil || low == nil {
		return nil, err
	}
	switch form := keyForms[key.kind]; {
	case form == plain && key.integer():
		from, err1 := key.parse(string(low))
		to, err2 := key.parse(string(high))
		if err1 != nil || err2 != nil || from >= to {
			return nil, nil
		}
		at, err := c.numberBounds(ctx, conn, r, key, from, to, most)
		if len(keys) == 1 {
			return piecesOf(key, from, to, at), err
		}
		return between(key, literals(key, at)), err
	case form == octets:
		return between(key, octetBounds(low, high, most)), nil
	case form == chars:
		all := charBounds(low, high, most)
		ok, err := c.ordered(ctx, conn, key, all)
		if err != nil || !ok {
			return nil, err
		}
		return between(key, all), nil
	}
	return nil, nil
}

func literals(key column, at []uint64) []string {
	all := make([]string, len(at))
	for i, k := range at {
		all[i] = key.literal(k)
	}
	return all
}

// between are the conditions of the parts that a key is cut into at the given
// places, which rise; none where there are no places.
func between(key column, at []string) []bounds {
	if len(at) == 0 {
		return nil
	}
	name := quote(key.name)
	all := []bounds{{where: name + " < " + at[0]}}
	for i := range at[1:] {
		all = append(all, bounds{where: name + " >= " + at[i] + " AND " + name + " < " + at[i+1]})
	}
	return append(all, bounds{where: name + " >= " + at[len(at)-1]})
}

func (c column) integer() bool {
	return slices.Contains([]string{"tinyint", "smallint", "mediumint", "int", "bigint"}, c.kind)
}

// numberBounds cuts where about equally many rows lie between, by the server's
// estimates.
func (c *connector) numberBounds(ctx context.Context, conn *sql.Conn, r relation, key column, from, to uint64, most int) ([]uint64, error) {
	dense, even, err := c.quarters(ctx, conn, r, key, from, to)
	if err == nil && !even {
		dense, err = c.densityOf(ctx, conn, r, key, from, to, piecesOfPart*(most+1))
	}
	if err != nil {
		return nil, err
	}
	var all []uint64
	step := float64(dense.total()) / float64(most+1)
	for i, last := 1, from; i <= most; i++ {
		if at := min(to, dense.key(uint64(float64(i)*step))); at > last {
			all, last = append(all, at), at
		}
	}
	return all, nil
}

// octetBounds cuts evenly by the first byte in which the ends differ.
func octetBounds(low, high []byte, most int) []string {
	n := common(low, high)
	if n >= len(high) {
		return nil
	}
	from, to := 0, int(high[n])
	if n < len(low) {
		from = int(low[n])
	}
	var all []string
	for i := range most {
		if at := from + (to-from)*(i+1)/(most+1); at > from && (len(all) == 0 || all[len(all)-1] != octets.literal(append(slices.Clone(high[:n]), byte(at)))) {
			all = append(all, octets.literal(append(slices.Clone(high[:n]), byte(at))))
		}
	}
	return all
}

// charBounds cuts at digits and letters that follow what the ends have in
// common, which suits numbers as text, UUIDs and hashes.
func charBounds(low, high []byte, most int) []string {
	n := common(low, high)
	for n > 0 && n < len(high) && !utf8.RuneStart(high[n]) {
		n--
	}
	if n >= len(high) {
		return nil
	}
	signs := "0123456789abcdefghijklmnopqrstuvwxyz"
	if high[n] >= 'A' && high[n] <= 'Z' {
		signs = strings.ToUpper(signs)
	}
	var fit []string
	for _, s := range []byte(signs) {
		if (n >= len(low) || s > low[n]) && s <= high[n] {
			fit = append(fit, chars.literal(append(slices.Clone(high[:n]), s)))
		}
	}
	var all []string
	for i := range fit {
		if len(fit) <= most || i*most/len(fit) != (i-1)*most/len(fit) || i == 0 {
			all = append(all, fit[i])
		}
	}
	return all
}

func common(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// ordered asks the server whether bounds rise as the column's collation sorts.
func (c *connector) ordered(ctx context.Context, conn *sql.Conn, key column, all []string) (bool, error) {
	if len(all) < 2 || key.charset == "" || key.collation == "" {
		return len(all) == 1, nil
	}
	var tests []string
	for i := range all[1:] {
		tests = append(tests, fmt.Sprintf("CONVERT(%s USING %s) COLLATE %s < CONVERT(%s USING %[2]s)", all[i], key.charset, key.collation, all[i+1]))
	}
	var ok bool
	err := conn.QueryRowContext(ctx, "SELECT "+strings.Join(tests, " AND ")).Scan(&ok)
	return ok, err
}
