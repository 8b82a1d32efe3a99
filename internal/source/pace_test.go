package source_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"waybill/internal/batch"
	"waybill/internal/source"
)

// hundredRows is a batch of 100 rows of 10 bytes.
func hundredRows() *batch.Batch {
	b := batch.New("a")
	for range 100 {
		b.Column(0).AppendString("0123456789")
		b.EndRow()
	}
	return b
}

func TestPaceKeepsTheSlowerRate(t *testing.T) {
	for _, tt := range []struct {
		limits source.Limits
		want   time.Duration
	}{
		{source.Limits{}, 0},
		{source.Limits{RowsPerSecond: 50}, 10 * time.Second},
		{source.Limits{BytesPerSecond: 500}, 10 * time.Second},
		{source.Limits{RowsPerSecond: 50, BytesPerSecond: 100}, 50 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			pace, start := source.NewPace(tt.limits), time.Now()
			for range 5 {
				if err := pace.Wait(t.Context(), hundredRows()); err != nil {
					t.Fatal(err)
				}
			}
			if got := time.Since(start).Round(time.Millisecond); got != tt.want {
				t.Errorf("%+v: 500 rows of 10 bytes took %s, want %s", tt.limits, got, tt.want)
			}
		})
	}
}

func TestPaceEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := source.NewPace(source.Limits{RowsPerSecond: 1}).Wait(ctx, hundredRows())
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error is %v", err)
		}
	})
}
