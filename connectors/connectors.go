// Package connectors lists the stores that Waybill can read.
package connectors

import (
	"waybill/connectors/files"
	"waybill/connectors/mysql"
	"waybill/connectors/postgres"
	"waybill/connectors/s3"
	"waybill/connectors/sqlite"
	"waybill/internal/source"
)

// All returns the driver of each store. No two share a kind or a scheme.
func All() []source.Driver {
	return []source.Driver{
		postgres.Driver(),
		mysql.Driver(),
		sqlite.Driver(),
		files.Driver(),
		s3.Driver(),
	}
}
