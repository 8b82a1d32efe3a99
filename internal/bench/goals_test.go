package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestGoals: a speed is missed where it is lower, memory where it is more, and the
// worst run tells.
func TestGoals(t *testing.T) {
	speed := contest{name: "speed", work: 10, unit: "MB", rate: 5, contenders: []contender{{name: "waybill"}}}
	memory := contest{name: "memory", beside: 64 << 20, contenders: []contender{{name: "waybill"}}}
	run := func(seconds int, peak int64) usage {
		return usage{wall: time.Duration(seconds) * time.Second, user: time.Second, peak: peak << 20}
	}
	for _, tt := range []struct {
		c    contest
		runs []usage
		want string
	}{
		{speed, []usage{run(1, 0), run(2, 0), run(2, 0)}, "reached"},
		{speed, []usage{run(1, 0), run(2, 0), run(3, 0)}, "reached, not in every run"},
		{speed, []usage{run(1, 0), run(3, 0), run(3, 0)}, "missed"},
		{memory, []usage{run(1, 100), run(1, 320), run(1, 319)}, "reached"},
		{memory, []usage{run(1, 100), run(1, 321), run(1, 100)}, "reached, not in every run"},
		{memory, []usage{run(1, 321), run(1, 321), run(1, 100)}, "missed"},
		{memory, []usage{run(1, 0)}, "not measured"},
	} {
		var b bytes.Buffer
		printGoals(&b, tt.c.standings([][]usage{tt.runs}))
		line := strings.TrimRight(b.String(), "\n")
		line = line[strings.LastIndexByte(line, '\n')+1:]
		if got := strings.TrimSpace(line); !strings.HasSuffix(got, "  "+tt.want) && !strings.Contains(got, tt.want+": ") {
			t.Errorf("%s: %v: %q, want %q", tt.c.name, tt.runs, got, tt.want)
		}
	}
}
