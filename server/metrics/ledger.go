package metrics

import (
	"context"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/prometheus/client_golang/prometheus"
)

func (m *Metrics) makeLedger() {
	m.operations = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "captchad_ledger_operation_duration_seconds", Help: "How long the ledger took, waiting included.", Buckets: durations,
	}, []string{"operation"})
	m.failures = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "captchad_ledger_operation_failures_total", Help: "Operations that the ledger failed at, or was too busy for. Refusals by the rules are none.",
	}, []string{"operation"})
	for _, operation := range []string{opUpdate, opRecord, opForget} { // so that a failure is seen as an increase
		m.failures.WithLabelValues(operation)
	}
	m.batches = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "captchad_ledger_batch_size", Help: "How many writes shared a transaction.", Buckets: prometheus.ExponentialBuckets(1, 2, 9),
	})
	m.commits = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "captchad_ledger_commit_duration_seconds", Help: "How long transactions took, the disk included.", Buckets: durations,
	})
	m.broken = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "captchad_ledger_commit_failures_total", Help: "Transactions of which nothing was kept.",
	})
	m.registry.MustRegister(m.operations, m.failures)
}

// The operations of a ledger.
const (
	opUpdate = "update"
	opRecord = "record"
	opForget = "forget"
)

// Ledger is the ledger with its operations timed.
func (m *Metrics) Ledger(ledger captcha.Ledger) captcha.Ledger { return timedLedger{ledger, m} }

type timedLedger struct {
	captcha.Ledger
	metrics *Metrics
}

// Update is the ledger's.
func (l timedLedger) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) (err error) {
	defer l.timed(opUpdate, time.Now(), &err)
	return l.Ledger.Update(ctx, ch, change)
}

// Record is the ledger's.
func (l timedLedger) Record(ctx context.Context, ch captcha.Challenge) (_ captcha.Record, err error) {
	defer l.timed(opRecord, time.Now(), &err)
	return l.Ledger.Record(ctx, ch)
}

// Forget is the ledger's.
func (l timedLedger) Forget(ctx context.Context, before time.Time) (_ int, err error) {
	defer l.timed(opForget, time.Now(), &err)
	return l.Ledger.Forget(ctx, before)
}

func (l timedLedger) timed(operation string, began time.Time, err *error) {
	l.metrics.operations.WithLabelValues(operation).Observe(time.Since(began).Seconds())
	if code := captcha.CodeOf(*err); code == captcha.Internal || code == captcha.Busy {
		l.metrics.failures.WithLabelValues(operation).Inc()
	}
}

// WatchWriter adds what there is to tell of a writer that commits many writes at
// once: waiting tells how many there are in its queue, and how many fit. Batch is to
// be called after each transaction.
func (m *Metrics) WatchWriter(waiting func() (now, most int)) (batch func(writes int, took time.Duration, err error)) {
	m.registry.MustRegister(m.batches, m.commits, m.broken,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "captchad_ledger_queue_length", Help: "Writes that wait for their turn.",
		}, func() float64 { now, _ := waiting(); return float64(now) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "captchad_ledger_queue_capacity", Help: "Writes that may wait; more are refused as busy.",
		}, func() float64 { _, most := waiting(); return float64(most) }))
	return func(writes int, took time.Duration, err error) {
		m.batches.Observe(float64(writes))
		m.commits.Observe(took.Seconds())
		if err != nil {
			m.broken.Inc()
		}
	}
}
