package detect

import "testing"

func TestRealDate(t *testing.T) {
	for ymd, want := range map[int]bool{
		20000229: true, 19000229: false, 20240229: true, 20230229: false, 20241231: true, 20241301: false, 20240431: false, 20240100: false,
	} {
		if RealDate(ymd) != want {
			t.Errorf("RealDate(%d) is %v", ymd, !want)
		}
	}
}
