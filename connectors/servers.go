//go:build !lean

package connectors

import (
	"waybill/connectors/mysql"
	"waybill/connectors/postgres"
	"waybill/connectors/s3"
	"waybill/internal/source"
)

// servers are the stores behind a network. A lean build (-tags lean) leaves
// them out: it needs half the time to compile and is all that the example
// company takes.
func servers() []source.Driver {
	return []source.Driver{postgres.Driver(), mysql.Driver(), s3.Driver()}
}
