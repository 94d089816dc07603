package dialecttest

import "sync"

// Parallel makes n calls at the same time and counts what they tell, such as the
// code of an error, or "" for a success.
func Parallel(n int, call func(i int) string) map[string]int {
	var mu sync.Mutex
	var all sync.WaitGroup
	counts := map[string]int{}
	for i := range n {
		all.Go(func() {
			told := call(i)
			mu.Lock()
			defer mu.Unlock()
			counts[told]++
		})
	}
	all.Wait()
	return counts
}
