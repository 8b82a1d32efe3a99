//go:build unix

package detectors_test

import (
	"syscall"
	"testing"
	"time"

	"waybill/detectors"
	"waybill/internal/classify"
	"waybill/internal/detect"
)

// BenchmarkSurvey weighs the same batch as a scan does, with every kind, and
// reports cells a second of processor time.
func BenchmarkSurvey(b *testing.B) {
	cells := customers()
	set, err := detect.NewSet(detectors.All()...)
	if err != nil {
		b.Fatal(err)
	}
	s := classify.New(set).Survey(classify.Table{Name: "t"})
	b.ReportAllocs()
	start := processorTime(b)
	for b.Loop() {
		s.Add(cells)
	}
	spent := processorTime(b) - start
	b.ReportMetric(float64(b.N)*float64(cells.Rows()*cells.Width())/spent.Seconds(), "cells/cpu-s")
}

// processorTime is what the process has used of the processors.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
