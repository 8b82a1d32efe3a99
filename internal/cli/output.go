package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"waybill/internal/report"
)

// faces are the forms a report is written in.
type faces []string

// Validate refuses a face that does not exist, or not in this build: before
// hours of reading, not after.
func (f faces) Validate() error {
	if slices.Contains(f, "xlsx") && !report.HasXLSX {
		return errNoXLSX
	}
	return allIn(f, report.Formats)
}

var errNoXLSX = errors.New("xlsx is not in this lean build: use csv, or build without -tags lean")

// writable finds out that the report's folder cannot be written to before
// hours of reading, not after.
func writable(dir string) error {
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(dir, ".waybill-*"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("report folder: %w", err)
	}
	return nil
}

// deliver writes the faces and prints the summary.
func (a *app) deliver(r *report.Report, dir string, formats faces, lang string) error {
	if err := a.write(r, dir, formats); err != nil {
		return err
	}
	for _, f := range formats {
		for _, name := range faceFiles(f) {
			a.log.Info("report written", "file", filepath.Join(dir, name))
		}
	}
	return a.summary(r, lang)
}

// write puts the faces of a report into a folder. Each file is complete or
// absent: it is written beside and renamed.
func (a *app) write(r *report.Report, dir string, formats faces) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("report folder: %w", err)
	}
	for _, f := range formats {
		for _, name := range faceFiles(f) {
			if err := writeFile(filepath.Join(dir, name), func(w io.Writer) error { return face(w, r, name) }); err != nil {
				return fmt.Errorf("write report: %w", err)
			}
		}
	}
	return nil
}

// faceFiles are the names of a face's files. CSV has one a table.
func faceFiles(format string) []string {
	switch format {
	case "text":
		return []string{"report.txt"}
	case "csv":
		return []string{"report.csv", candidatesCSV}
	}
	return []string{"report." + format}
}

const candidatesCSV = "candidates.csv"

// face writes the face that a file's name stands for.
func face(w io.Writer, r *report.Report, name string) error {
	switch name {
	case "report.json":
		return report.WriteJSON(w, r)
	case "report.html":
		return report.WriteHTML(w, r)
	case "report.csv":
		return report.WriteCSV(w, r)
	case candidatesCSV:
		return report.WriteCandidatesCSV(w, r)
	case "report.xlsx":
		return report.WriteXLSX(w, r)
	}
	return report.WriteText(w, r, "en", false, 100)
}

func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".waybill-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// summary prints the result on standard output.
func (a *app) summary(r *report.Report, lang string) error {
	if err := report.WriteText(a.out, r, lang, a.outTerminal && os.Getenv("NO_COLOR") == "", a.width); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

// openReport reads a saved report; - is standard input.
func (a *app) openReport(path string) (*report.Report, error) {
	in := a.in
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, usage(err)
		}
		defer f.Close()
		in = f
	}
	r, err := report.ReadJSON(in)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", path, err))
	}
	return r, nil
}
