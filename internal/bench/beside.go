package main

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// What the product holds beside its census does not grow with what it reads. To
// tell the two apart, a census is given so little that it uses all of it.
const (
	narrowCensus = 64  // MiB
	mostBeside   = 256 // MiB that a scan may hold beside the census's budget
)

// beside is a contest with no rival: how much memory a count takes beside the
// census's budget. make is given the options that have the budget.
func beside(name, note string, o options, make func(options) contender) contest {
	o.budget = narrowCensus
	return contest{name: name, note: note, beside: narrowCensus << 20, contenders: []contender{make(o)}}
}

// customerRow is a row of the table in a Parquet file.
type customerRow struct {
	ID        int64  `parquet:"id"`
	Name      string `parquet:"name"`
	IDNo      string `parquet:"id_no"`
	Mobile    string `parquet:"mobile"`
	Email     string `parquet:"email"`
	BankCard  string `parquet:"bank_card"`
	Address   string `parquet:"address"`
	OrderNo   string `parquet:"order_no"`
	TradeNo   string `parquet:"trade_no"`
	SkuNo     string `parquet:"sku_no"`
	TsMs      string `parquet:"ts_ms"`
	UID       string `parquet:"uid"`
	UpdatedAt string `parquet:"updated_at"`
}

// parquet writes the table as a Parquet file of one row group.
func (t *table) parquet(ctx context.Context, name string) (err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := parquet.NewGenericWriter[customerRow](f, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(int64(t.rows)))
	rows := csv.NewReader(t.csv(t.rows))
	rows.ReuseRecord = true
	for range t.rows {
		v, err := rows.Read()
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(v[0], 10, 64)
		if err != nil {
			return err
		}
		row := customerRow{id, v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12]}
		if _, err := w.Write([]customerRow{row}); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), ctx.Err())
}
