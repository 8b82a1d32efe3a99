package detect_test

import (
	"testing"

	"waybill/internal/detect"
)

func TestStarred(t *testing.T) {
	for _, c := range []struct {
		in           string
		clear, stars int
	}{
		{"138****5671", 7, 4},
		{"138xxxx5671", 7, 4},
		{"110105********002X", 10, 8},
		{"6222 **** **** 2230", 8, 8},
		{"张**", 1, 2},
		{"张●三", 2, 1},
		{"13812345671", 0, 0},
		{"", 0, 0},
	} {
		if clear, stars := detect.Starred([]byte(c.in)); clear != c.clear || stars != c.stars {
			t.Errorf("Starred(%q) = %d, %d, want %d, %d", c.in, clear, stars, c.clear, c.stars)
		}
	}
}

func TestHashed(t *testing.T) {
	for v, want := range map[string]bool{
		"e10adc3949ba59abbe56e057f20f883e":                                 true,
		"E10ADC3949BA59ABBE56E057F20F883E":                                 true,
		"63352135016fb839e15797624425d35934a524ef":                         true,
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08": true,
		"U2FsdGVkX1+vupppZksvRf5pq5g5XjFRIipRkwB0K1Y=":                     true,
		"c29tZSBzZWNyZXQgdGV4dA==":                                         true,
		"12345678901234567890123456789012":                                 false,
		"e10adc3949ba59abbe56e057f20f883":                                  false,
		"e10adc3949ba59abbE56e057f20f883e":                                 false,
		"张伟":                                                               false,
		"":                                                                 false,
		"abcdefghijklmnopqrstuvwx":                                         false,
		"6ba7b810-9dad-11d1-80b4-00c04fd430c8":                             false,
	} {
		if got := detect.Hashed([]byte(v)); got != want {
			t.Errorf("Hashed(%q) = %v", v, got)
		}
	}
}

func TestFiller(t *testing.T) {
	for v, want := range map[string]bool{
		"00000000000": true, "1111": true, "123456789012": true, "0123456789": true, "987654321": true, "9876543210987": true,
		"NULL": true, "n/a": true, "无": true, "暂无": true, "-": true, "\\N": true, "test": true,
		"13888888888": false, "13812345678": false, "111": false, "12": false, "张伟": false, "no": false, "****": false,
	} {
		if got := detect.Filler([]byte(v)); got != want {
			t.Errorf("Filler(%q) = %v", v, got)
		}
	}
	if detect.Filler(nil) {
		t.Error("the empty value is no placeholder")
	}
}
