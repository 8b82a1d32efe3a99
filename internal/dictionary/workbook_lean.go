//go:build lean

package dictionary

import "errors"

// readWorkbook is left out of a lean build, with the library it needs.
func readWorkbook([]byte) (*Dictionary, error) {
	return nil, errors.New("this lean build does not read workbooks: save the sheet as .csv, or build without -tags lean")
}
