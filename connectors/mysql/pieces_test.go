package mysql_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waybill/connectors/mysql"
)

// The pieces of a part follow one another without a gap, wider while rows are few
// and time is left, narrower where one took too long.
func TestPiecesOfAPart(t *testing.T) {
	const top = uint64(math.MaxUint64)
	for _, tt := range []struct {
		name      string
		low, high uint64
		at        []uint64
		part      int
		width     uint64
		share     float64
		few       bool
		want      string
	}{
		{"the first of two", 5, 100, []uint64{60}, 0, 20, 1, true, "`id` <= 24, `id` BETWEEN 25 AND 44, `id` BETWEEN 45 AND 59"},
		{"the last of two", 5, 100, []uint64{60}, 1, 20, 1, true, "`id` BETWEEN 60 AND 79, `id` BETWEEN 80 AND 99, `id` >= 100"},
		{"one that ends with a piece", 5, 99, []uint64{60}, 1, 20, 1, true, "`id` BETWEEN 60 AND 79, `id` >= 80"},
		{"between others", 5, 100, []uint64{30, 60}, 1, 20, 1, true, "`id` BETWEEN 30 AND 49, `id` BETWEEN 50 AND 59"},
		{"in no time", 0, 1e6, []uint64{100, 1000}, 1, 20, 0, true, "`id` BETWEEN 100 AND 119, `id` BETWEEN 120 AND 199, `id` BETWEEN 200 AND 519, `id` BETWEEN 520 AND 999"},
		{"of many rows", 0, 1e6, []uint64{100, 150}, 1, 20, 0, false, "`id` BETWEEN 100 AND 119, `id` BETWEEN 120 AND 139, `id` BETWEEN 140 AND 149"},
		{"in too long a time", 0, 1e6, []uint64{100, 260}, 1, 100, 4, true, "`id` BETWEEN 100 AND 199, `id` BETWEEN 200 AND 224, `id` BETWEEN 225 AND 240, `id` BETWEEN 241 AND 256, `id` BETWEEN 257 AND 259"},
		{"of one piece", 5, 100, []uint64{60}, 1, top, 1, true, "`id` >= 60"},
		{"the whole table", 5, 100, nil, 0, top, 1, true, ""},
		{"the highest keys", top - 3, top, nil, 0, 2, 1, true, "`id` <= 18446744073709551613, `id` >= 18446744073709551614"},
		{"all keys", 0, top, []uint64{1 << 63}, 1, 1 << 62, 0, true, "`id` BETWEEN 9223372036854775808 AND 13835058055282163711, `id` >= 13835058055282163712"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(mysql.PieceConditions(tt.low, tt.high, tt.at, tt.part, tt.width, tt.share, tt.few), ", ")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
