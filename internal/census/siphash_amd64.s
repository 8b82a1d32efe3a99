#include "textflag.h"

DATA turn16<>+0(SB)/8, $0x0504030201000706
DATA turn16<>+8(SB)/8, $0x0d0c0b0a09080f0e
DATA turn16<>+16(SB)/8, $0x0504030201000706
DATA turn16<>+24(SB)/8, $0x0d0c0b0a09080f0e
GLOBL turn16<>(SB), RODATA|NOPTR, $32

DATA reverse<>+0(SB)/8, $0x0001020304050607
DATA reverse<>+8(SB)/8, $0x08090a0b0c0d0e0f
DATA reverse<>+16(SB)/8, $0x0001020304050607
DATA reverse<>+24(SB)/8, $0x08090a0b0c0d0e0f
GLOBL reverse<>(SB), RODATA|NOPTR, $32

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

// The word at AX of each of the eight values, to Y12 and Y13.
#define WORD \
	VMOVQ       (R8)(AX*1), X12           \
	VMOVQ       (R10)(AX*1), X8           \
	VMOVQ       (R12)(AX*1), X13          \
	VMOVQ       (BX)(AX*1), X9            \
	VPINSRQ     $1, (R9)(AX*1), X12, X12  \
	VPINSRQ     $1, (R11)(AX*1), X8, X8   \
	VPINSRQ     $1, (R13)(AX*1), X13, X13 \
	VPINSRQ     $1, (DX)(AX*1), X9, X9    \
	VINSERTI128 $1, X8, Y12, Y12          \
	VINSERTI128 $1, X9, Y13, Y13

// Takes Y12 and Y13 in.
#define COMPRESS \
	VPXOR Y12, Y3, Y3 \
	VPXOR Y13, Y7, Y7 \
	ROUNDS            \
	ROUNDS            \
	VPXOR Y12, Y0, Y0 \
	VPXOR Y13, Y4, Y4

// Half of the output, to a and b.
#define FINISH(a, b) \
	ROUNDS            \
	ROUNDS            \
	ROUNDS            \
	ROUNDS            \
	VPXOR Y0, Y1, a   \
	VPXOR Y4, Y5, b   \
	VPXOR a, Y2, a    \
	VPXOR b, Y6, b    \
	VPXOR a, Y3, a    \
	VPXOR b, Y7, b

// Four digests, of which hi and lo hold the halves.
#define STORE(hi, lo, at) \
	VPSHUFB     Y10, hi, hi       \
	VPSHUFB     Y10, lo, lo       \
	VPUNPCKLQDQ lo, hi, Y0        \
	VPUNPCKHQDQ lo, hi, Y1        \
	VPERM2I128  $0x20, Y1, Y0, Y2 \
	VPERM2I128  $0x31, Y1, Y0, Y3 \
	VMOVDQU     Y2, at(DI)        \
	VMOVDQU     Y3, at+32(DI)

// func sipLanes(dst *[lanes]Digest, state *[4]uint64, data *byte, n int)
TEXT ·sipLanes(SB), NOSPLIT, $0-32
	MOVQ dst+0(FP), DI
	MOVQ state+8(FP), SI
	MOVQ data+16(FP), R8
	MOVQ n+24(FP), CX
	LEAQ (R8)(CX*1), R9
	LEAQ (R9)(CX*1), R10
	LEAQ (R10)(CX*1), R11
	LEAQ (R11)(CX*1), R12
	LEAQ (R12)(CX*1), R13
	LEAQ (R13)(CX*1), BX
	LEAQ (BX)(CX*1), DX
	VMOVDQU turn16<>(SB), Y15
	VPBROADCASTQ 0(SI), Y0
	VPBROADCASTQ 8(SI), Y1
	VPBROADCASTQ 16(SI), Y2
	VPBROADCASTQ 24(SI), Y3
	VMOVDQA Y0, Y4
	VMOVDQA Y1, Y5
	VMOVDQA Y2, Y6
	VMOVDQA Y3, Y7
	MOVQ CX, SI
	ANDQ $~7, SI
	XORQ AX, AX

word:
	WORD
	COMPRESS
	ADDQ $8, AX
	CMPQ AX, SI
	JNE  word

	// The last word: what is left, of which nothing may be, and the length.
	LEAQ -8(CX), AX
	WORD
	MOVQ CX, SI
	ANDQ $7, SI
	SHLQ $3, SI
	NEGQ SI
	ADDQ $64, SI
	VMOVQ SI, X14
	VPSRLQ X14, Y12, Y12
	VPSRLQ X14, Y13, Y13
	SHLQ $56, CX
	VMOVQ CX, X14
	VPBROADCASTQ X14, Y14
	VPOR Y14, Y12, Y12
	VPOR Y14, Y13, Y13
	COMPRESS

	VPBROADCASTQ ee<>(SB), Y14
	VPXOR Y14, Y2, Y2
	VPXOR Y14, Y6, Y6
	FINISH(Y12, Y13)
	VPBROADCASTQ dd<>(SB), Y14
	VPXOR Y14, Y1, Y1
	VPXOR Y14, Y5, Y5
	FINISH(Y8, Y9)
	VMOVDQU reverse<>(SB), Y10
	STORE(Y12, Y8, 0)
	STORE(Y13, Y9, 64)
	VZEROUPPER
	RET
