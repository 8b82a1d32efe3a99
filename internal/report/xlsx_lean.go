//go:build lean

package report

import (
	"errors"
	"io"
)

// HasXLSX tells whether this build writes workbooks.
const HasXLSX = false

// writeWorkbook is left out of a lean build, with the library it needs.
func writeWorkbook(io.Writer, []sheet) error {
	return errors.New("xlsx is not in this lean build: use csv, or build without -tags lean")
}
