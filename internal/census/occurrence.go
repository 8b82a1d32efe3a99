package census

import "encoding/binary"

// occurrence is one identifier in one record. An identifier that stands alone
// in its record has soloFlag in say and counts such records in tuple;
// otherwise tuple numbers the record, so that its identifiers find each other
// again. In the last partition an occurrence is a record without a strong
// identifier, and hi is how often it came (collect.go).
type occurrence struct {
	hi, lo uint64 // the digest
	tuple  uint32
	say    uint32 // what the record says of it: a sayID
}

// soloFlag marks the say of an identifier alone in its record.
const soloFlag = 1 << 31

// Occurrences are partitioned by their digest's first byte; one partition more
// holds the records without a strong identifier, in no order.
const (
	digestParts = 256
	weakRecords = digestParts
	allParts    = digestParts + 1
)

const occurrenceSize = 24

func (o *occurrence) encode(b []byte) {
	_ = b[23]
	binary.LittleEndian.PutUint64(b, o.hi)
	binary.LittleEndian.PutUint64(b[8:], o.lo)
	binary.LittleEndian.PutUint32(b[16:], o.tuple)
	binary.LittleEndian.PutUint32(b[20:], o.say)
}

func (o *occurrence) decode(b []byte) {
	_ = b[23]
	o.hi = binary.LittleEndian.Uint64(b)
	o.lo = binary.LittleEndian.Uint64(b[8:])
	o.tuple = binary.LittleEndian.Uint32(b[16:])
	o.say = binary.LittleEndian.Uint32(b[20:])
}
