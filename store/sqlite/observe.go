package sqlite

import "time"

// ObserveBatches has watch told, from now on, of every transaction of the writer: how
// many writes shared it, how long it took, the disk's answer included, and why nothing
// of it was kept, if so. It is called on the writer's goroutine, between two
// transactions: it must be quick, and must not use the Store.
func (s *Store) ObserveBatches(watch func(writes int, took time.Duration, err error)) {
	s.writer.watch.Store(&watch)
}

// Waiting is how many writes wait for their turn now, and how many may.
func (s *Store) Waiting() (now, most int) { return len(s.writer.queue), cap(s.writer.queue) }

// watched runs a transaction, and tells who watches.
func (w *writer) watched(transact func() (*operation, error)) (culprit *operation, err error) {
	watch := w.watch.Load()
	if watch == nil {
		return transact()
	}
	began, writes := time.Now(), len(w.batch)
	culprit, err = transact()
	(*watch)(writes, time.Since(began), err)
	return culprit, err
}
