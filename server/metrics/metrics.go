// Package metrics counts what a server does, for Prometheus.
//
// Whoever puts a server together hands the methods of [Metrics] to those who have
// something to tell: Observe to the core, Watch and Limited to the server, and so on.
// Nobody else knows that there are metrics.
//
// What a metric is divided by has few values, however many visitors there are and
// whatever they send: no address, no ID and no path is among them, and of Sites only
// those that exist, up to a number.
package metrics

import (
	"context"
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are those of one server. Make them with [New].
type Metrics struct {
	registry *prometheus.Registry
	sites    *siteLabels

	steps    map[captcha.Step]*prometheus.CounterVec
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	limited  *prometheus.CounterVec

	operations *prometheus.HistogramVec
	failures   *prometheus.CounterVec
	batches    prometheus.Histogram
	commits    prometheus.Histogram
	broken     prometheus.Counter
}

// MaxSites is how many Sites have numbers of their own. Further ones are counted
// together, as the Site "other", until the next start.
const MaxSites = 500

// New makes Metrics of a program of this version.
func New(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(), sites: newSiteLabels(MaxSites), steps: map[captcha.Step]*prometheus.CounterVec{}}
	for step, metric := range stepMetrics {
		m.steps[step] = prometheus.NewCounterVec(metric, []string{"dialect", "site", "kind", "code"})
		m.registry.MustRegister(m.steps[step])
	}
	m.makeHTTP()
	m.makeLedger()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "captchad_build_info", Help: "1, with the version of the program.", ConstLabels: prometheus.Labels{"version": version},
	})
	info.Set(1)
	m.registry.MustRegister(info, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers with all there is, in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		// What cannot be read now, such as keys while the store is away, is left
		// out; the rest says what is wrong.
		ErrorHandling:       promhttp.ContinueOnError,
		MaxRequestsInFlight: 4,
	})
}

// stepMetrics say what is counted of each step.
var stepMetrics = map[captcha.Step]prometheus.CounterOpts{
	captcha.Issued:   {Name: "captchad_challenges_issued_total", Help: "Challenges that were issued (code ok), or not, and why not."},
	captcha.Answered: {Name: "captchad_challenges_answered_total", Help: "Answers that were right (code ok), or were not, and why not."},
	captcha.Redeemed: {Name: "captchad_passes_redeemed_total", Help: "Passes that were good and are used up (code ok), or were not, and why not."},
	captcha.Checked:  {Name: "captchad_passes_checked_total", Help: "Passes that were looked at and are good (code ok), or are not, and why not."},
}

// Observe counts an Event.
func (m *Metrics) Observe(_ context.Context, e captcha.Event) {
	kind := orNone("") // of what was never issued
	if e.Kind != 0 {
		kind = e.Kind.String()
	}
	if counter, ok := m.steps[e.Step]; ok {
		counter.WithLabelValues(e.Dialect, m.sites.label(e.Site), kind, orOK(string(e.Code))).Inc()
	}
}

// durations are the upper ends of the buckets, in seconds: from what a request takes
// that asks no disk to what nobody waits for.
var durations = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func (m *Metrics) makeHTTP() {
	m.requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "captchad_http_requests_total", Help: "Requests that were answered (code ok), or refused, and why: in our own word or with the vendor's code. Many vendors refuse with status 200.",
	}, []string{"dialect", "route", "method", "status", "code"})
	m.duration = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "captchad_http_request_duration_seconds", Help: "How long requests took, by the pattern of their path.", Buckets: durations,
	}, []string{"dialect", "route"})
	m.inFlight = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "captchad_http_requests_in_flight", Help: "Requests that are being answered.",
	})
	m.limited = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "captchad_limited_requests_total", Help: "Requests that were refused because their caller or their Site made too many, by the limit's name.",
	}, []string{"limit"})
	m.registry.MustRegister(m.requests, m.duration, m.inFlight, m.limited)
}

// Watch counts and times requests.
func (m *Metrics) Watch(ctx context.Context, r server.Request) (context.Context, func(server.Answer)) {
	began := time.Now()
	m.inFlight.Inc()
	return ctx, func(answer server.Answer) {
		m.inFlight.Dec()
		dialect, route := orNone(r.Dialect), orNone(r.Route)
		m.requests.WithLabelValues(dialect, route, r.Method, statusLabel(answer.Status), outcome(answer)).Inc()
		m.duration.WithLabelValues(dialect, route).Observe(time.Since(began).Seconds())
	}
}

// Limited counts a request that a limit has stopped.
func (m *Metrics) Limited(limit string) { m.limited.WithLabelValues(limit).Inc() }
