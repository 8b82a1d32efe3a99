package census

import (
	"encoding/binary"
	"encoding/hex"
	"testing"
)

// The first vectors of vectors_sip128 in the authors' reference code: the key
// is 00 01 … 0f, message n is the n bytes 00 01 … .
var sipVectors = []string{
	"a3817f04ba25a8e66df67214c7550293",
	"da87c1d86b99af44347659119b22fc45",
	"8177228da4a45dc7fca38bdef60affe4",
	"9c70b60c5267a94e5f33b6b02985ed51",
	"f88164c12d9c8faf7d0f6e7c7bcd5579",
	"1368875980776f8854527a07690e9627",
	"14eeca338b208613485ea0308fd7a15e",
	"a1f1ebbed8dbc153c0b84aa61ff08239",
	"3b62a9ba6258f5610f83e264f31497b4",
	"264499060ad9baabc47f8b02bb6d71ed",
}

func TestSipHashVectors(t *testing.T) {
	var k, m [16]byte
	for i := range k {
		k[i], m[i] = byte(i), byte(i)
	}
	key := sipKey{binary.LittleEndian.Uint64(k[:8]), binary.LittleEndian.Uint64(k[8:])}
	for n, want := range sipVectors {
		hi, lo := key.sip128(m[:n])
		got := hex.EncodeToString(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, hi), lo))
		if got != want {
			t.Errorf("%d bytes: %s, want %s", n, got, want)
		}
	}
}
