package census

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapped maps memory for n items, by the huge page where the system allows it:
// they are gone to in no order, so that small pages are faulted in one by one and
// are too many for the processor's table of pages. No item may hold a pointer.
// Where no memory can be mapped they come from the heap. release, unless it is nil,
// gives the memory back; no item may be looked at after it.
func mapped[T any](n int) (items []T, release func() error) {
	mem, err := unix.Mmap(-1, 0, n*int(unsafe.Sizeof(items[0])), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return make([]T, n), nil
	}
	_ = unix.Madvise(mem, unix.MADV_HUGEPAGE) // advice: without it the pages are small
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(mem))), n), func() error { return unix.Munmap(mem) }
}
