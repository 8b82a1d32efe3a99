package scan

import (
	"runtime"
	"sync"

	"waybill/internal/batch"
	"waybill/internal/census"
)

// crew is the workers of one task. A dataset is read by one goroutine or, in
// parts, by a few. Where these are as many as the workers, each counts what it has
// read, while the store fills the way to it: to wait for so little at a time as the
// store sends at once costs both sides more than reading it does. Fewer readers
// have their batches counted by the workers' own goroutines, so that neither the
// store nor the counting waits for the other.
type crew struct {
	workers    []*worker
	idle       chan *worker      // of those that the readers make use of; nil = they have goroutines
	full, free chan *batch.Batch // to and from those
	counting   sync.WaitGroup
}

// mostWorkers keep up with any reader, and bound the batches in memory.
const mostWorkers = 4

func newCrew(p *Plan, t *Task, c *census.Census, readers int, add func(*census.Records)) *crew {
	n := min(runtime.GOMAXPROCS(0), mostWorkers)
	w := &crew{}
	for range n {
		w.workers = append(w.workers, newWorker(p, t, c, add))
	}
	if readers >= n {
		w.idle = make(chan *worker, n)
		for _, one := range w.workers {
			w.idle <- one
		}
		return w
	}
	w.full, w.free = make(chan *batch.Batch, 2*n), make(chan *batch.Batch, 2*n)
	for range 2 * n {
		w.free <- new(batch.Batch)
	}
	for _, one := range w.workers {
		w.counting.Go(func() {
			for b := range w.full {
				one.batch(b)
				w.free <- b
			}
		})
	}
	return w
}

// take has the rows of b counted, itself or by giving b the memory of another
// batch. It waits while all workers are busy.
func (w *crew) take(b *batch.Batch) {
	if w.idle != nil {
		one := <-w.idle
		one.batch(b)
		w.idle <- one
		return
	}
	next := <-w.free
	*next, *b = *b, *next
	w.full <- next
}

// end waits until all is counted, and returns a worker with the counts of all.
func (w *crew) end() *worker {
	if w.full != nil {
		close(w.full)
		w.counting.Wait()
	}
	for _, other := range w.workers[1:] {
		w.workers[0].merge(other)
	}
	return w.workers[0]
}
