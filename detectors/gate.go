package detectors

import "waybill/internal/detect"

// kind gives a detector its Spec.
type kind struct{ spec *detect.Spec }

// Spec describes the kind.
func (k kind) Spec() *detect.Spec { return k.spec }

// scratch is room to fold a value in, on the stack of a Scan. It is larger
// than any value a gate lets through.
type scratch [512]byte

// gate is the cheap test before the dear one: length in bytes as written, and
// the first byte.
type gate struct {
	min, max int
	lead     [256]bool
}

func (g *gate) open(v []byte) bool {
	return len(v) >= g.min && len(v) <= g.max && g.lead[v[0]]
}

// newGate opens for values of min to max bytes that begin with one of the
// characters of leads, or with something Fold takes away or changes.
func newGate(min, max int, leads string) *gate {
	g := &gate{min: min, max: max}
	for c := range 256 {
		g.lead[c] = c <= ' ' || c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF
	}
	g.lead['\''], g.lead['='] = true, true
	for i := range len(leads) {
		g.lead[leads[i]] = true
	}
	return g
}

const (
	digits  = "0123456789"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	// wide leads every character outside ASCII.
	wide = "\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf" +
		"\xe0\xe1\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xf0\xf1\xf2\xf3\xf4"
)
