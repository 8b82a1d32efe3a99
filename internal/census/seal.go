package census

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
)

// fileID is drawn for every file and stands in its header.
type fileID [16]byte

func newFileID() (id fileID) {
	rand.Read(id[:])
	return id
}

func randomName() string {
	id := newFileID()
	return hex.EncodeToString(id[:8])
}

// keyCheck tells census keys apart without telling them: HMAC-SHA-256 of a
// constant.
type keyCheck [16]byte

func newKeyCheck(key []byte) keyCheck {
	d := derive(key, useCheck, nil)
	return keyCheck(d[:16])
}

// sealer encrypts the blocks of one file with AES-256-GCM, under a key that is
// derived from the census key and the file's ID. A block's nonce is its number,
// so it opens at its own place in its own file only; its tag is the checksum.
type sealer struct {
	aead  cipher.AEAD
	nonce [12]byte
}

const sealOverhead = 16

// Numbers of blocks that are not numbered from 0 on.
const (
	footerBlock   = 1 << 63
	manifestBlock = 1<<63 + 1
)

func newSealer(key []byte, id fileID) *sealer {
	k := derive(key, useFile, id[:])
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic(err) // only for a key of another length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for a cipher of another block size
	}
	return &sealer{aead: aead}
}

func (s *sealer) seal(dst, plain []byte, number uint64) []byte {
	binary.BigEndian.PutUint64(s.nonce[4:], number)
	return s.aead.Seal(dst, s.nonce[:], plain, nil)
}

func (s *sealer) open(dst, sealed []byte, number uint64) ([]byte, error) {
	binary.BigEndian.PutUint64(s.nonce[4:], number)
	return s.aead.Open(dst, s.nonce[:], sealed, nil)
}
