// Package sourcetest proves that a connector keeps the promises of package
// source. Its cases are the sentences of that package's documentation; a
// connector's own test says only how to reach its store.
package sourcetest

import (
	"context"
	"testing"

	"waybill/internal/source"
)

// Store tells Run how to reach a real store. Load, Deny and Remove act with
// the rights of the store's owner; the connector has only its own.
type Store struct {
	// Open returns a connector as its Driver's Open does. Run closes it.
	Open func(t testing.TB) source.Connector
	// Load creates the tables with their rows.
	Load func(t testing.TB, tables ...Table)
	// Name is the dataset's name of a loaded table.
	Name func(table string) string
	// Deny makes a table unreadable for the connector, but not invisible.
	Deny func(t testing.TB, table string)
	// Remove deletes a table.
	Remove func(t testing.TB, table string)
	// Write tries to change the loaded table through c's own session and returns
	// the store's answer; Refused tells whether that answer is a refusal because
	// the session is read-only.
	Write   func(ctx context.Context, c source.Connector, table string) error
	Refused func(error) bool
	// Slow creates a dataset that takes at least a minute to give its first row
	// and returns its name as listed. Busy is how many reads of connectors the
	// store is at work on.
	Slow func(t testing.TB) string
	Busy func(t testing.TB) int
	// Quoting creates a dataset that cannot be read to its end, in such a way
	// that the store's own message quotes secret, and returns its name as listed.
	Quoting func(t testing.TB, secret string) string
	// Large creates a dataset that the connector cuts into parts, and returns its
	// name as listed. Its column n is 0, 1, … up to one less than the rows; further
	// columns are free. Change inserts, changes and deletes some of its rows.
	Large  func(t testing.TB) (name string, rows int)
	Change func(t testing.TB, name string)
	// Without says why the store cannot have an ability. Each one that is absent
	// needs its reason here.
	Without map[Ability]string
}

// Ability is something that not every store can have.
type Ability string

// The abilities that a Store may be without.
const (
	Columns  Ability = "columns"  // known before reading
	Types    Ability = "types"    // of columns
	Comments Ability = "comments" // of tables and columns
	Keys     Ability = "keys"     // primary and unique keys, foreign keys
	Null     Ability = "null"     // differs from the empty value
	Deny     Ability = "deny"     // permissions
	Write    Ability = "write"    // a session that could write
	Slow     Ability = "slow"     // can be made to take long
	Quoting  Ability = "quoting"  // has messages that quote values
	Split    Ability = "split"    // cuts large datasets into parts
)

// Type is what a column of a Table holds.
type Type int

// The types of columns.
const (
	Text    Type = iota // any length
	Name                // up to 100 characters, can be a key
	Integer             // of 64 bits
)

// Table is a table to load.
type Table struct {
	Name    string
	Comment string
	Columns []Column
	Primary []string
	Unique  []string
	Refs    []Ref
	Rows    [][]Value
}

// Column is a column of a Table.
type Column struct {
	Name    string
	Type    Type
	Comment string
}

// Ref is a foreign key to another Table.
type Ref struct {
	Columns    []string
	Table      string
	RefColumns []string
}

// Value is a cell as text; nil is NULL.
type Value *string

// Run loads the suite's tables into the store and runs every case.
func Run(t *testing.T, s Store) {
	s.check(t)
	s.Load(t, tables()...)
	ran, excused := 0, map[Ability]bool{}
	for _, c := range cases() {
		if why, lacks := s.Without[c.needs]; lacks {
			t.Logf("%s does not apply: %s", c.name, why)
			excused[c.needs] = true
			continue
		}
		t.Run(c.name, func(t *testing.T) { c.run(t, s) })
		ran++
	}
	if ran == 0 || len(excused) != len(s.Without) {
		t.Fatalf("%d cases ran; %d of %d excuses excuse something", ran, len(excused), len(s.Without))
	}
}

// check fails unless each hook is there or excused.
func (s Store) check(t *testing.T) {
	t.Helper()
	if s.Open == nil || s.Load == nil || s.Name == nil || s.Remove == nil {
		t.Fatal("a store needs Open, Load, Name and Remove")
	}
	for ability, has := range map[Ability]bool{
		Deny: s.Deny != nil, Write: s.Write != nil && s.Refused != nil,
		Slow: s.Slow != nil && s.Busy != nil, Quoting: s.Quoting != nil,
		Split: s.Large != nil && s.Change != nil,
	} {
		why, lacks := s.Without[ability]
		if has == lacks || lacks && why == "" {
			t.Fatalf("a store needs the hooks of %q, or else a reason in Without", ability)
		}
	}
}

// testcase is one promise.
type testcase struct {
	name  string
	needs Ability // "" = every store has it
	run   func(*testing.T, Store)
}

func cases() []testcase {
	return []testcase{
		{"listing is stable and sorted", "", listingIsStable},
		{"listing has the columns", Columns, listingHasColumns},
		{"listing has the types", Types, listingHasTypes},
		{"listing has the comments", Comments, listingHasComments},
		{"listing has the keys", Keys, listingHasKeys},
		{"server is described as read-only", "", serverIsDescribed},
		{"full read gives every row once", "", fullReadIsComplete},
		{"batches stay small", "", batchesStaySmall},
		{"projection keeps the asked order", "", projectionKeepsOrder},
		{"computed column tells filled from empty", "", computedColumn},
		{"null is not empty", Null, nullIsNotEmpty},
		{"large cells come whole", "", largeCellsComeWhole},
		{"odd names are read", "", oddNamesAreRead},
		{"empty table ends at once", "", emptyTableEnds},
		{"sample is bounded and spread", "", sampleIsSpread},
		{"sample follows its seed", "", sampleFollowsSeed},
		{"sample of a small table is the table", "", smallSampleIsWhole},
		{"sample keeps projection and computed columns", "", sampleProjects},
		{"readers run side by side", "", readersRunTogether},
		{"parts are every row once, as of one moment", Split, partsAreTheDataset},
		{"parts end with their context", Split, partsEndWithContext},
		{"a small dataset is not cut", Split, smallIsNotCut},
		{"cancel in the middle ends the read", "", cancelInTheMiddle},
		{"cancel while waiting ends the read", Slow, cancelWhileWaiting},
		{"closing in the middle is quick", "", closeInTheMiddle},
		{"closing twice is safe", "", closeTwice},
		{"closing the connector ends its reads", "", closeConnector},
		{"denied table is a permission error", Deny, deniedTable},
		{"vanished table is gone", "", vanishedTable},
		{"vanished column is gone", Columns, vanishedColumn},
		{"errors carry no values", Quoting, errorsCarryNoValues},
		{"write is refused", Write, writeIsRefused},
	}
}
