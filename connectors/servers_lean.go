//go:build lean

package connectors

import "waybill/internal/source"

func servers() []source.Driver { return nil }
