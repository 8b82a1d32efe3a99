package decode

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
)

// avroNode is a type of the schema.
type avroNode struct {
	kind    avroKind
	fields  []avroField // of a record
	items   *avroNode   // of an array, a map
	any     []*avroNode // of a union
	symbols []string
	size    int
	leaf    parquetLeaf // how its values are written
}

type avroField struct {
	name string
	node *avroNode
}

type avroKind uint8

const (
	avroNull avroKind = iota
	avroBool
	avroInt
	avroFloat
	avroDouble
	avroBytes
	avroRecord
	avroEnum
	avroArray
	avroMap
	avroUnion
	avroFixed
)

const maxAvroNodes = 20_000

// avroParser makes nodes of a schema.
type avroParser struct {
	named map[string]*avroNode
	nodes int
}

func parseAvro(schema []byte) (*avroNode, error) {
	var v any
	if err := json.Unmarshal(schema, &v); err != nil {
		return nil, gapf("avro: damaged schema, not read")
	}
	p := avroParser{named: map[string]*avroNode{}}
	n := p.node(v, "", 0)
	if n == nil {
		return nil, gapf("avro: damaged schema, not read")
	}
	return n, nil
}

var avroPrimitives = map[string]avroKind{"null": avroNull, "boolean": avroBool, "int": avroInt, "long": avroInt, "float": avroFloat,
	"double": avroDouble, "bytes": avroBytes, "string": avroBytes}

// node is nil for what is no schema.
func (p *avroParser) node(v any, space string, depth int) *avroNode {
	if p.nodes++; depth > maxElementDepth || p.nodes > maxAvroNodes {
		return nil
	}
	switch v := v.(type) {
	case string:
		if n := p.named[fullName(v, space)]; n != nil {
			return n
		}
		if n := p.named[v]; n != nil {
			return n
		}
		kind, ok := avroPrimitives[v]
		if !ok {
			return nil
		}
		return &avroNode{kind: kind, leaf: parquetLeaf{physical: parquetInt64}}
	case []any:
		n := &avroNode{kind: avroUnion}
		for _, b := range v {
			branch := p.node(b, space, depth+1)
			if branch == nil {
				return nil
			}
			n.any = append(n.any, branch)
		}
		return n
	case map[string]any:
		return p.object(v, space, depth)
	}
	return nil
}

func fullName(name, space string) string {
	if space == "" {
		return name
	}
	return space + "." + name
}

func (p *avroParser) object(v map[string]any, space string, depth int) *avroNode {
	kind, ok := v["type"].(string)
	if !ok {
		return p.node(v["type"], space, depth+1)
	}
	if s, ok := v["namespace"].(string); ok {
		space = s
	}
	n := &avroNode{}
	if name, ok := v["name"].(string); ok && (kind == "record" || kind == "error" || kind == "enum" || kind == "fixed") {
		p.named[fullName(name, space)], p.named[name] = n, n
	}
	switch kind {
	case "record", "error":
		n.kind = avroRecord
		fields, _ := v["fields"].([]any)
		for _, f := range fields {
			f, _ := f.(map[string]any)
			name, ok := f["name"].(string)
			node := p.node(f["type"], space, depth+1)
			if !ok || node == nil {
				return nil
			}
			n.fields = append(n.fields, avroField{name, node})
		}
		return n
	case "enum":
		n.kind = avroEnum
		symbols, _ := v["symbols"].([]any)
		for _, s := range symbols {
			name, _ := s.(string)
			n.symbols = append(n.symbols, name)
		}
		return n
	case "array", "map":
		items := v["items"]
		if n.kind = avroArray; kind == "map" {
			n.kind, items = avroMap, v["values"]
		}
		if n.items = p.node(items, space, depth+1); n.items == nil {
			return nil
		}
		return n
	case "fixed":
		size, _ := v["size"].(float64)
		n.kind, n.size = avroFixed, int(max(0, min(size, MaxCell)))
	default:
		base := p.node(kind, space, depth+1)
		if base == nil {
			return nil
		}
		if *n = *base; n.kind >= avroRecord && n.kind != avroFixed {
			return base
		}
	}
	n.leaf.logical = avroLogical(v)
	if n.leaf.logical.kind == logicalDate && n.kind == avroInt {
		n.leaf.physical = parquetInt64
	}
	return n
}

// avroLogical is the logical type of an attribute, as Parquet has it.
func avroLogical(v map[string]any) (l logicalType) {
	name, _ := v["logicalType"].(string)
	switch name {
	case "date":
		l.kind = logicalDate
	case "time-millis", "time-micros":
		l.kind, l.unit = logicalTime, 1
	case "timestamp-millis", "local-timestamp-millis", "timestamp-micros", "local-timestamp-micros", "timestamp-nanos", "local-timestamp-nanos":
		l.kind, l.unit = logicalStamp, 1
	case "decimal":
		scale, _ := v["scale"].(float64)
		l.kind, l.scale = logicalDecimal, int64(scale)
	case "uuid":
		l.kind = logicalUUID
	}
	switch {
	case l.unit == 0:
	case len(name) > 6 && name[len(name)-6:] == "micros":
		l.unit = 2
	case len(name) > 5 && name[len(name)-5:] == "nanos":
		l.unit = 3
	}
	l.sign = true
	return l
}

// value reads a value of the type, which stands at the path; with a nil s it is
// only passed.
func (a *avroRows) value(s *sink, n *avroNode, depth int) error {
	if a.steps--; depth > avroDeep || a.steps < 0 {
		return errAvro
	}
	if s != nil && depth > maxDepth {
		a.damage.note(gapDeepAvro)
		s = nil
	}
	switch n.kind {
	case avroNull:
		if s != nil {
			s.slotAt(a.path) // it is a column, though NULL
		}
		return nil
	case avroRecord:
		here := len(a.path)
		for _, f := range n.fields {
			if s != nil {
				a.descend([]byte(f.name))
			}
			if err := a.value(s, f.node, depth+1); err != nil {
				return err
			}
			a.path = a.path[:here]
		}
		return nil
	case avroUnion:
		i, ok := a.long()
		if !ok || i < 0 || i >= int64(len(n.any)) {
			return errAvro
		}
		return a.value(s, n.any[i], depth+1)
	case avroArray, avroMap:
		return a.items(s, n, depth)
	}
	v, ok := a.scalar(n)
	if !ok {
		return errAvro
	}
	if s != nil {
		a.put(s, v)
	}
	return nil
}

// long reads an integer.
func (a *avroRows) long() (int64, bool) {
	v, n := binary.Varint(a.block)
	if n <= 0 {
		return 0, false
	}
	a.block = a.block[n:]
	return v, true
}

func (a *avroRows) take(n int64) ([]byte, bool) {
	if n < 0 || n > int64(len(a.block)) {
		return nil, false
	}
	v := a.block[:n]
	a.block = a.block[n:]
	return v, true
}

// items reads the elements of an array, or the members of a map.
func (a *avroRows) items(s *sink, n *avroNode, depth int) error {
	here, i := len(a.path), 0
	for {
		count, ok := a.long()
		if ok && count < 0 {
			count = -count
			_, ok = a.long()
		}
		if !ok || count < 0 {
			return errAvro
		}
		if count == 0 {
			return nil
		}
		for ; count > 0; count-- {
			to := s
			if i == maxElements && s != nil && n.kind == avroArray {
				a.damage.note(gapArray)
			}
			if i >= maxElements && n.kind == avroArray {
				to = nil
			}
			if n.kind == avroMap {
				size, _ := a.long()
				key, ok := a.take(size)
				if !ok {
					return errAvro
				}
				if to != nil && valueLike(key) {
					if i >= maxElements {
						a.damage.note(gapArray)
						to = nil
					} else {
						a.key(to, key, i)
					}
				} else if to != nil {
					a.descend(key)
				}
			} else if to != nil {
				a.index(i)
			}
			if err := a.value(to, n.items, depth+1); err != nil {
				return err
			}
			a.path = a.path[:here]
			i++
		}
	}
}

// scalar reads a value that is not made of others, as text.
func (a *avroRows) scalar(n *avroNode) ([]byte, bool) {
	a.val = a.val[:0]
	switch n.kind {
	case avroBool:
		v, ok := a.take(1)
		if ok {
			a.val = strconv.AppendBool(a.val, v[0] != 0)
		}
		return a.val, ok
	case avroInt:
		v, ok := a.long()
		a.val = appendInteger(a.val, &n.leaf, v, uint64(v))
		return a.val, ok
	case avroEnum:
		i, ok := a.long()
		if !ok || i < 0 || i >= int64(len(n.symbols)) {
			return nil, false
		}
		return append(a.val, n.symbols[i]...), true
	case avroFloat:
		v, ok := a.take(4)
		if ok {
			a.val = appendFloat(a.val, float64(math.Float32frombits(le32at(v, 0))), 32)
		}
		return a.val, ok
	case avroDouble:
		v, ok := a.take(8)
		if ok {
			a.val = appendFloat(a.val, math.Float64frombits(le64at(v, 0)), 64)
		}
		return a.val, ok
	}
	size := int64(n.size)
	if n.kind == avroBytes {
		var ok bool
		if size, ok = a.long(); !ok {
			return nil, false
		}
	}
	v, ok := a.take(size)
	if ok && len(v) <= MaxCell {
		a.val = appendBytes(a.val, n.leaf.logical, v)
		return a.val, true
	}
	return v, ok
}
