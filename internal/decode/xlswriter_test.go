package decode

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// biffSheet is a sheet to be written.
type biffSheet struct {
	name   string
	kind   uint16 // state in the lower byte, type in the upper
	cells  [][]byte
	length int // that the stream keeps of the sheet; 0 = all
}

// biffWriter writes workbooks of BIFF8.
type biffWriter struct {
	before  [][]byte // records behind the first of the workbook
	formats []uint16 // of the styles, by their numbers
	strings []biffRich
	cut     int // bytes of strings a record holds at most; 0 = 8224
	sheets  []biffSheet
}

// biffRich is a shared string with what may stand behind its characters.
type biffRich struct {
	text     string
	runs     int // fonts
	phonetic int // bytes
}

func rec(id uint16, parts ...any) []byte {
	var data []byte
	for _, p := range parts {
		switch v := p.(type) {
		case int:
			data = binary.LittleEndian.AppendUint16(data, uint16(v))
		case uint32:
			data = binary.LittleEndian.AppendUint32(data, v)
		case float64:
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		case byte:
			data = append(data, v)
		case []byte:
			data = append(data, v...)
		case string:
			data = append(data, biffChars(v, 2)...)
		default:
			panic("no part of a record")
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, id)
	return append(binary.LittleEndian.AppendUint16(head, uint16(len(data))), data...)
}

// units are the characters of a string, in one byte each where that does.
func units(s string) (u []uint16, wide bool) {
	u = utf16.Encode([]rune(s))
	return u, slices.ContainsFunc(u, func(c uint16) bool { return c > 0xff })
}

// biffChars is a string with its length in so many bytes.
func biffChars(s string, size int) []byte {
	u, wide := units(s)
	out := []byte{byte(len(u)), byte(len(u) >> 8)}[:size]
	if !wide {
		out = append(out, 0)
	} else {
		out = append(out, 1)
	}
	for _, c := range u {
		if out = append(out, byte(c)); wide {
			out = append(out, byte(c>>8))
		}
	}
	return out
}

func bof(version, kind int) []byte { return rec(biffBOF, version, kind, 0, 0, uint32(0), uint32(0)) }

// sst writes the shared strings in records of at most cut bytes. Characters are cut
// between any two, and what else there is between any two bytes; the first byte of
// a record that goes on with characters says whether they are wide. A part of a
// string that is not wide is written so even where the others are.
func (w *biffWriter) sst() []byte {
	most := w.cut
	if most == 0 {
		most = 8224
	}
	var out []byte
	id, data := uint16(biffSST), []byte(nil)
	flush := func() {
		out = append(out, rec(id, data)...)
		id, data = biffContinue, nil
	}
	plain := func(p []byte) {
		for _, c := range p {
			if len(data) >= most {
				flush()
			}
			data = append(data, c)
		}
	}
	plain(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(len(w.strings))), uint32(len(w.strings))))
	for _, s := range w.strings {
		u, wide := units(s.text)
		head := binary.LittleEndian.AppendUint16(nil, uint16(len(u)))
		flags := byte(0)
		if wide {
			flags |= 1
		}
		if s.phonetic > 0 {
			flags |= 4
		}
		if s.runs > 0 {
			flags |= 8
		}
		head = append(head, flags)
		if s.runs > 0 {
			head = binary.LittleEndian.AppendUint16(head, uint16(s.runs))
		}
		if s.phonetic > 0 {
			head = binary.LittleEndian.AppendUint32(head, uint32(s.phonetic))
		}
		plain(head)
		for i, c := range u {
			if size := len(data); size >= most || wide && size+2 > most {
				flush()
				if wide = slices.ContainsFunc(u[i:min(len(u), i+most)], func(c uint16) bool { return c > 0xff }); wide {
					data = append(data, 1)
				} else {
					data = append(data, 0)
				}
			}
			if data = append(data, byte(c)); wide {
				data = append(data, byte(c>>8))
			}
		}
		plain(bytes.Repeat([]byte{0xee}, 4*s.runs+s.phonetic))
	}
	flush()
	return out
}

// stream is the records of the workbook.
func (w *biffWriter) stream() []byte {
	globals := func(places []uint32) []byte {
		out := bof(biffVersion, 5)
		for _, r := range w.before {
			out = append(out, r...)
		}
		for _, f := range w.formats {
			out = append(out, rec(biffXF, 0, int(f), make([]byte, 16))...)
		}
		for i, s := range w.sheets {
			out = append(out, rec(biffBoundSheet, places[i], int(s.kind), biffChars(s.name, 1))...)
		}
		return append(append(out, w.sst()...), rec(biffEOF)...)
	}
	places := make([]uint32, len(w.sheets))
	at := len(globals(places))
	var bodies []byte
	for i, s := range w.sheets {
		places[i] = uint32(at + len(bodies))
		body := bof(biffVersion, 0x10)
		for _, c := range s.cells {
			body = append(body, c...)
		}
		body = append(body, rec(biffEOF)...)
		if s.length > 0 {
			body = body[:s.length]
		}
		bodies = append(bodies, body...)
	}
	return append(globals(places), bodies...)
}

// file is the workbook as a file.
func (w *biffWriter) file() []byte { return compoundOf(cfbFile{"Workbook", w.stream()}) }

// cfbFile is a stream of a compound file; one without data is a folder.
type cfbFile struct {
	name string
	data []byte
}

const cfbFree, cfbEnd, cfbFAT = 0xffffffff, 0xfffffffe, 0xfffffffd

// compoundOf writes a compound file with sectors of 512 bytes.
func compoundOf(files ...cfbFile) []byte { return compoundIn(512, files...) }

// compoundIn writes a compound file with sectors of so many bytes. Those of a stream
// are in the order of the file, every other two of them swapped.
func compoundIn(size int, files ...cfbFile) []byte {
	var body []byte
	var fat []uint32
	add := func(data []byte, scatter bool) uint32 {
		if len(data) == 0 {
			return cfbEnd
		}
		first := len(fat)
		n := (len(data) + size - 1) / size
		padded := append(bytes.Clone(data), make([]byte, n*size-len(data))...)
		at := make([]int, n)
		for i := range at {
			at[i] = i
			if j := i ^ 1; scatter && i%4 < 2 && j < n {
				at[i] = j
			}
		}
		sectors, links := make([]byte, n*size), make([]uint32, n)
		for i := range at {
			copy(sectors[at[i]*size:], padded[i*size:(i+1)*size])
			links[at[i]] = cfbEnd
			if i+1 < n {
				links[at[i]] = uint32(first + at[i+1])
			}
		}
		body, fat = append(body, sectors...), append(fat, links...)
		return uint32(first + at[0])
	}
	var mini []byte
	var miniFAT []uint32
	dir := [][]byte{cfbEntry("Root Entry", 5, 0, 0)}
	for _, f := range files {
		kind, start := byte(2), uint32(cfbEnd)
		switch {
		case f.data == nil:
			kind = 1
		case len(f.data) < 4096:
			start = uint32(len(miniFAT))
			for i := 0; i < len(f.data); i += 64 {
				mini = append(mini, append(bytes.Clone(f.data[i:min(i+64, len(f.data))]), make([]byte, 64-min(64, len(f.data)-i))...)...)
				miniFAT = append(miniFAT, uint32(len(miniFAT)+1))
			}
			miniFAT[len(miniFAT)-1] = cfbEnd
		default:
			start = add(f.data, true)
		}
		dir = append(dir, cfbEntry(f.name, kind, start, len(f.data)))
	}
	for i := range dir { // a tree with one branch
		if binary.LittleEndian.PutUint32(dir[i][72:], cfbFree); i > 0 && i+1 < len(dir) {
			binary.LittleEndian.PutUint32(dir[i][72:], uint32(i+1))
		}
		binary.LittleEndian.PutUint32(dir[i][76:], cfbFree)
	}
	binary.LittleEndian.PutUint32(dir[0][76:], 1)
	copy(dir[0][116:], binary.LittleEndian.AppendUint32(nil, add(mini, false)))
	binary.LittleEndian.PutUint32(dir[0][120:], uint32(len(mini)))
	dirStart, miniStart := add(bytes.Join(dir, nil), false), add(longs(miniFAT), false)
	return cfbFinish(size, body, fat, dirStart, miniStart, len(miniFAT) > 0)
}

// cfbFinish puts the table and the header around the sectors.
func cfbFinish(size int, body []byte, fat []uint32, dirStart, miniStart uint32, mini bool) []byte {
	per := size / 4 // numbers in a sector
	tables, further := 0, 0
	for (len(fat)+tables+further+per-1)/per > tables || tables > 109+(per-1)*further {
		if tables > 109+(per-1)*further {
			further++
		} else {
			tables++
		}
	}
	var names []uint32
	for range tables {
		names = append(names, uint32(len(fat)))
		fat = append(fat, cfbFAT)
	}
	firstFurther := uint32(len(fat))
	for range further {
		fat = append(fat, 0xfffffffc)
	}
	for len(fat)%per != 0 {
		fat = append(fat, cfbFree)
	}
	body = append(body, longs(fat)...)
	rest := names[min(109, len(names)):]
	for i := range further {
		sector := slices.Repeat([]uint32{cfbFree}, per)
		copy(sector[:per-1], rest[:min(per-1, len(rest))])
		rest = rest[min(per-1, len(rest)):]
		sector[per-1] = cfbEnd
		if i+1 < further {
			sector[per-1] = firstFurther + uint32(i) + 1
		}
		body = append(body, longs(sector)...)
	}
	head := make([]byte, 76)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	version, shift := uint16(3), uint16(9)
	if size == 4096 {
		version, shift = 4, 12
	}
	for i, v := range map[int]uint16{24: 0x3e, 26: version, 28: 0xfffe, 30: shift, 32: 6} {
		binary.LittleEndian.PutUint16(head[i:], v)
	}
	if further == 0 {
		firstFurther = cfbEnd
	}
	for i, v := range map[int]uint32{44: uint32(tables), 48: dirStart, 56: 4096, 60: miniStart, 68: firstFurther, 72: uint32(further)} {
		binary.LittleEndian.PutUint32(head[i:], v)
	}
	if mini {
		head[64] = 1
	}
	list := append(names[:min(109, len(names)):min(109, len(names))], slices.Repeat([]uint32{cfbFree}, 109-min(109, len(names)))...)
	return slices.Concat(head, longs(list), make([]byte, size-512), body)
}

func longs(list []uint32) (out []byte) {
	for _, v := range list {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

func cfbEntry(name string, kind byte, start uint32, size int) []byte {
	e := make([]byte, 128)
	for i, c := range utf16.Encode([]rune(name)) {
		binary.LittleEndian.PutUint16(e[2*i:], c)
	}
	e[64], e[66] = byte(2*len(utf16.Encode([]rune(name)))+2), kind
	binary.LittleEndian.PutUint32(e[68:], cfbFree)
	binary.LittleEndian.PutUint32(e[116:], start)
	binary.LittleEndian.PutUint32(e[120:], uint32(size))
	return e
}

// xlsBookOf writes rows as the XLS file that Excel makes of them: strings, numbers,
// true and false; nil is no cell. A number that is a date has the type date.
func xlsBookOf(t testing.TB, sheets map[string][][]any, order ...string) []byte {
	t.Helper()
	w := &biffWriter{formats: []uint16{0, 14, 22}}
	if len(order) == 0 {
		t.Fatal("no sheets")
	}
	for _, name := range order {
		s := biffSheet{name: name}
		for r, row := range sheets[name] {
			for c, v := range row {
				if cell := w.cell(t, r, c, v); cell != nil {
					s.cells = append(s.cells, cell)
				}
			}
		}
		w.sheets = append(w.sheets, s)
	}
	return w.file()
}

// day is a number shown as a date, moment one shown as a date and time.
type day float64
type moment float64

// cell writes a cell in the shortest way there is for it.
func (w *biffWriter) cell(t testing.TB, row, col int, v any) []byte {
	t.Helper()
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		w.strings = append(w.strings, biffRich{text: strings.Clone(v)})
		return rec(biffLabelSST, row, col, 0, uint32(len(w.strings)-1))
	case bool:
		b := byte(0)
		if v {
			b = 1
		}
		return rec(biffBoolErr, row, col, 0, b, byte(0))
	case day:
		return rec(biffNumber, row, col, 1, float64(v))
	case moment:
		return rec(biffNumber, row, col, 2, float64(v))
	case int:
		if v >= -1<<29 && v < 1<<29 {
			return rec(biffRK, row, col, 0, uint32(v)<<2|2)
		}
		return rec(biffNumber, row, col, 0, float64(v))
	case float64:
		return rec(biffNumber, row, col, 0, v)
	}
	t.Fatalf("no cell of a %T", v)
	return nil
}
