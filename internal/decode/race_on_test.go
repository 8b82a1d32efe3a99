//go:build race

package decode

// The race detector makes everything many times slower. Hostile files stay beyond
// the limits that they are to break, and by less; make test reads the large ones
// too, without the detector.
const (
	slowdown    = 10       // how much longer a decoder may take
	bombRow     = 256      // bytes of each row of what unpacks to too much
	bombSize    = 96 << 20 // bytes it unpacks to
	lineSize    = 24 << 20 // bytes of a line without end
	mostEntries = 100      // of an archive
)
