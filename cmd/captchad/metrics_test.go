package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var metricsAt = regexp.MustCompile(`(?m)^Metrics on (http://\S+)$`)

func TestMetricsAreServedOnlyWhereTheOperatorWantsThem(t *testing.T) {
	for _, c := range []struct {
		name      string
		args      []string
		main, own int // status of /metrics; own 0: there is no such listener
	}{
		{"not at all by default", []string{"serve", database(t)}, 404, 0},
		{"on the main listener", []string{"serve", database(t), "--metrics"}, 200, 0},
		{"on one of their own, and there alone", []string{"serve", database(t), "--metrics", "--metrics-listen=127.0.0.1:0"}, 404, 200},
		{"in mock mode too", []string{"mock", "--metrics-listen=127.0.0.1:0"}, 404, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := start(t, c.args...)
			if status, _ := get(t, p.url+"/metrics", nil); status != c.main {
				t.Errorf("main listener: status %d, want %d", status, c.main)
			}
			found := metricsAt.FindStringSubmatch(p.stdout.String())
			if (found != nil) != (c.main == 200 || c.own != 0) {
				t.Fatalf("what is printed: %s", p.stdout)
			}
			if found == nil {
				return
			}
			if status, body := get(t, found[1], nil); status != 200 || !strings.Contains(body, "captchad_ready 1\n") {
				t.Errorf("%s: %d %.200s", found[1], status, body)
			}
			if c.own == 0 {
				return
			}
			own := strings.TrimSuffix(found[1], "/metrics")
			for path, want := range map[string]int{"/livez": 200, "/readyz": 200, "/native/v1/challenges": 404, "/control/v1/clock": 404} {
				if status, _ := get(t, own+path, nil); status != want {
					t.Errorf("own listener, %s: status %d, want %d", path, status, want)
				}
			}
		})
	}
}

func TestMetricsTellWhatTheServerDoes(t *testing.T) {
	p := start(t, "serve", database(t), "--first-site=native", "--metrics", "--limit=native.issue=2")
	key := regexp.MustCompile(`native +key ([0-9a-f]{32})`).FindStringSubmatch(p.stdout.String())[1]
	for range 3 {
		post(t, p.url+"/native/v1/challenges", `{"site":"`+key+`"}`)
	}
	id := "00000000000000000000000000000000"
	post(t, p.url+"/native/v1/challenges/"+id+"/answers", `{"site":"`+key+`","answer":{"x":60}}`)
	get(t, p.url+"/../etc/passwd", http.Header{"X-Forwarded-For": {"203.0.113.77"}})
	if status, _ := get(t, p.url+"/readyz", nil); status != 200 { // one write at least
		t.Fatal("not ready")
	}
	_, scraped := get(t, p.url+"/metrics", nil)
	for _, wanted := range []string{
		`captchad_challenges_issued_total{code="ok",dialect="native",kind="slider",site="` + key + `"} 2`,
		`captchad_challenges_answered_total{code="unknown",dialect="native",kind="none",site="` + key + `"} 1`,
		`captchad_http_requests_total{code="limited",dialect="native",method="POST",route="/native/v1/challenges",status="429"} 1`,
		`captchad_limited_requests_total{limit="native.issue"} 1`,
		`captchad_key_created_timestamp_seconds{purpose="seal"} `,
		`captchad_ledger_batch_size_count `, `captchad_ledger_queue_capacity 4096`, `captchad_ledger_operation_duration_seconds_count{operation="forget"} `,
		`captchad_background_stock_pictures{epoch="present"} `, `captchad_http_connections_limit 10000`,
		`captchad_build_info{version=`, `go_goroutines `,
	} {
		if !strings.Contains(scraped, "\n"+wanted) {
			t.Errorf("not there: %s", wanted)
		}
	}
	for _, never := range []string{"203.0.113.77", "127.0.0.1", "passwd", id} {
		if strings.Contains(scraped, never) {
			t.Errorf("%q is among the metrics", never)
		}
	}
}
