package source

import (
	"context"
	"time"
)

// MostTries is how often a statement of a read is tried again.
const MostTries = 6

// Backoff waits before the given try again, the first being 1: a tenth of a
// second, and each time twice as long.
func Backoff(ctx context.Context, try int) error {
	return Sleep(ctx, 100*time.Millisecond<<(try-1))
}
