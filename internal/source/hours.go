package source

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Hours are the hours of the day in which a store may be read. The zero Hours
// are all day.
type Hours struct {
	From, To time.Duration // since midnight; To before From lasts over midnight
	Zone     *time.Location
	Stop     bool // do not wait for them
}

// ErrHours is why a read was not begun outside the hours.
var ErrHours = errors.New("outside the hours in which the source may be read")

// Wait returns at once within the hours. Outside of them it waits until they
// begin, or returns ErrHours where they say Stop.
func (h Hours) Wait(ctx context.Context) error {
	for {
		wait := h.Until(time.Now())
		if wait == 0 {
			return ctx.Err()
		}
		if h.Stop {
			return fmt.Errorf("%w (%s)", ErrHours, h)
		}
		if err := Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// Until is the time from t to the next moment within the hours; 0 within them.
func (h Hours) Until(t time.Time) time.Duration {
	if h.From == h.To {
		return 0
	}
	if h.Zone != nil {
		t = t.In(h.Zone)
	}
	y, m, d := t.Date()
	at := func(day int, since time.Duration) time.Time {
		return time.Date(y, m, d+day, 0, int(since/time.Minute), 0, 0, t.Location())
	}
	from, to := at(0, h.From), at(0, h.To)
	switch over := h.To < h.From; {
	case over && (t.Before(to) || !t.Before(from)), !over && !t.Before(from) && t.Before(to):
		return 0
	case t.Before(from):
		return from.Sub(t)
	}
	return at(1, h.From).Sub(t)
}

// String is the hours as they are configured, 01:00-05:00 Asia/Shanghai.
func (h Hours) String() string {
	clock := func(d time.Duration) string { return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60) }
	s := clock(h.From) + "-" + clock(h.To)
	if h.Zone != nil {
		s += " " + h.Zone.String()
	}
	return s
}

// Sleep waits, or returns ctx's error when it ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
