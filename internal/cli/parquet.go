//go:build !lean

package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"waybill/internal/census"
)

// identifierRow is a distinct identifier in the exported file.
type identifierRow struct {
	Digest    [16]byte `parquet:"digest"`
	Kind      string   `parquet:"kind,dict"`
	Scopes    []string `parquet:"scopes,list,dict"`
	Component uint64   `parquet:"component"`
	Hub       bool     `parquet:"hub"`
}

// exportRun is the rows handed to the writer at once.
const exportRun = 4096

// exportParquet writes a census's identifiers and returns how many there are.
func exportParquet(ctx context.Context, c *census.Census, path string) (n int64, err error) {
	names := c.ScopeNames()
	err = writeFile(path, func(out io.Writer) error {
		w := parquet.NewGenericWriter[identifierRow](out, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(1<<20),
			parquet.CreatedBy("waybill", version(), ""))
		var rows []identifierRow
		flush := func() error {
			_, err := w.Write(rows)
			rows = rows[:0]
			return err
		}
		err := c.Each(ctx, func(x census.Exported) error {
			row := identifierRow{Digest: x.Digest, Kind: x.Kind, Component: x.Component, Hub: x.Hub}
			for _, s := range x.Scopes {
				if int(s.Scope) >= len(names) {
					return fmt.Errorf("scope %s has no name", strconv.Itoa(int(s.Scope)))
				}
				row.Scopes = append(row.Scopes, names[s.Scope])
			}
			slices.Sort(row.Scopes)
			rows = append(rows, row)
			n++
			if len(rows) < exportRun {
				return nil
			}
			return flush()
		})
		if err == nil {
			err = flush()
		}
		if err != nil {
			return err
		}
		return w.Close()
	})
	return n, err
}
