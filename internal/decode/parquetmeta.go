package decode

import (
	"context"
	"strings"
)

// parquetMeta is the footer of a Parquet file (apache/parquet-format 2.11,
// parquet.thrift): its columns, and where their chunks are.
type parquetMeta struct {
	leaves []*parquetLeaf
	groups []parquetGroup
	rows   int64
}

// parquetLeaf is a column that holds values.
type parquetLeaf struct {
	name     string // dotted path
	parts    []leafPart
	physical int64
	width    int64 // of fixed-length values
	logical  logicalType
	maxDef   int
	maxRep   int
}

// leafPart is a component of the path; a repeated one counts its elements.
type leafPart struct {
	name     string // "" = only the repetition of the one before
	repeated bool
}

// logicalType is what the values of a column mean.
type logicalType struct {
	kind  int64 // number in LogicalType, 0 = none
	scale int64
	unit  int64 // 1 milliseconds, 2 microseconds, 3 nanoseconds
	sign  bool  // of integers: false = unsigned
}

// Kinds of logicalType.
const (
	logicalString  = 1
	logicalMap     = 2
	logicalList    = 3
	logicalEnum    = 4
	logicalDecimal = 5
	logicalDate    = 6
	logicalTime    = 7
	logicalStamp   = 8
	logicalInteger = 10
	logicalJSON    = 12
	logicalUUID    = 14
	logicalHalf    = 15
)

// Physical types.
const (
	parquetBool   = 0
	parquetInt32  = 1
	parquetInt64  = 2
	parquetInt96  = 3
	parquetFloat  = 4
	parquetDouble = 5
	parquetBytes  = 6
	parquetFixed  = 7
)

type parquetGroup struct {
	rows   int64
	chunks []parquetChunk
}

type parquetChunk struct {
	codec  int64
	off    int64
	size   int64
	values int64
	data   int64  // where the first data page is
	index  int64  // where the places of the pages stand, 0 = nowhere
	length int64  // of that
	reason string // why it is not read
}

// schemaElement is a node of the schema, which is written depth first.
type schemaElement struct {
	name            string
	kind            int64
	width           int64
	repetition      int64 // 0 required, 1 optional, 2 repeated
	children        int64
	logical         logicalType
	precision       int64
	converted       int64
	hasType, hasCon bool
}

const (
	maxFooter   = 64 << 20
	maxSchema   = 20_000 // elements
	maxGroups   = 1 << 20
	parquetTail = 64 << 10
)

// readParquet reads the footer.
func readParquet(ctx context.Context, in Input) (*parquetMeta, error) {
	size := in.Size()
	if size < 12 {
		return nil, errParquet
	}
	n := min(size, parquetTail)
	tail, err := readRange(ctx, in, size-n, n)
	if err != nil {
		return nil, err
	}
	mark, length := string(tail[n-4:]), int64(le32at(tail, int(n-8)))
	switch {
	case mark == "PARE":
		return nil, gapf("parquet: encrypted, not read")
	case mark != "PAR1":
		return nil, gapf("parquet: the end is missing, not read")
	case length > size-12 || length > maxFooter:
		return nil, gapf("parquet: damaged footer, not read")
	}
	footer := tail[max(0, n-8-length) : n-8]
	if length > n-8 {
		if footer, err = readRange(ctx, in, size-8-length, length); err != nil {
			return nil, err
		}
	}
	return parseFooter(footer, size)
}

var errParquet = gapf("parquet: damaged, the rest is not read")

func parseFooter(b []byte, size int64) (*parquetMeta, error) {
	t := &thrift{b: b}
	m := &parquetMeta{}
	var schema []schemaElement
	encrypted := false
	t.fields(func(id int, kind byte) bool {
		switch {
		case id == 2 && kind == thriftList:
			t.list(maxSchema, func(byte) { schema = append(schema, readSchema(t)) })
		case id == 3:
			m.rows = t.int()
		case id == 4 && kind == thriftList:
			t.list(maxGroups, func(byte) { m.groups = append(m.groups, readGroup(t, size)) })
		default:
			encrypted = encrypted || id == 8
			return false
		}
		return true
	})
	if encrypted {
		return nil, gapf("parquet: encrypted, not read")
	}
	if t.bad || len(schema) == 0 {
		return nil, gapf("parquet: damaged footer, not read")
	}
	w := schemaWalk{elements: schema[1:], meta: m}
	if !w.children(schema[0], nil, 0, 0, 0) {
		return nil, gapf("parquet: damaged schema, not read")
	}
	for _, g := range m.groups {
		if len(g.chunks) != len(m.leaves) || g.rows < 0 {
			return nil, gapf("parquet: damaged footer, not read")
		}
	}
	return m, nil
}

func readSchema(t *thrift) (e schemaElement) {
	t.fields(func(id int, kind byte) bool {
		switch id {
		case 1:
			e.kind, e.hasType = t.int(), true
		case 2:
			e.width = t.int()
		case 3:
			e.repetition = t.int()
		case 4:
			e.name = strings.ToValidUTF8(string(t.binary()), "\uFFFD")
		case 5:
			e.children = t.int()
		case 6:
			e.converted, e.hasCon = t.int(), true
		case 7:
			e.logical.scale = t.int()
		case 8:
			e.precision = t.int()
		case 10:
			scale := e.logical.scale
			if e.logical = readLogical(t); e.logical.kind != logicalDecimal {
				e.logical.scale = scale
			}
		default:
			return false
		}
		return true
	})
	if e.logical.kind == 0 && e.hasCon {
		e.logical = converted(e.converted, e.logical.scale)
	}
	return e
}

func readLogical(t *thrift) (l logicalType) {
	l.sign = true
	t.fields(func(id int, kind byte) bool {
		l.kind = int64(id)
		t.fields(func(field int, kind byte) bool {
			switch {
			case id == logicalDecimal && field == 1:
				l.scale = t.int()
			case (id == logicalTime || id == logicalStamp) && field == 2:
				t.fields(func(unit int, _ byte) bool {
					l.unit = int64(unit)
					return false
				})
			case id == logicalInteger && field == 2:
				l.sign = kind == thriftTrue
			default:
				return false
			}
			return true
		})
		return true
	})
	return l
}

// converted is the logical type that an older annotation means.
func converted(c, scale int64) logicalType {
	switch {
	case c == 0:
		return logicalType{kind: logicalString}
	case c == 1 || c == 2:
		return logicalType{kind: logicalMap}
	case c == 3:
		return logicalType{kind: logicalList}
	case c == 4:
		return logicalType{kind: logicalEnum}
	case c == 5:
		return logicalType{kind: logicalDecimal, scale: scale}
	case c == 6:
		return logicalType{kind: logicalDate}
	case c == 7 || c == 8:
		return logicalType{kind: logicalTime, unit: c - 6}
	case c == 9 || c == 10:
		return logicalType{kind: logicalStamp, unit: c - 8}
	case c >= 11 && c <= 14:
		return logicalType{kind: logicalInteger}
	case c >= 15 && c <= 18:
		return logicalType{kind: logicalInteger, sign: true}
	case c == 19:
		return logicalType{kind: logicalJSON}
	}
	return logicalType{}
}

func readGroup(t *thrift, size int64) (g parquetGroup) {
	t.fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == thriftList:
			t.list(maxSchema, func(byte) { g.chunks = append(g.chunks, readChunk(t, size)) })
		case id == 3:
			g.rows = t.int()
		default:
			return false
		}
		return true
	})
	return g
}

func readChunk(t *thrift, size int64) (c parquetChunk) {
	var data, dict int64
	t.fields(func(id int, kind byte) bool {
		switch {
		case id == 1 && kind == thriftBinary:
			if len(t.binary()) > 0 {
				c.reason = "its values are in another file"
			}
		case id == 3 && kind == thriftStruct:
			t.fields(func(id int, kind byte) bool {
				switch id {
				case 4:
					c.codec = t.int()
				case 5:
					c.values = t.int()
				case 7:
					c.size = t.int()
				case 9:
					data = t.int()
				case 11:
					dict = t.int()
				default:
					return false
				}
				return true
			})
		case id == 4:
			c.index = t.int()
		case id == 5:
			c.length = t.int()
		case id == 8:
			c.reason = "encrypted"
			return false
		default:
			return false
		}
		return true
	})
	c.data = data
	if c.index < 4 || c.length < 0 || c.length > maxPageHeader || c.index > size-c.length {
		c.index = 0
	}
	if c.off = data; dict > 0 && dict < data {
		c.off = dict
	}
	if c.reason == "" && (c.off < 4 || c.size < 0 || c.off > size || c.size > size-c.off) {
		c.reason = "damaged"
	}
	return c
}

// schemaWalk makes leaves of the elements.
type schemaWalk struct {
	elements []schemaElement
	meta     *parquetMeta
}

// children takes the children of e, which lie below path.
func (w *schemaWalk) children(e schemaElement, path []leafPart, def, rep, depth int) bool {
	if depth > maxDepth {
		return false
	}
	for range e.children {
		if len(w.elements) == 0 {
			return false
		}
		c := w.elements[0]
		w.elements = w.elements[1:]
		part := leafPart{c.name, c.repetition == 2}
		switch {
		case e.logical.kind == logicalList && e.children == 1, e.logical.kind == logicalMap && e.children == 1:
			part.name = "" // list, key_value
		case depth > 0 && len(path) > 0 && path[len(path)-1] == (leafPart{"", true}) && e.children == 1 && (c.name == "element" || c.name == "item" || c.name == "array"):
			part.name = ""
		}
		d, r := def, rep
		if c.repetition != 0 {
			d++
		}
		if c.repetition == 2 {
			r++
		}
		sub := append(path[:len(path):len(path)], part)
		if c.children > 0 || !c.hasType {
			if !w.children(c, sub, d, r, depth+1) {
				return false
			}
			continue
		}
		w.meta.leaves = append(w.meta.leaves, &parquetLeaf{name: leafName(sub), parts: sub, physical: c.kind, width: c.width, logical: c.logical, maxDef: d, maxRep: r})
	}
	return true
}

func leafName(parts []leafPart) string {
	var names []string
	for _, p := range parts {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	return strings.Join(names, ".")
}

// page finds in the index of the pages the one that holds a row: where it is,
// and its first row.
func (c *parquetChunk) page(index []byte, row int64) (off, first int64) {
	t := &thrift{b: index}
	t.fields(func(id int, kind byte) bool {
		if id != 1 || kind != thriftList {
			return false
		}
		t.list(len(index), func(byte) {
			var at, from int64
			t.fields(func(id int, kind byte) bool {
				return intField(t, []*int64{nil, &at, nil, &from}, id, kind)
			})
			if from <= row && from >= first && at >= c.off && at < c.off+c.size {
				off, first = at, from
			}
		})
		return true
	})
	if t.bad {
		return 0, 0
	}
	return off, first
}
