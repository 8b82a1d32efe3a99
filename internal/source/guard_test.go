package source_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"waybill/internal/source"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

func TestHoursUntil(t *testing.T) {
	night := source.Hours{From: time.Hour, To: 5 * time.Hour, Zone: shanghai}
	over := source.Hours{From: 22*time.Hour + 30*time.Minute, To: 5 * time.Hour, Zone: shanghai}
	for _, tt := range []struct {
		hours source.Hours
		at    string // UTC
		want  time.Duration
	}{
		{source.Hours{}, "12:00", 0},
		{night, "16:59", time.Minute}, // 00:59 in Shanghai
		{night, "17:00", 0},
		{night, "20:59", 0},
		{night, "21:00", 20 * time.Hour},
		{over, "14:29", time.Minute},
		{over, "14:30", 0},
		{over, "16:30", 0},
		{over, "20:59", 0},
		{over, "21:00", 17*time.Hour + 30*time.Minute},
	} {
		at, err := time.Parse("2006-01-02 15:04", "2026-11-22 "+tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.hours.Until(at); got != tt.want {
			t.Errorf("%s at %s UTC: %s, want %s", tt.hours, tt.at, got, tt.want)
		}
	}
}

func TestHoursWaitOrStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which begins at midnight UTC, 08:00 in Shanghai
		night := source.Hours{From: time.Hour, To: 5 * time.Hour, Zone: shanghai}
		start := time.Now()
		if err := night.Wait(t.Context()); err != nil || time.Since(start) != 17*time.Hour {
			t.Errorf("waited %s, %v", time.Since(start), err)
		}
		time.Sleep(5 * time.Hour)
		night.Stop = true
		if err := night.Wait(t.Context()); !errors.Is(err, source.ErrHours) {
			t.Errorf("error is %v", err)
		}
	})
}

func TestLagGuard(t *testing.T) {
	limits := source.Limits{MaxReplicaLag: 10 * time.Second, MaxPause: time.Minute}
	synctest.Test(t, func(t *testing.T) {
		guard, start, asked := source.NewLagGuard(limits), time.Now(), 0
		// The replica needs half a minute to come back.
		lag := func(context.Context) (time.Duration, error) {
			asked++
			if time.Since(start) < 30*time.Second {
				return 11 * time.Second, nil
			}
			return 10 * time.Second, nil
		}
		if err := guard.Wait(t.Context(), lag); err != nil || time.Since(start) != 30*time.Second {
			t.Errorf("waited %s, %v", time.Since(start), err)
		}
		before := asked
		for range 1000 {
			if err := guard.Wait(t.Context(), lag); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n := asked - before; n < 4 || n > 5 {
			t.Errorf("asked %d times in ten seconds, want every second one", n)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		guard, start := source.NewLagGuard(limits), time.Now()
		far := func(context.Context) (time.Duration, error) { return time.Hour, nil }
		errs := make(chan error, 2)
		for range cap(errs) {
			go func() { errs <- guard.Wait(t.Context(), far) }()
		}
		for range cap(errs) {
			if err := <-errs; !errors.Is(err, source.ErrLag) {
				t.Errorf("error is %v", err)
			}
		}
		if took := time.Since(start); took > 61*time.Second {
			t.Errorf("gave up after %s", took)
		}
	})
}
