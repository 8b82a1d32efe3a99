package decode

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// pdfFile is a PDF file held in memory (ISO 32000-1). Its objects are found by
// looking for them, not by its tables, which are often wrong.
type pdfFile struct {
	o       *opener
	data    []byte
	at      map[int]int // where an object begins
	inside  map[int]any // objects out of object streams
	budget  int64       // bytes that may still be unpacked
	scanned int         // bytes of objects read
	known   map[int]any // small objects that were read
	fonts   map[int]*pdfFont
	lost    bool // characters without a meaning
	picture bool // there are pictures
}

const (
	maxPDFObjects = 1 << 20
	maxPDFDepth   = 32
)

// pdf reads the text of a PDF file, a row a line.
func (o *opener) pdf(f *found) (fillFunc, error) {
	if f.in.Size() > o.limits.Load {
		return nil, gapf("pdf: larger than %d bytes, not read", o.limits.Load)
	}
	data, err := readRange(o.ctx, f.in, 0, f.in.Size())
	if err != nil {
		return nil, err
	}
	p := &pdfFile{o: o, data: data, at: map[int]int{}, inside: map[int]any{}, known: map[int]any{}, fonts: map[int]*pdfFont{},
		budget: 4 * o.limits.Load}
	if p.index(); p.encrypted() {
		return nil, gapf("pdf: encrypted, not read")
	}
	pages := p.pages()
	d := damage{tally: o.tally}
	text := false
	return func(s *sink) error {
		for !s.full() {
			if err := o.ctx.Err(); err != nil {
				return err
			}
			if len(pages) == 0 {
				p.report(text)
				return io.EOF
			}
			page := pages[0]
			pages = pages[1:]
			c := pdfContent{file: p}
			c.page(page)
			for line := range bytes.SplitSeq(c.out, []byte{'\n'}) {
				if line = bytes.TrimSpace(line); len(line) > 0 {
					text = true
					s.put(s.slot(textColumn), d.value(line[:min(len(line), MaxCell)]))
					d.end()
					s.b.EndRow()
				}
			}
		}
		return nil
	}, nil
}

// report notes what of the file has no text.
func (p *pdfFile) report(text bool) {
	t := p.o.tally
	switch {
	case p.budget < 0:
		t.whole("pdf: unpacks to too much, the rest is not read")
	case p.lost:
		t.whole("pdf: characters of a font that does not say what they are, not read")
	case !text && p.picture:
		t.whole("pdf: pictures of pages, whose text is not read")
	case !text:
		t.whole("pdf: no text found")
	}
}

// index notes where objects are: "12 0 obj".
func (p *pdfFile) index() {
	mark := []byte(" obj")
	for i := 0; len(p.at) < maxPDFObjects; i += len(mark) {
		j := bytes.Index(p.data[i:], mark)
		if j < 0 {
			break
		}
		i += j
		k := i
		for k > 0 && digit(p.data[k-1]) { // the generation
			k--
		}
		m := k - 1
		for m > 0 && digit(p.data[m-1]) {
			m--
		}
		if k == i || m < 0 || m == k-1 || k-m > 9 {
			continue
		}
		n := 0
		for _, c := range p.data[m : k-1] {
			n = n*10 + int(c-'0')
		}
		p.at[n] = i + len(mark)
	}
	numbers := make([]int, 0, len(p.at))
	for n := range p.at {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		if s, ok := p.object(n).(pdfStream); ok && s.dict["Type"] == pdfName("ObjStm") {
			p.unpackObjects(s)
		}
	}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (p *pdfFile) encrypted() bool {
	i := bytes.LastIndex(p.data, []byte("/Encrypt"))
	if i < 0 {
		return false
	}
	l := pdfLexer{b: p.data, i: i + len("/Encrypt")}
	switch l.value(0).(type) {
	case pdfRef, pdfDict:
		return true
	}
	return false
}

// unpackObjects takes the objects out of a stream of them.
func (p *pdfFile) unpackObjects(s pdfStream) {
	data, err := p.stream(s)
	first, n := intOf(s.dict["First"]), intOf(s.dict["N"])
	if err != nil || first < 0 || first > len(data) {
		return
	}
	head := pdfLexer{b: data[:first]}
	for range min(n, maxPDFObjects) {
		number, ok1 := head.value(0).(float64)
		off, ok2 := head.value(0).(float64)
		if !ok1 || !ok2 || off < 0 || first+int(off) > len(data) || len(p.inside) > maxPDFObjects {
			return
		}
		body := pdfLexer{b: data, i: first + int(off)}
		p.inside[int(number)] = body.value(0)
	}
}

// object is the object of a number, nil when there is none.
func (p *pdfFile) object(n int) any {
	at, ok := p.at[n]
	if !ok {
		return p.inside[n]
	}
	if v, ok := p.known[n]; ok {
		return v
	}
	if p.scanned > 8*len(p.data)+1<<20 {
		p.budget = -1 // objects that do not end
		return nil
	}
	l := pdfLexer{b: p.data, i: at}
	v := l.value(0)
	p.scanned += l.i - at
	small := l.i-at < 4<<10 && len(p.known) < 1<<16
	d, ok := v.(pdfDict)
	l.blanks()
	if !ok || !bytes.HasPrefix(l.b[l.i:], []byte("stream")) {
		if small {
			p.known[n] = v
		}
		return v
	}
	from := l.i + len("stream")
	if from < len(p.data) && p.data[from] == '\r' {
		from++
	}
	if from < len(p.data) && p.data[from] == '\n' {
		from++
	}
	size, direct := d["Length"].(float64)
	if end := from + int(min(size, 1<<32)); direct && size >= 0 && size < 1<<32 && end <= len(p.data) && bytes.HasPrefix(bytes.TrimLeft(p.data[end:min(end+16, len(p.data))], "\r\n "), []byte("endstream")) {
		return pdfStream{d, p.data[from:end]}
	}
	end := bytes.Index(p.data[min(from, len(p.data)):], []byte("endstream"))
	if end < 0 {
		end = len(p.data) - min(from, len(p.data))
	}
	return pdfStream{d, p.data[min(from, len(p.data)):][:end]}
}

// of is what a value stands for: the object of a reference.
func (p *pdfFile) of(v any) any {
	for range 8 {
		r, ok := v.(pdfRef)
		if !ok {
			return v
		}
		v = p.object(int(r))
	}
	return nil
}

func (p *pdfFile) dict(v any) pdfDict {
	switch v := p.of(v).(type) {
	case pdfDict:
		return v
	case pdfStream:
		return v.dict
	}
	return nil
}

// pages lists the page objects, in the order of their numbers.
func (p *pdfFile) pages() (pages []pdfDict) {
	var numbers []int
	for n := range p.at {
		numbers = append(numbers, n)
	}
	for n := range p.inside {
		if _, twice := p.at[n]; !twice {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		if d, ok := p.object(n).(pdfDict); ok && d["Type"] == pdfName("Page") {
			pages = append(pages, d)
		}
	}
	return pages
}

var errPDF = errors.New("stream that is not read")

// stream is the bytes of a stream, unpacked.
func (p *pdfFile) stream(s pdfStream) ([]byte, error) {
	filters, ok := p.of(s.dict["Filter"]).(pdfArray)
	if f := p.of(s.dict["Filter"]); !ok && f != nil {
		filters = pdfArray{f}
	}
	params, ok := p.of(s.dict["DecodeParms"]).(pdfArray)
	if !ok {
		params = pdfArray{s.dict["DecodeParms"]}
	}
	data := s.data
	for i, f := range filters {
		var err error
		if data, err = p.filter(p.of(f), data); err != nil {
			return nil, err
		}
		if i < len(params) {
			data = unpredict(data, p.dict(params[i]))
		}
	}
	return data, nil
}

func (p *pdfFile) filter(name any, data []byte) ([]byte, error) {
	switch name {
	case pdfName("FlateDecode"), pdfName("Fl"):
		if len(data) < 2 || p.budget < 0 {
			return nil, errPDF
		}
		body := deflater(bytes.NewReader(data[2:]))
		defer body.Close()
		out, _ := io.ReadAll(io.LimitReader(body, p.budget+1)) // what there is of a damaged one
		p.budget -= int64(len(out))
		if p.budget < 0 {
			return nil, errPDF
		}
		return out, nil
	case pdfName("ASCIIHexDecode"), pdfName("AHx"):
		l := pdfLexer{b: append([]byte{'<'}, data...)}
		v, _ := l.value(0).(pdfString)
		return v, nil
	case pdfName("ASCII85Decode"), pdfName("A85"):
		return unascii85(data), nil
	}
	return nil, errPDF
}

// unpredict undoes the row filters of PNG that a stream was packed with.
func unpredict(data []byte, params pdfDict) []byte {
	width := max(1, intOf(params["Columns"])) * max(1, intOf(params["Colors"])) * max(8, intOf(params["BitsPerComponent"])) / 8
	if intOf(params["Predictor"]) < 10 || width > 1<<20 {
		return data
	}
	out, prior := make([]byte, 0, len(data)), make([]byte, width)
	step := max(1, intOf(params["Colors"]))
	for len(data) > width {
		kind, row := data[0], data[1:1+width]
		data = data[1+width:]
		for i := range row {
			var left, up byte
			if i >= step {
				left = out[len(out)-step]
			}
			up = prior[i]
			switch kind {
			case 1:
				row[i] += left
			case 2:
				row[i] += up
			case 3:
				row[i] += byte((int(left) + int(up)) / 2)
			}
			out = append(out, row[i])
		}
		prior = out[len(out)-width:]
	}
	return out
}

func unascii85(data []byte) (out []byte) {
	data, _, _ = bytes.Cut(data, []byte{'~'})
	var v uint32
	n := 0
	for _, c := range data {
		switch {
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
			continue
		case c < '!' || c > 'u':
			continue
		}
		if v, n = v*85+uint32(c-'!'), n+1; n == 5 {
			out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
			v, n = 0, 0
		}
	}
	if n > 1 {
		for range 5 - n {
			v = v*85 + 84
		}
		out = append(out, []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8)}[:n-1]...)
	}
	return out
}
