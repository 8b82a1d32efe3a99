package detectors_test

import (
	"testing"
	"testing/fstest"

	"waybill/detectors"
	"waybill/internal/detect/detecttest"
)

func TestConformance(t *testing.T) {
	detecttest.Run(t, detectors.All(), detectors.Proofs())
}

func TestProofsAreChecked(t *testing.T) {
	if err := detectors.Test(detectors.All(), detectors.Proofs()); err != nil {
		t.Error(err)
	}
	if detectors.Test(detectors.All(), fstest.MapFS{}) == nil {
		t.Error("detectors without a proof pass")
	}
}
