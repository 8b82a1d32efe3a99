package scan

import (
	"runtime"
	"sync"

	"waybill/internal/batch"
	"waybill/internal/census"
)

// crew is the workers of one task. A dataset is read by one goroutine or, in
// parts, by a few, and its batches are counted by several, so that neither the
// store nor the counting waits for the other.
type crew struct {
	workers    []*worker
	full, free chan *batch.Batch
	counting   sync.WaitGroup
}

// mostWorkers keep up with any reader, and bound the batches in memory.
const mostWorkers = 4

func newCrew(p *Plan, t *Task, c *census.Census, add func(*census.Records)) *crew {
	n := min(runtime.GOMAXPROCS(0), mostWorkers)
	w := &crew{full: make(chan *batch.Batch, 2*n), free: make(chan *batch.Batch, 2*n)}
	for range 2 * n {
		w.free <- new(batch.Batch)
	}
	for range n {
		one := newWorker(p, t, c, add)
		w.workers = append(w.workers, one)
		w.counting.Go(func() {
			for b := range w.full {
				one.batch(b)
				w.free <- b
			}
		})
	}
	return w
}

// take has the rows of b counted. It gives b the memory of another batch, and
// waits while all of them are full.
func (w *crew) take(b *batch.Batch) {
	next := <-w.free
	*next, *b = *b, *next
	w.full <- next
}

// end waits until all is counted, and returns a worker with the counts of all.
func (w *crew) end() *worker {
	close(w.full)
	w.counting.Wait()
	for _, other := range w.workers[1:] {
		w.workers[0].merge(other)
	}
	return w.workers[0]
}
