package decode

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"strings"

	"waybill/internal/source"
)

// separator stands between a file that holds others and the path of one in it:
// backup.zip!/crm/users.csv, book.xlsx!/Sheet1.
const separator = "!/"

// opener opens what files hold. It collects what is to be closed.
type opener struct {
	ctx     context.Context
	limits  Limits
	tally   *tally
	share   int64 // how many inputs are sampled together; 0 = this one only
	entries int   // of archives, seen so far
	loaded  int64 // bytes held
	closers []func() error
}

// Close implements io.Closer.
func (o *opener) Close() error { return o.closeTo(0) }

// closeTo closes what was opened since there were n things open.
func (o *opener) closeTo(n int) error {
	var errs []error
	for len(o.closers) > n {
		last := len(o.closers) - 1
		errs = append(errs, o.closers[last]())
		o.closers = o.closers[:last]
	}
	return errors.Join(errs...)
}

func (o *opener) onClose(f func() error) { o.closers = append(o.closers, f) }

// found is something that holds rows, or that holds others that do.
type found struct {
	in Input // unpacked
	layout
	depth int // of archives and packings around it
}

// look tells what in holds, with its packings taken off.
func (o *opener) look(in Input, depth int) (*found, error) {
	for {
		l, err := survey(o.ctx, in)
		if err != nil {
			return nil, err
		}
		f := &found{in, l, depth}
		switch l.format {
		case formatPacked:
			if in, err = o.unpack(in, l.packing, depth); err != nil {
				return nil, err
			}
			depth++
			continue
		case formatZip:
			err = o.zip(f)
		case formatCompound:
			err = o.compound(f)
		case formatXLS:
			err = o.bareBook(f)
		case formatPDF:
			f.in, err = o.load(in)
		case formatParquet:
			if f.in, err = o.load(in); err == nil {
				f.meta, err = readParquet(o.ctx, f.in)
			}
		}
		return f, err
	}
}

func (o *opener) unpack(in Input, packing string, depth int) (Input, error) {
	if depth >= o.limits.Depth {
		return nil, o.tooDeep()
	}
	u := &unpacked{from: in, name: unpackedName(in.Name(), packing), packing: packing, limits: &o.limits}
	if _, single := plainly(in).(*once); !single {
		return u, nil
	}
	body, err := u.Open(o.ctx, 0, -1)
	if err != nil {
		return nil, err
	}
	o.onClose(body.Close)
	return &once{u.name, bufio.NewReaderSize(body, headMax)}, nil
}

func (o *opener) tooDeep() error {
	return gapf("packed more than %d levels deep, not read", o.limits.Depth)
}

// load is in with any place of it at hand: held in memory if it streams.
func (o *opener) load(in Input) (Input, error) {
	if ranged(in) {
		return in, nil
	}
	body, err := in.Open(o.ctx, 0, -1)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(body, o.limits.Load-o.loaded+1))
	err = errors.Join(err, body.Close())
	if o.loaded += int64(len(data)); err == nil && o.loaded > o.limits.Load {
		err = gapf("more than %d bytes inside a packed file, of a format that is read here and there: not read", o.limits.Load)
	}
	return &memory{in.Name(), data}, err
}

// zip reads the directory of a zip archive, and tells documents by it.
func (o *opener) zip(f *found) (err error) {
	if f.in, err = o.load(f.in); err != nil {
		return err
	}
	if f.zip, err = readZip(o.ctx, f.in, o.limits.Entries+officeParts); err != nil {
		return err
	}
	f.format, f.reason = f.zip.kind()
	return nil
}

// entry is a file in an archive.
type entry struct {
	in     Input
	reason string // why it is not read; "" = it is
}

// files are those of an archive, by their names made distinct. The Input of one
// in a stream is gone with the next.
func (o *opener) files(f *found) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		if f.depth >= o.limits.Depth {
			yield(entry{}, o.tooDeep())
			return
		}
		seen := map[string]int{}
		var over error
		each := func(name string, in Input, reason string) bool {
			if strings.HasSuffix(name, "/") || folderLook(name) {
				return true
			}
			if o.entries++; o.entries > o.limits.Entries {
				over = gapf("archive of more than %d files, further ones not read", o.limits.Entries)
				return false
			}
			seen[name]++
			if n := seen[name]; n > 1 {
				name = fmt.Sprintf("%s#%d", name, n)
			}
			return yield(entry{&renamed{in, name}, reason}, nil)
		}
		var err error
		if f.format == formatTar {
			err = tarEntries(o.ctx, f.in, each)
		} else {
			err = o.zipEntries(f, each)
		}
		if err = errors.Join(err, over); err != nil {
			yield(entry{}, err)
		}
	}
}

func (o *opener) zipEntries(f *found, each func(string, Input, string) bool) error {
	for i := range f.zip.files {
		z := &f.zip.files[i]
		if !each(z.name, &zipInput{z, f.in, &o.limits}, z.unreadable()) {
			return nil
		}
	}
	if f.zip.more {
		return gapf("archive of more than %d files, further ones not read", o.limits.Entries)
	}
	return nil
}

// folderLook tells whether the file only says how a folder is shown, or keeps
// what macOS knows of another.
func folderLook(name string) bool {
	switch strings.ToLower(path.Base(name)) {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	}
	return strings.HasPrefix(name, "__MACOSX/")
}

// find opens the part of in that path names, all of it when path is empty.
func (o *opener) find(in Input, path []string) (*found, error) {
	f, err := o.look(in, 0)
	for err == nil && len(path) > 0 {
		switch f.format {
		case formatZip, formatTar:
			f, err = o.member(f, path[0])
		case formatWorkbook, formatXLS, formatSQL:
			f.table, path = strings.Join(path, separator), nil
			return f, nil
		default:
			return nil, fmt.Errorf("%s: %w", path[0], source.ErrGone)
		}
		path = path[1:]
	}
	return f, err
}

// member opens the named file of an archive, which stays open until o closes.
func (o *opener) member(f *found, name string) (*found, error) {
	next, stop := iter.Pull2(o.files(f))
	o.onClose(func() error { stop(); return nil })
	for {
		e, err, ok := next()
		switch {
		case !ok:
			return nil, fmt.Errorf("%s: %w", name, source.ErrGone)
		case err != nil:
			return nil, err
		case e.in.Name() != name:
		case e.reason != "":
			return nil, &unread{e.reason}
		default:
			return o.look(e.in, f.depth+1)
		}
	}
}

// whole reads all rows of f.
func (o *opener) whole(f *found) (fillFunc, error) {
	switch f.format {
	case formatZip, formatTar:
		return o.union(f), nil
	case formatWorkbook:
		return o.workbook(f)
	case formatXLS:
		return o.xls(f)
	case formatWord:
		return o.word(f)
	case formatParquet:
		return o.parquet(f, nil)
	case formatMail:
		return o.mail(f)
	case formatPDF:
		return o.pdf(f)
	}
	body, err := f.in.Open(o.ctx, f.skip, -1)
	if err != nil {
		return nil, err
	}
	o.onClose(body.Close)
	if f.format == formatAvro {
		return newAvro(body, o.tally)
	}
	return f.layout.whole(body, o.tally), nil
}

// sample reads some rows of f, spread over it.
func (o *opener) sample(f *found, q Query) (fillFunc, error) {
	if ranged(f.in) && f.in.Size() > o.shared(wholeSample, leastWhole) {
		switch {
		case f.seekable():
			return newStrata(o, f, q.Sample).fill, nil
		case f.format == formatParquet:
			return o.parquet(f, &q.Sample)
		case f.format == formatAvro:
			return o.avroSample(f, q.Sample)
		}
	}
	fill, err := o.whole(f)
	if err != nil {
		return nil, err
	}
	r := newReservoir(o.ctx, fill, f.sink(q.Columns), q.Sample)
	r.most = int(o.shared(streamSample, leastStream))
	return r.fill, nil
}

// inner opens an entry for the union of its archive; nil when there is nothing
// to read.
func (o *opener) inner(e entry, depth int) (fill fillFunc, err error) {
	if e.reason != "" {
		return nil, &unread{e.reason}
	}
	err = contained(func() error {
		f, err := o.look(e.in, depth)
		switch {
		case err != nil:
			return err
		case f.format == formatNone && f.reason != "":
			return &unread{f.reason}
		case f.format == formatNone:
			return nil
		}
		fill, err = o.whole(f)
		return err
	})
	return fill, err
}

// union reads the files of an archive one after the other as one dataset. A
// batch has rows of one of them.
func (o *opener) union(f *found) fillFunc { return o.unionOf(o.files(f), f.depth) }

func (o *opener) unionOf(files iter.Seq2[entry, error], depth int) fillFunc {
	next, stop := iter.Pull2(files)
	o.onClose(func() error { stop(); return nil })
	opened, name := len(o.closers), ""
	var fill fillFunc
	return func(s *sink) error {
		for fill == nil {
			e, err, ok := next()
			switch {
			case !ok:
				return io.EOF
			case err != nil:
				return err
			}
			name = e.in.Name()
			if fill, err = o.inner(e, depth+1); err != nil {
				if err = o.apart(name, err); err != nil {
					return err
				}
			}
		}
		outer := s.group
		s.enter(joined(outer, name))
		err := contained(func() error { return fill(s) })
		s.enter(outer)
		if err == nil {
			return nil
		}
		s.b.DropRow()
		fill = nil
		return errors.Join(o.apart(name, err), o.closeTo(opened))
	}
}

// joined is the path of a part of a part.
func joined(outer, name string) string {
	if outer == "" {
		return name
	}
	return outer + separator + name
}

// apart is nil for what ends one entry of an archive only, which it notes.
func (o *opener) apart(name string, err error) error {
	var u *unread
	switch {
	case err == io.EOF:
		return nil
	case errors.As(err, &u):
		o.tally.skipped(name, u.what)
		return nil
	}
	return err
}
