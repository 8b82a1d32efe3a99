// Package connectors lists the stores that Waybill can read.
package connectors

import (
	"waybill/connectors/files"
	"waybill/connectors/sqlite"
	"waybill/internal/source"
)

// All returns the driver of each store. No two share a kind or a scheme.
func All() []source.Driver {
	return append(servers(), sqlite.Driver(), files.Driver())
}
