package main

import (
	"context"
	"slices"
	"testing"
)

// TestTurns: whoever is measured, its runs are its own, and none always follows the
// same other.
func TestTurns(t *testing.T) {
	var order []int64
	var c contest
	for i := range int64(3) {
		c.contenders = append(c.contenders, contender{name: "one", run: func(context.Context) (usage, error) {
			order = append(order, i)
			return usage{peak: i}, nil
		}})
	}
	all, err := c.run(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, runs := range all {
		if len(runs) != 3 || slices.ContainsFunc(runs, func(u usage) bool { return u.peak != int64(i) }) {
			t.Errorf("contender %d: %v", i, runs)
		}
	}
	if want := []int64{0, 1, 2, 2, 1, 0, 0, 1, 2}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}
