package metrics

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/prometheus/client_golang/prometheus"
)

// WatchReady adds whether the server can do its work.
func (m *Metrics) WatchReady(ready func(context.Context) error) {
	m.gauge("captchad_ready", "1 if the server can do its work, as /readyz tells; else 0.", func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
		defer cancel()
		if ready(ctx) != nil {
			return 0
		}
		return 1
	})
}

// scrapeTime is how long somebody who asks for all metrics waits for one.
const scrapeTime = 2 * time.Second

// WatchConnections adds how many connections are open, of how many.
func (m *Metrics) WatchConnections(open func() int, most int) {
	m.gauge("captchad_http_connections", "Connections that are open.", func() float64 { return float64(open()) })
	m.gauge("captchad_http_connections_limit", "Connections that may be open on each listener.", func() float64 { return float64(most) })
}

func (m *Metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

// WatchStock adds what the makers of puzzles have made ahead: inStock tells how much
// of it there is for the puzzles of a time, and how much there will be.
func (m *Metrics) WatchStock(inStock func(at time.Time) (made, of int), now func() time.Time) {
	m.registry.MustRegister(&stock{inStock: inStock, now: now})
}

type stock struct {
	inStock func(at time.Time) (made, of int)
	now     func() time.Time
}

var (
	stockPictures = prometheus.NewDesc("captchad_background_stock_pictures",
		"Backgrounds that are made, for puzzles of the present ten minutes and of the next.", []string{"epoch"}, nil)
	stockSize = prometheus.NewDesc("captchad_background_stock_size",
		"Backgrounds that there will be for each ten minutes.", nil, nil)
	stockAge = prometheus.NewDesc("captchad_background_stock_age_seconds",
		"Since when the latest complete stock is in use; not there if no recent one is complete.", nil, nil)
)

// Describe lists the metrics.
func (s *stock) Describe(to chan<- *prometheus.Desc) {
	to <- stockPictures
	to <- stockSize
	to <- stockAge
}

// Collect asks the makers.
func (s *stock) Collect(to chan<- prometheus.Metric) {
	now := s.now()
	made, of := s.inStock(now)
	next, _ := s.inStock(now.Add(captcha.EpochLength))
	to <- prometheus.MustNewConstMetric(stockPictures, prometheus.GaugeValue, float64(made), "present")
	to <- prometheus.MustNewConstMetric(stockPictures, prometheus.GaugeValue, float64(next), "next")
	to <- prometheus.MustNewConstMetric(stockSize, prometheus.GaugeValue, float64(of))
	for back := range 3 { // older ones are not kept
		at := now.Add(-time.Duration(back) * captcha.EpochLength)
		if made, of := s.inStock(at); made == of && of > 0 {
			begin := captcha.NewEpoch([32]byte{}, at).Start()
			to <- prometheus.MustNewConstMetric(stockAge, prometheus.GaugeValue, now.Sub(begin).Seconds())
			return
		}
	}
}

// WatchKeys adds when the youngest of the server's own keys for these purposes was made.
func (m *Metrics) WatchKeys(store captcha.KeyStore, purposes ...string) {
	m.registry.MustRegister(&keys{store: store, purposes: purposes, now: time.Now})
}

// keys are read from the store at most once in keysAge, however often anybody asks.
type keys struct {
	store    captcha.KeyStore
	purposes []string
	now      func() time.Time

	mu     sync.Mutex
	readAt time.Time
	made   map[string]time.Time // when the youngest key was made, by purpose
	err    error
}

const keysAge = time.Minute

var keyCreated = prometheus.NewDesc("captchad_key_created_timestamp_seconds",
	"When the youngest of the server's own keys was made, by its purpose: it is in use, or will be within minutes.", []string{"purpose"}, nil)

// Describe lists the metric.
func (k *keys) Describe(to chan<- *prometheus.Desc) { to <- keyCreated }

// Collect tells what is known of the keys.
func (k *keys) Collect(to chan<- prometheus.Metric) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.now(); k.readAt.IsZero() || now.Sub(k.readAt) >= keysAge {
		k.made, k.err = k.read()
		k.readAt = now
	}
	if k.err != nil {
		to <- prometheus.NewInvalidMetric(keyCreated, k.err)
		return
	}
	for purpose, made := range k.made {
		to <- prometheus.MustNewConstMetric(keyCreated, prometheus.GaugeValue, float64(made.UnixMilli())/1000, purpose)
	}
}

func (k *keys) read() (map[string]time.Time, error) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	made := map[string]time.Time{}
	for _, purpose := range k.purposes {
		all, err := k.store.Keys(ctx, purpose)
		if err != nil {
			return nil, fmt.Errorf("read keys of purpose %s: %w", purpose, err)
		}
		for _, key := range all {
			if key.RetiredAt.IsZero() && key.CreatedAt.After(made[purpose]) {
				made[purpose] = key.CreatedAt
			}
		}
	}
	return made, nil
}
