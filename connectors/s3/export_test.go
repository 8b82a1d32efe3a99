package s3

import (
	"time"

	"waybill/internal/source"
)

// SetPatience sets how long a busy store is asked again.
func SetPatience(c source.Connector, d time.Duration) { c.(*connector).busyFor = d }

// SetPartObjects sets how many objects a part of a group has on average.
func SetPartObjects(c source.Connector, n int) { c.(*connector).partObjects = n }
