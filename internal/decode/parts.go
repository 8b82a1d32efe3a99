package decode

import (
	"context"
	"errors"
	"io"
	"strings"

	"waybill/internal/source"
)

// Part is a dataset that a file holds: the file itself, or one of the files or
// tables in it.
type Part struct {
	// Path is what Query.Part takes: users.csv, crm.tar/users.csv with !/ between
	// archives, a sheet, a table. It is empty for a file that is one dataset.
	Path    string
	Comment string
	Columns []source.Column // as far as a head names them
	Keys    []source.Key
}

// Name is the dataset's name, given that of the file.
func (p Part) Name(file string) string {
	if p.Path == "" {
		return file
	}
	return file + separator + p.Path
}

// Split cuts a dataset's name into those of the file and of the part. The file is
// the first prefix that exists tells of.
func Split(name string, exists func(file string) bool) (file, part string) {
	for i := 0; ; {
		k := strings.Index(name[i:], separator)
		if k < 0 {
			return name, ""
		}
		if i += k; exists(name[:i]) {
			return name[:i], name[i+len(separator):]
		}
		i += len(separator)
	}
}

// Contains tells from a file's name whether it is likely to hold several
// datasets, so that Parts is worth its reads.
func Contains(name string) bool {
	name = strings.ToLower(name)
	for _, packing := range packings {
		for _, ext := range packing {
			if strings.HasPrefix(ext, ".t") && strings.HasSuffix(name, ext) {
				return true
			}
			name = strings.TrimSuffix(name, ext)
		}
	}
	for _, ext := range []string{".zip", ".tar", ".xlsx", ".xlsm", ".xls", ".et", ".sql", ".dump"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}

// errListing ends the listing of a stream that is too long for it.
var errListing = errors.New("too long to be listed")

// Parts lists the datasets of a file, in a stable order; a file without any, or
// one that cannot be read, is one of its own, and reading it tells why.
//
// What only streams, a compressed archive or dump, has to be unpacked for its
// list, and again for each part. One that unpacks to more than Limits.Listing is
// therefore a single dataset, whose columns have the part's path before their
// names. The Gaps are what of an archive cannot be listed; Where is empty.
func Parts(ctx context.Context, in Input, limits Limits) ([]Part, []source.Gap, error) {
	if limits == (Limits{}) {
		limits = DefaultLimits()
	}
	t := &tally{}
	o := &opener{ctx: ctx, limits: limits, tally: t}
	o.limits.listing = true
	defer o.Close()
	l := lister{o: o}
	err := damaged(ctx, contained(func() error { return l.list(&counted{in, new(int64), new(bool)}, nil, 0) }))
	var u *unread
	switch {
	case errors.As(err, &u) && len(l.parts) > 0:
		t.whole(u.what)
	case errors.As(err, &u), errors.Is(err, errListing), errors.Is(err, ErrChanged):
		return []Part{{}}, nil, nil
	case err != nil:
		return nil, nil, err
	case len(l.parts) == 0:
		return []Part{{}}, nil, nil
	}
	return l.parts, t.gaps(), nil
}

// lister collects parts.
type lister struct {
	o     *opener
	parts []Part
}

// list adds the parts of in, which path leads to.
func (l *lister) list(in Input, path []string, depth int) error {
	f, err := l.o.look(in, depth)
	if err != nil {
		return err
	}
	switch f.format {
	case formatZip, formatTar:
		return l.archive(f, path)
	case formatWorkbook:
		w, err := l.o.openWorkbook(f)
		if err != nil {
			return err
		}
		for _, s := range w.sheets {
			l.add(Part{}, append(path[:len(path):len(path)], s.name))
		}
		return nil
	case formatXLS:
		w, err := l.o.openXLS(f, false)
		if err != nil {
			return err
		}
		for _, s := range w.sheets {
			l.add(Part{}, append(path[:len(path):len(path)], s.name))
		}
		return nil
	case formatSQL:
		return l.dump(f, path)
	}
	l.add(Part{Columns: f.columns()}, path)
	return nil
}

func (l *lister) add(p Part, path []string) {
	p.Path = strings.Join(path, separator)
	l.parts = append(l.parts, p)
}

// archive adds the files of an archive. One that cannot be looked into is a part
// all the same: reading it tells why.
func (l *lister) archive(f *found, path []string) error {
	for e, err := range l.o.files(f) {
		if err != nil {
			return err
		}
		sub := append(path[:len(path):len(path)], e.in.Name())
		before, opened := len(l.parts), len(l.o.closers)
		if e.reason == "" {
			err = contained(func() error { return l.list(e.in, sub, f.depth+1) })
		}
		var u *unread
		if errors.As(err, &u) {
			if len(l.parts) > before {
				l.o.tally.skipped(strings.Join(sub, separator), u.what)
			}
			err = nil
		}
		if err != nil {
			return err
		}
		if len(l.parts) == before {
			l.add(Part{}, sub)
		}
		if err := l.o.closeTo(opened); err != nil {
			return err
		}
	}
	return nil
}

// dump adds the tables of an SQL dump.
func (l *lister) dump(f *found, path []string) error {
	body, err := f.in.Open(l.o.ctx, f.skip, -1)
	if err != nil {
		return err
	}
	defer body.Close()
	src := &listed{r: body, left: l.o.limits.Listing}
	rows := f.decoder(src, f.anySet(), &tally{}, false)
	tables, err := sqlTables(rows.sql)
	if err != nil {
		return err
	}
	for _, t := range tables {
		p := Part{Comment: t.comment, Columns: t.columns}
		if len(t.primary) > 0 {
			p.Keys = []source.Key{{Columns: t.primary, Primary: true}}
		}
		l.add(p, append(path[:len(path):len(path)], t.name))
	}
	return nil
}

// listed is a stream that may be read so far only to list what it holds.
type listed struct {
	r    io.Reader
	left int64
}

func (l *listed) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errListing
	}
	return n, err
}

// columns are those that a head names.
func (l *layout) columns() []source.Column {
	var cols []source.Column
	for _, n := range l.header {
		cols = append(cols, source.Column{Name: n})
	}
	if l.meta != nil {
		for _, leaf := range l.meta.leaves[:min(len(l.meta.leaves), maxColumns)] {
			cols = append(cols, source.Column{Name: leaf.name})
		}
	}
	if l.format == formatText {
		cols = append(cols, source.Column{Name: textColumn})
	}
	return cols
}
