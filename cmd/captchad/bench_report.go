package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/captchad/captchad/cmd/captchad/load"
)

// benchReport is what bench prints as JSON. Its names are for other people's
// programs: they stay. What could not be told is null.
type benchReport struct {
	Version     string        `json:"version"`
	GoVersion   string        `json:"go_version"`
	OS          string        `json:"os"`
	Arch        string        `json:"arch"`
	CPUs        int           `json:"cpus"`
	Connections int           `json:"connections"`
	Duration    float64       `json:"step_seconds"`
	Sites       int           `json:"sites_per_dialect"`
	Records     *int          `json:"records_before"`
	Database    string        `json:"database"`
	Ledger      string        `json:"ledger,omitempty"` // none: the database
	Results     []benchResult `json:"results"`
	PeakMemory  *int64        `json:"server_peak_rss_bytes"`
	Ready       *float64      `json:"server_start_to_ready_ms"`
}

// benchResult is one step. An operation is a request, or a life of three.
type benchResult struct {
	Dialect  string `json:"dialect"`
	Step     string `json:"step"`
	Requests int    `json:"requests_per_operation"`
	benchMeasured
	Bare    *benchMeasured `json:"baseline,omitempty"`
	Rate    *float64       `json:"rate_to_baseline,omitempty"`
	Latency *float64       `json:"latency_p99_to_baseline,omitempty"`
}

type benchMeasured struct {
	Seconds    float64        `json:"seconds"`
	Operations int            `json:"operations"`
	PerSecond  float64        `json:"operations_per_second"`
	P50        float64        `json:"latency_p50_ms"`
	P99        float64        `json:"latency_p99_ms"`
	P999       float64        `json:"latency_p999_ms"`
	Bytes      int            `json:"body_bytes_per_operation"`
	CPU        *float64       `json:"server_cpu_us_per_operation"`
	Errors     map[string]int `json:"errors"`
	Example    string         `json:"error_example,omitempty"`
}

func newReport(b benchCommand, s *subject, results []load.Result) *benchReport {
	r := &benchReport{
		Version: programVersion(), GoVersion: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(),
		Connections: b.Connections, Duration: b.Duration.Seconds(), Sites: b.Sites, Database: masked(s.database), Ledger: masked(s.ledger),
	}
	if b.URL == "" {
		r.Records = &b.Records
	}
	if peak, ok := load.PeakMemory(s.pid); ok {
		r.PeakMemory = &peak
	}
	if s.startup > 0 {
		r.Ready = new(milliseconds(s.startup))
	}
	for _, result := range results {
		r.Results = append(r.Results, newBenchResult(result))
	}
	return r
}

func newBenchResult(result load.Result) benchResult {
	row := benchResult{Dialect: result.Dialect, Step: string(result.Step), Requests: 1, benchMeasured: newMeasured(&result.Measured)}
	if result.Step == load.Life {
		row.Requests = 3
	}
	if result.Bare != nil {
		row.Bare = new(newMeasured(result.Bare))
		rate, p99 := result.Compare(result.Bare)
		row.Rate, row.Latency = &rate, &p99
	}
	return row
}

func newMeasured(m *load.Measured) benchMeasured {
	told := benchMeasured{
		Seconds: m.Elapsed.Seconds(), Operations: m.Operations(), PerSecond: m.PerSecond(), Bytes: m.Bytes(),
		P50: milliseconds(m.Latency(0.5)), P99: milliseconds(m.Latency(0.99)), P999: milliseconds(m.Latency(0.999)),
		Errors: m.Errors, Example: m.Example,
	}
	if cpu, ok := m.CPUPerOperation(); ok {
		told.CPU = new(float64(cpu) / float64(time.Microsecond))
	}
	return told
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// failures is how many requests went wrong.
func (r *benchReport) failures() int {
	n := 0
	for _, result := range r.Results {
		for _, m := range result.measured() {
			for _, count := range m.Errors {
				n += count
			}
		}
	}
	return n
}

// measured is what a row holds, of the server and of what it was held against.
func (r *benchResult) measured() []*benchMeasured {
	if r.Bare == nil {
		return []*benchMeasured{&r.benchMeasured}
	}
	return []*benchMeasured{&r.benchMeasured, r.Bare}
}

func (r *benchReport) write(w io.Writer, asJSON bool) error {
	if !asJSON {
		_, err := io.WriteString(w, r.text())
		return err
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("print report: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}
