package decode

import (
	"context"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
)

// compound is an OLE2 compound file ([MS-CFB]): streams in a file system of
// sectors, which a table, the FAT, chains. Nothing in it is believed: a chain is
// no longer than there are sectors in the file, and passes none of them twice.
type compound struct {
	src     io.ReaderAt
	shift   uint     // the length of a sector is 1<<shift
	sectors int      // of the file, without the header
	fat     []uint32 // the sector behind each
	miniFAT []uint32 // the same in the mini stream
	cutoff  int64    // shorter streams lie in the mini stream
	root    *chained // the mini stream
	entries []compoundEntry
}

// compoundEntry is a stream or a storage, a folder, in the root of the file.
type compoundEntry struct {
	name    string
	storage bool
	start   uint32
	size    int64
}

const (
	compoundBlock = 1 << 20   // bytes fetched at once
	compoundList  = 8 << 20   // bytes of the directory, and of the FAT of the mini stream, at most
	compoundEnd   = 1<<32 - 6 // numbers of sectors are below; other marks are from here on
	miniShift     = 6         // of a sector of the mini stream
)

// errCompound is a compound file whose pieces do not fit together.
var errCompound = gapf("OLE2 file: damaged, the rest is not read")

// openCompound reads the tables and the root directory of in, which is held open by
// nothing. The FAT takes a 128th of the file's size; a file of more than 32 times
// load is a gap.
func openCompound(ctx context.Context, in Input, load int64) (*compound, error) {
	if in.Size() > 32*load {
		return nil, gapf("OLE2 file of more than %d bytes, not read", 32*load)
	}
	c := &compound{src: newRangeReader(ctx, in, compoundBlock)}
	head := make([]byte, 512)
	if err := readWhole(c.src, head, 0); err != nil {
		return nil, err
	}
	if c.shift = uint(le16at(head, 30)); c.shift != 9 && c.shift != 12 || le16at(head, 32) != miniShift {
		return nil, errCompound
	}
	c.sectors = int((in.Size() - 1) >> c.shift) // the last may be cut short
	c.cutoff = int64(le32at(head, 56))
	if err := c.readFAT(head); err != nil {
		return nil, err
	}
	mini, err := c.table(le32at(head, 60))
	if err != nil {
		return nil, err
	}
	for ; len(mini) >= 4; mini = mini[4:] {
		c.miniFAT = append(c.miniFAT, le32at(mini, 0))
	}
	dir, err := c.table(le32at(head, 48))
	if err != nil {
		return nil, err
	}
	return c, c.list(dir)
}

// readWhole fills p. A file that ends before is damaged.
func readWhole(src io.ReaderAt, p []byte, off int64) error {
	_, err := src.ReadAt(p, off)
	if err == io.EOF {
		return errCompound
	}
	return err
}

// sector fills p, as long as a sector, with the one of that number.
func (c *compound) sector(p []byte, number uint32) error {
	if int64(number) >= int64(c.sectors) {
		return errCompound
	}
	return readWhole(c.src, p, (int64(number)+1)<<c.shift)
}

// readFAT reads the FAT, whose sectors the header names, and further ones a chain
// of sectors of names. A table that is cut off ends there.
func (c *compound) readFAT(head []byte) error {
	names, further := head[76:512], le32at(head, 68)
	sector, more := make([]byte, 1<<c.shift), make([]byte, 1<<c.shift)
	for passed := 0; len(c.fat) < c.sectors; passed++ {
		for ; len(names) >= 4 && len(c.fat) < c.sectors; names = names[4:] {
			switch err := c.sector(sector, le32at(names, 0)); {
			case err == errCompound:
				return nil
			case err != nil:
				return err
			}
			for i := 0; i < len(sector) && len(c.fat) < c.sectors; i += 4 {
				c.fat = append(c.fat, le32at(sector, i))
			}
		}
		if further >= compoundEnd || passed > c.sectors {
			return nil
		}
		switch err := c.sector(more, further); {
		case err == errCompound:
			return nil
		case err != nil:
			return err
		}
		names, further = more[:len(more)-4], le32at(more, len(more)-4)
	}
	return nil
}

// chain is the sectors from start on, at most so many, as far as fat tells and
// until one comes again.
func chain(fat []uint32, start uint32, most int64) []uint32 {
	var list []uint32
	seen := make([]uint64, (len(fat)+63)/64)
	for at := int(start); at < len(fat) && seen[at/64]&(1<<(at%64)) == 0 && int64(len(list)) < most; at = int(fat[at]) {
		seen[at/64] |= 1 << (at % 64)
		list = append(list, uint32(at))
	}
	return list
}

// table is the bytes of a chain whose length nothing else tells.
func (c *compound) table(start uint32) ([]byte, error) {
	s := &chained{of: c.src, base: 1 << c.shift, shift: c.shift, sectors: chain(c.fat, start, compoundList>>c.shift)}
	s.size = int64(len(s.sectors)) << c.shift
	data := make([]byte, s.size)
	n, err := s.ReadAt(data, 0)
	if err == errCompound || err == io.EOF {
		err = nil
	}
	return data[:n], err
}

// list takes the entries of the root, which stand in a tree.
func (c *compound) list(dir []byte) error {
	const length = 128
	if len(dir) < length || dir[66] != 5 {
		return errCompound
	}
	c.root = c.stream(compoundEntry{start: le32at(dir, 116), size: c.sizeAt(dir)})
	seen := make([]bool, len(dir)/length)
	for todo := []uint32{le32at(dir, 76)}; len(todo) > 0; {
		id := int(todo[len(todo)-1])
		if todo = todo[:len(todo)-1]; id >= len(seen) || seen[id] {
			continue
		}
		seen[id] = true
		e := dir[id*length : (id+1)*length]
		todo = append(todo, le32at(e, 68), le32at(e, 72))
		if kind := e[66]; kind == 1 || kind == 2 {
			c.entries = append(c.entries, compoundEntry{streamName(e), kind == 1, le32at(e, 116), c.sizeAt(e)})
		}
	}
	return nil
}

// sizeAt is the size an entry tells. Of small sectors its upper half is noise.
func (c *compound) sizeAt(e []byte) int64 {
	if c.shift == 9 {
		return int64(le32at(e, 120))
	}
	return max(0, int64(binary.LittleEndian.Uint64(e[120:])))
}

func streamName(e []byte) string {
	var units []uint16
	for i := 0; i+2 < min(int(le16at(e, 64)), 64); i += 2 {
		units = append(units, le16at(e, i))
	}
	return string(utf16.Decode(units))
}

// entry finds a stream or storage of the root by its name, or the start of it.
func (c *compound) entry(storage bool, match func(name string) bool) (compoundEntry, bool) {
	for _, e := range c.entries {
		if e.storage == storage && match(strings.ToLower(e.name)) {
			return e, true
		}
	}
	return compoundEntry{}, false
}

// stream opens a stream.
func (c *compound) stream(e compoundEntry) *chained {
	s := &chained{of: c.src, base: 1 << c.shift, shift: c.shift, size: e.size}
	fat := c.fat
	if c.root != nil && e.size < c.cutoff {
		s.of, s.base, s.shift, fat = c.root, 0, miniShift, c.miniFAT
	}
	s.sectors = chain(fat, e.start, (e.size>>s.shift)+1)
	return s
}

// chained is the io.ReaderAt of a stream.
type chained struct {
	of      io.ReaderAt // holds the sectors
	base    int64       // of sector 0 in it
	shift   uint
	sectors []uint32
	size    int64
}

// ReadAt implements io.ReaderAt. A chain that ends before the stream is
// errCompound.
func (s *chained) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= s.size {
			return n, io.EOF
		}
		i := off >> s.shift
		if i >= int64(len(s.sectors)) {
			return n, errCompound
		}
		within := off - i<<s.shift
		want := min(int64(len(p)-n), s.size-off)
		run := int64(1)
		for run<<s.shift < within+want && i+run < int64(len(s.sectors)) && s.sectors[i+run] == s.sectors[i+run-1]+1 {
			run++
		}
		want = min(want, run<<s.shift-within)
		m, err := s.of.ReadAt(p[n:n+int(want)], s.base+int64(s.sectors[i])<<s.shift+within)
		n, off = n+m, off+int64(m)
		if err == io.EOF {
			err = errCompound
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
