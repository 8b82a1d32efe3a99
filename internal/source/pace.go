package source

import (
	"context"
	"sync"
	"time"

	"waybill/internal/batch"
)

// Pace keeps all readers of a connector together below the rates of its
// limits. Idle time earns nothing, so there is no burst after a pause. A nil
// Pace does not limit.
type Pace struct {
	rows, bytes int64 // a second; 0 = unlimited

	mu   sync.Mutex
	free time.Time // when all that was fetched so far is paid for
}

// NewPace returns the pace that l asks for: nil without a rate.
func NewPace(l Limits) *Pace {
	if l.RowsPerSecond <= 0 && l.BytesPerSecond <= 0 {
		return nil
	}
	return &Pace{rows: max(0, l.RowsPerSecond), bytes: max(0, l.BytesPerSecond)}
}

// Wait returns when b, just fetched, is paid for, or when ctx ends with its
// error. A reader calls it once a batch.
func (p *Pace) Wait(ctx context.Context, b *batch.Batch) error {
	if p == nil {
		return nil
	}
	wait := time.Until(p.charge(time.Now(), b.Rows(), b.Bytes()))
	if wait <= 0 {
		return ctx.Err()
	}
	return Sleep(ctx, wait)
}

// charge books rows and bytes fetched at now and returns when they are paid.
func (p *Pace) charge(now time.Time, rows, bytes int) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(max(cost(rows, p.rows), cost(bytes, p.bytes)))
	return p.free
}

// cost is the time that n units take at a rate of so many a second.
func cost(n int, rate int64) time.Duration {
	if rate <= 0 {
		return 0
	}
	return time.Duration(float64(n) / float64(rate) * float64(time.Second))
}
