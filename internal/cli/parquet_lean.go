//go:build lean

package cli

import (
	"context"
	"errors"

	"waybill/internal/census"
)

func exportParquet(context.Context, *census.Census, string) (int64, error) {
	return 0, errors.New("Parquet is not in this lean build: build without -tags lean")
}
