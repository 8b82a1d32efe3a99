#include "textflag.h"

DATA turn16<>+0(SB)/8, $0x0504030201000706
DATA turn16<>+8(SB)/8, $0x0d0c0b0a09080f0e
DATA turn16<>+16(SB)/8, $0x0504030201000706
DATA turn16<>+24(SB)/8, $0x0d0c0b0a09080f0e
GLOBL turn16<>(SB), RODATA|NOPTR, $32

DATA ee<>+0(SB)/8, $0xee
GLOBL ee<>(SB), RODATA|NOPTR, $8
DATA dd<>+0(SB)/8, $0xdd
GLOBL dd<>(SB), RODATA|NOPTR, $8

// One round of four lanes; t and u are scratch, Y15 holds turn16.
#define ROUND(v0, v1, v2, v3, t, u) \
	VPADDQ  v1, v0, v0    \
	VPADDQ  v3, v2, v2    \
	VPSLLQ  $13, v1, t    \
	VPSRLQ  $51, v1, v1   \
	VPSHUFB Y15, v3, v3   \
	VPOR    t, v1, v1     \
	VPXOR   v2, v3, v3    \
	VPXOR   v0, v1, v1    \
	VPSHUFD $0xb1, v0, v0 \
	VPADDQ  v3, v0, v0    \
	VPADDQ  v1, v2, v2    \
	VPSLLQ  $21, v3, t    \
	VPSRLQ  $43, v3, v3   \
	VPSLLQ  $17, v1, u    \
	VPSRLQ  $47, v1, v1   \
	VPOR    t, v3, v3     \
	VPOR    u, v1, v1     \
	VPXOR   v0, v3, v3    \
	VPXOR   v2, v1, v1    \
	VPSHUFD $0xb1, v2, v2

// The same for the eight lanes.
#define ROUNDS \
	ROUND(Y0, Y1, Y2, Y3, Y8, Y9)   \
	ROUND(Y4, Y5, Y6, Y7, Y10, Y11)

// func sipLanes(out *[2 * lanes]uint64, state *[4]uint64, m *uint64, words int)
TEXT ·sipLanes(SB), NOSPLIT, $0-32
	MOVQ out+0(FP), DI
	MOVQ state+8(FP), SI
	MOVQ m+16(FP), DX
	MOVQ words+24(FP), CX
	VMOVDQU turn16<>(SB), Y15
	VPBROADCASTQ 0(SI), Y0
	VPBROADCASTQ 8(SI), Y1
	VPBROADCASTQ 16(SI), Y2
	VPBROADCASTQ 24(SI), Y3
	VMOVDQA Y0, Y4
	VMOVDQA Y1, Y5
	VMOVDQA Y2, Y6
	VMOVDQA Y3, Y7

word:
	VMOVDQU 0(DX), Y12
	VMOVDQU 32(DX), Y13
	VPXOR Y12, Y3, Y3
	VPXOR Y13, Y7, Y7
	ROUNDS
	ROUNDS
	VPXOR Y12, Y0, Y0
	VPXOR Y13, Y4, Y4
	ADDQ $64, DX
	DECQ CX
	JNZ  word

	VPBROADCASTQ ee<>(SB), Y14
	VPXOR Y14, Y2, Y2
	VPXOR Y14, Y6, Y6
	ROUNDS
	ROUNDS
	ROUNDS
	ROUNDS
	VPXOR Y0, Y1, Y12
	VPXOR Y2, Y3, Y13
	VPXOR Y12, Y13, Y12
	VMOVDQU Y12, 0(DI)
	VPXOR Y4, Y5, Y12
	VPXOR Y6, Y7, Y13
	VPXOR Y12, Y13, Y12
	VMOVDQU Y12, 32(DI)

	VPBROADCASTQ dd<>(SB), Y14
	VPXOR Y14, Y1, Y1
	VPXOR Y14, Y5, Y5
	ROUNDS
	ROUNDS
	ROUNDS
	ROUNDS
	VPXOR Y0, Y1, Y12
	VPXOR Y2, Y3, Y13
	VPXOR Y12, Y13, Y12
	VMOVDQU Y12, 64(DI)
	VPXOR Y4, Y5, Y12
	VPXOR Y6, Y7, Y13
	VPXOR Y12, Y13, Y12
	VMOVDQU Y12, 96(DI)
	VZEROUPPER
	RET
