package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/captchad/captchad/cmd/captchad/load"
	"github.com/google/go-cmp/cmp"
)

func TestBenchRefusesWhatItCannotMeasure(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a dialect that nobody speaks":    {[]string{"--dialect=native,recaptcha"}, `dialect: "recaptcha" is none of`},
		"a step that is none":             {[]string{"--step=guess"}, `step: "guess" is none of`},
		"no connections":                  {[]string{"--connections=0"}, "connections: want at least 1"},
		"no time":                         {[]string{"--duration=0s"}, "duration: want"},
		"more time than challenges live":  {[]string{"--duration=1h"}, "duration: want"},
		"no sites":                        {[]string{"--sites=0"}, "sites: want at least 1"},
		"fewer records than none":         {[]string{"--records=-1"}, "records: want 0 or more"},
		"a server without its database":   {[]string{"--url=http://127.0.0.1:1"}, "url: name the server's database too"},
		"a database that is not there":    {[]string{"--url=http://127.0.0.1:1", database(t)}, "db: "},
		"records for a running server":    {[]string{"--url=http://127.0.0.1:1", database(t), "--records=1"}, "records: "},
		"records for another ledger":      {[]string{"--ledger=redis://127.0.0.1:1", "--records=1"}, "ledger: "},
		"a process without its server":    {[]string{"--pid=1"}, "pid: "},
		"an argument that does not exist": {[]string{"all"}, "unexpected argument"},
	} {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, code := command(t, append([]string{"bench"}, c.args...)...)
			if code != exitUsage || !strings.Contains(stderr, c.want) || stdout != "" {
				t.Errorf("exit %d: %s%s", code, stdout, stderr)
			}
		})
	}
}

// benchJSON is a report in which what a run decides is replaced by what it has to be.
func benchJSON(t *testing.T, text string) map[string]any {
	t.Helper()
	var report map[string]any
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var plain func(any) any
	plain = func(value any) any {
		switch value := value.(type) {
		case map[string]any:
			for name, member := range value {
				value[name] = plain(member)
			}
		case []any:
			for i, item := range value {
				value[i] = plain(item)
			}
		case float64:
			if value < 0 {
				t.Errorf("a number below zero in %s", text)
			}
			return "number"
		case string:
			return "text"
		}
		return value
	}
	return plain(report).(map[string]any)
}

func measuredJSON(cpu any) map[string]any {
	return map[string]any{
		"seconds": "number", "operations": "number", "operations_per_second": "number",
		"latency_p50_ms": "number", "latency_p99_ms": "number", "latency_p999_ms": "number",
		"body_bytes_per_operation": "number", "server_cpu_us_per_operation": cpu, "errors": map[string]any{},
	}
}

func TestBenchMeasuresARunningServerAndLeavesNoSites(t *testing.T) {
	db := database(t)
	p := start(t, db, "--limits=off", "--first-site=none")
	stdout, stderr, code := command(t, "bench", db, "--url="+p.url, "--json", "--duration=20ms", "--connections=2", "--sites=2", "--dialect=native")
	if code != exitOK {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	if want := "[4/4] native life: "; !strings.Contains(stderr, want) {
		t.Errorf("no %q in\n%s", want, stderr)
	}
	var results []any
	for _, step := range load.Steps() {
		result := measuredJSON(nil)
		result["dialect"], result["step"], result["requests_per_operation"] = "text", "text", "number"
		results = append(results, result)
		if !strings.Contains(stdout, `"step": "`+string(step)+`"`) {
			t.Errorf("no step %s", step)
		}
	}
	want := map[string]any{
		"version": "text", "go_version": "text", "os": "text", "arch": "text", "cpus": "number", "connections": "number",
		"step_seconds": "number", "sites_per_dialect": "number", "records_before": nil, "database": "text",
		"results": results, "server_peak_rss_bytes": nil, "server_start_to_ready_ms": nil,
	}
	if diff := cmp.Diff(want, benchJSON(t, stdout)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if sites := must(t, "site", "list", db); strings.Contains(sites, "captchad bench") {
		t.Errorf("sites are left:\n%s", sites)
	}
}

func TestBenchFailsWhereRequestsDo(t *testing.T) {
	db := database(t)
	p := start(t, db, "--limits=on", "--limit=oneaccess.issue=1", "--first-site=none")
	stdout, stderr, code := command(t, "bench", db, "--url="+p.url, "--duration=20ms", "--connections=2", "--dialect=oneaccess", "--step=issue")
	if code != exitFailed || !strings.Contains(stderr, "requests went wrong") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	if !strings.Contains(stdout, "WRONG in oneaccess issue: ") || !strings.Contains(stdout, "x status 429") {
		t.Errorf("the table does not say what went wrong:\n%s", stdout)
	}
}

func TestBenchStartsServersOfItsOwn(t *testing.T) {
	folder := t.TempDir()
	bench := exec.Command(build(t), "bench", "--json", "--baseline", "--duration=20ms", "--connections=2", "--records=100", "--dialect=cloudbase", "--step=answer")
	bench.Env = append(os.Environ(), "TMPDIR="+folder, "CAPTCHAD_DB=/nowhere/captchad.db", "CAPTCHAD_LISTEN=nowhere")
	stderr := newOutput()
	bench.Stderr = stderr
	stdout, err := bench.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	got := benchJSON(t, string(stdout))
	var cpu, memory any
	if runtime.GOOS == "linux" {
		cpu, memory = "number", "number"
	}
	result := measuredJSON(cpu)
	result["dialect"], result["step"], result["requests_per_operation"] = "text", "text", "number"
	result["baseline"], result["rate_to_baseline"], result["latency_p99_to_baseline"] = measuredJSON(cpu), "number", "number"
	if diff := cmp.Diff([]any{result}, got["results"]); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if got["records_before"] != "number" || got["server_peak_rss_bytes"] != memory || got["server_start_to_ready_ms"] != "number" {
		t.Errorf("records %v, memory %v, ready %v", got["records_before"], got["server_peak_rss_bytes"], got["server_start_to_ready_ms"])
	}
	if left, err := filepath.Glob(folder + "/captchad-bench-*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

func TestTheTableOfBenchFitsIntoAHundredColumns(t *testing.T) {
	cpu, some, many, records := 12345.0, 0.4321, 432.1, 2000
	worst := benchMeasured{Seconds: 60, PerSecond: 123456.7, P50: 99.94, P99: 1234.6, P999: 0.004, Bytes: 101234, CPU: &cpu}
	report := &benchReport{Version: "v1", OS: "linux", Arch: "amd64", CPUs: 2, GoVersion: "go1", Connections: 1, Duration: 1.5, Sites: 1, Records: &records, Database: "x.db"}
	report.Results = []benchResult{
		{Dialect: "yidun", Step: "issue", Requests: 1}, // where nothing was good there is nothing to compare
		{Dialect: "oneaccess", Step: "answer", Requests: 1, benchMeasured: worst, Bare: &worst, Rate: &some, Latency: &some},
		{Dialect: "native", Step: "life", Requests: 3, benchMeasured: benchMeasured{Errors: map[string]int{"status 429": 1000}, Example: "slow\x1b down"}, Bare: &worst, Rate: &some, Latency: &many},
	}
	want := `captchad v1 on linux/amd64, 2 CPUs, go1
1 connection, 1.5s a step, 1 site of each vendor
database x.db, 2,000 records before

VENDOR     STEP      TIME    REQ/S      P50       P99    P99.9    BYTES  CPU/REQ  RATE/GIN  P99/GIN
yidun      issue    0.0 s        0  0.00 ms   0.00 ms  0.00 ms        0        -         -        -
oneaccess  answer  60.0 s  123,456  99.9 ms  1,235 ms  0.00 ms  101,234  12.3 ms    0.43 x   0.43 x
native     life     0.0 s        0  0.00 ms   0.00 ms  0.00 ms        0        -    0.43 x    432 x

Peak memory of the server: -. From its start until it was ready: -.
A life is issue, answer and redeem, one after the other; its row counts lives.
A step that took less time than it was given has used up all that was prepared for it.
GIN is a bare gin server that sends as many bytes and does nothing else, measured in turns.
WRONG in native life: 1,000 x status 429
  such as "slow\x1b down"
`
	if diff := cmp.Diff(want, report.text()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	for line := range strings.Lines(report.text()) {
		if len(line) > 101 {
			t.Errorf("%d columns: %s", len(line)-1, line)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 123456: "123,456", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
