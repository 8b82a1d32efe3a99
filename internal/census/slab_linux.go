package census

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapChunks maps memory for n chunks, by the huge page where the system allows
// it: their partitions are written to in no order, so that small pages are
// faulted in one by one and are too many for the processor's table of pages.
// Where no memory can be mapped they come from the heap.
func mapChunks(n int) (chunks []chunk, release func() error) {
	mem, err := unix.Mmap(-1, 0, n*chunkSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return make([]chunk, n), nil
	}
	_ = unix.Madvise(mem, unix.MADV_HUGEPAGE) // advice: without it the pages are small
	return unsafe.Slice((*chunk)(unsafe.Pointer(unsafe.SliceData(mem))), n), func() error { return unix.Munmap(mem) }
}
