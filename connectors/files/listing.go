package files

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"waybill/internal/decode"
	"waybill/internal/source"
)

// listing walks the root.
type listing struct {
	c    *connector
	ctx  context.Context
	sets []source.Dataset
	gaps []source.Gap
}

// walk fills sets, by name, and gaps.
func (l *listing) walk() error {
	if l.c.only != "" {
		return l.add(l.c.only)
	}
	if err := fs.WalkDir(l.c.root.FS(), ".", l.visit); err != nil {
		return err
	}
	slices.SortFunc(l.sets, func(a, b source.Dataset) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// visit implements fs.WalkDirFunc.
func (l *listing) visit(name string, e fs.DirEntry, err error) error {
	if ctxErr := l.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	switch {
	case err != nil && name == ".":
		return err
	case err != nil:
		l.gap(name, reason(err).Error())
		return nil
	case e.IsDir() || folderLook(name):
		return nil
	case e.Type()&fs.ModeSymlink != 0:
		l.link(name)
		return nil
	case !e.Type().IsRegular():
		l.gap(name, "not a regular file, not read")
		return nil
	}
	return l.add(name)
}

// folderLook tells whether the file only says how a folder is shown.
func folderLook(name string) bool {
	switch strings.ToLower(path.Base(name)) {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	}
	return false
}

// link notes a symbolic link that leads to nothing below the root.
func (l *listing) link(name string) {
	if _, err := l.c.root.Stat(name); err != nil {
		l.gap(name, "symbolic link out of the folder, not followed")
	}
}

// add lists the datasets of the file. One that cannot be read is listed too:
// Open tells.
func (l *listing) add(name string) error {
	in, err := l.c.input(name)
	parts, size := []decode.Part{{}}, int64(-1)
	if err == nil {
		size = in.Size()
		found, gaps, e := decode.Parts(l.ctx, in, l.c.limits)
		if err = e; err == nil {
			parts = found
		}
		for _, g := range gaps {
			l.gap(name, g.What)
		}
	}
	if errors.Is(err, source.ErrGone) {
		return nil // between the reading of the folder and now
	}
	for _, p := range parts {
		d := source.Dataset{Name: p.Name(name), Comment: p.Comment, Columns: p.Columns, Keys: p.Keys, Rows: source.Rows{Value: -1}, Bytes: -1}
		if p.Path == "" {
			d.Bytes = size
		}
		l.sets = append(l.sets, d)
	}
	return l.ctx.Err()
}

func (l *listing) gap(name, what string) {
	l.gaps = append(l.gaps, source.Gap{Where: l.c.name + "." + name, What: what})
}
