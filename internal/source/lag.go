package source

import (
	"context"
	"fmt"
	"math"
	"time"
)

// LagGuard holds all readers of a connector back while its replica lags behind
// the primary by more than a limit. A nil LagGuard does not.
type LagGuard struct {
	most     time.Duration // lag
	patience time.Duration
	turn     chan struct{} // whoever asks; the others wait behind
	asked    time.Time
	gaveUp   error
}

const (
	defaultPatience = 10 * time.Minute
	lagEvery        = 2 * time.Second        // the lag is asked for while all is well
	lagPause        = 500 * time.Millisecond // and while it is too large
)

// NewLagGuard returns the guard that l asks for: nil without a limit.
func NewLagGuard(l Limits) *LagGuard {
	if l.MaxReplicaLag <= 0 {
		return nil
	}
	g := &LagGuard{most: l.MaxReplicaLag, patience: l.MaxPause, turn: make(chan struct{}, 1)}
	if g.patience <= 0 {
		g.patience = defaultPatience
	}
	return g
}

// Wait returns when the lag is within the limit, as of two seconds ago or less.
// It asks for it, through lag, as often as that takes. Its error is lag's, ctx's,
// or ErrLag once the lag did not fall for as long as the limits allow; then the
// connector's other readers give up too.
func (g *LagGuard) Wait(ctx context.Context, lag func(context.Context) (time.Duration, error)) error {
	if g == nil {
		return nil
	}
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for began := time.Now(); g.gaveUp == nil; {
		if !g.asked.IsZero() && time.Since(g.asked) < lagEvery {
			return nil
		}
		now, err := lag(ctx)
		switch {
		case err != nil:
			return err
		case now <= g.most:
			g.asked = time.Now()
			return nil
		case time.Since(began) >= g.patience:
			g.gaveUp = fmt.Errorf("%w: %s for %s, and %s is allowed", ErrLag, words(now), g.patience, g.most)
			continue
		}
		g.asked = time.Time{}
		if err := Sleep(ctx, min(lagPause, g.patience)); err != nil {
			return err
		}
	}
	return g.gaveUp
}

// StoppedLag is the lag of a replica that does not replicate.
const StoppedLag = time.Duration(math.MaxInt64)

func words(lag time.Duration) string {
	if lag == StoppedLag {
		return "it does not replicate"
	}
	return lag.Round(time.Second).String()
}
