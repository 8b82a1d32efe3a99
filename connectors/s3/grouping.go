package s3

import (
	"cmp"
	"hash/fnv"
	"slices"
	"time"

	"waybill/internal/mix"
)

// Bounds of what a listing holds, however many objects there are.
const (
	mostUnlike = 1000   // patterns of one format in a folder, and folders in a folder; more become *
	mostGroups = 10_000 // in all; beyond it the fullest folders become * until half are left
	keptKeys   = 32     // of a group, from which samples are taken
)

// entry is one object of a listing.
type entry struct {
	name     string // below the connector's prefix
	size     int64
	etag     string
	modified time.Time
}

// group is the objects of one pattern.
type group struct {
	name   string // with *; the object's own of one that stands alone
	prefix string // of the names of all of them
	single bool   // one object under its own name

	sure  bool
	first string // name of one of them
	count int64
	bytes int64
	kept  []keptKey // some of them, by hash
}

type keptKey struct {
	hash uint64
	name string
}

// hashOf spreads names evenly. It is the same in every run.
func hashOf(name string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return mix.Bits(h.Sum64())
}

// keep keeps the key if its hash is one of the least: a choice that has each
// object with the same chance, and the same ones whatever their order.
func (g *group) keep(k keptKey) {
	if len(g.kept) == keptKeys && k.hash >= g.kept[keptKeys-1].hash {
		return
	}
	i, found := slices.BinarySearchFunc(g.kept, k, func(a, b keptKey) int { return cmp.Compare(a.hash, b.hash) })
	if found {
		return
	}
	if g.kept = slices.Insert(g.kept, i, k); len(g.kept) > keptKeys {
		g.kept = g.kept[:keptKeys]
	}
}

func (g *group) add(e entry, sure bool) {
	g.count++
	g.bytes += e.size
	g.sure = g.sure || sure
	if g.first == "" || e.name < g.first {
		g.first = e.name
	}
	if e.size > 0 {
		g.keep(keptKey{hashOf(e.name), e.name})
	}
}

func (g *group) merge(o *group) {
	g.count += o.count
	g.bytes += o.bytes
	g.sure = true
	if g.first == "" || o.first != "" && o.first < g.first {
		g.first = o.first
	}
	for _, k := range o.kept {
		g.keep(k)
	}
}
