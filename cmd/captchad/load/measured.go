package load

import (
	"math"
	"slices"
	"time"
)

// Measured is what operations have come to. An operation is one request, or in the
// step [Life] three.
type Measured struct {
	Elapsed time.Duration
	CPU     time.Duration // that the server has used meanwhile
	HasCPU  bool          // whether that could be told
	Errors  map[string]int
	Example string // of an answer that was not expected

	latencies []uint32 // of the operations that were good, in microseconds
	bytes     [mostCalls]int64
	sample    []call // one operation
}

// Operations is how many were good.
func (m *Measured) Operations() int { return len(m.latencies) }

// Failures is how many were not.
func (m *Measured) Failures() int {
	n := 0
	for _, count := range m.Errors {
		n += count
	}
	return n
}

// PerSecond is how many were good in a second.
func (m *Measured) PerSecond() float64 { return ratio(float64(m.Operations()), m.Elapsed.Seconds()) }

// Bytes is how many the answers to an operation had, without their headers.
func (m *Measured) Bytes() int {
	sum := 0
	for _, size := range m.sizes() {
		sum += size
	}
	return sum
}

// CPUPerOperation is what the server has used for one, if that could be told.
func (m *Measured) CPUPerOperation() (time.Duration, bool) {
	if !m.HasCPU || m.Operations() == 0 {
		return 0, false
	}
	return m.CPU / time.Duration(m.Operations()), true
}

// Latency is how long the operations took of which that share was as fast or
// faster: 0.5 for the median.
func (m *Measured) Latency(share float64) time.Duration {
	if len(m.latencies) == 0 {
		return 0
	}
	rank := int(math.Ceil(share * float64(len(m.latencies))))
	return time.Duration(m.latencies[max(rank, 1)-1]) * time.Microsecond
}

// Compare tells the rate and the 99th percentile as a share of those of other; 0:
// nothing to compare.
func (m *Measured) Compare(other *Measured) (rate, p99 float64) {
	return ratio(m.PerSecond(), other.PerSecond()), ratio(float64(m.Latency(0.99)), float64(other.Latency(0.99)))
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// sizes are those of the answers to the requests of one operation.
func (m *Measured) sizes() []int {
	var sizes []int
	for i := range m.sample {
		sizes = append(sizes, int(math.Round(ratio(float64(m.bytes[i]), float64(m.Operations())))))
	}
	return sizes
}

// gather adds what a worker has seen.
func (m *Measured) gather(w *worker) {
	m.latencies = append(m.latencies, w.latencies...)
	for i, n := range w.bytes {
		m.bytes[i] += n
	}
	if len(w.sample) > 0 {
		m.sample = w.sample
	}
	m.explain(w.example)
	for kind, n := range w.errors {
		m.fail(kind, n)
	}
}

// add adds a later turn of the same.
func (m *Measured) add(turn Measured) {
	m.Elapsed += turn.Elapsed
	m.CPU += turn.CPU
	m.HasCPU = turn.HasCPU
	m.latencies = append(m.latencies, turn.latencies...)
	for i, n := range turn.bytes {
		m.bytes[i] += n
	}
	if len(turn.sample) > 0 {
		m.sample = turn.sample
	}
	m.explain(turn.Example)
	for kind, n := range turn.Errors {
		m.fail(kind, n)
	}
}

func (m *Measured) explain(example string) {
	if m.Example == "" {
		m.Example = example
	}
}

func (m *Measured) fail(kind string, n int) {
	if m.Errors == nil {
		m.Errors = map[string]int{}
	}
	m.Errors[kind] += n
}

// sort makes the latencies ready to be asked for.
func (m *Measured) sort() {
	slices.Sort(m.latencies)
	if m.Errors == nil {
		m.Errors = map[string]int{}
	}
}
