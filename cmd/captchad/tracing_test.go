package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// receiver is a collector that keeps what it gets.
type receiver struct {
	mu    sync.Mutex
	sent  bytes.Buffer // as it came
	spans []*otlp.Span
	about map[string]string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(request.Body)
	var export collector.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &export)
	}
	if err != nil || request.URL.Path != "/v1/traces" {
		http.Error(w, fmt.Sprint(request.URL.Path, err), http.StatusBadRequest)
		return
	}
	r.sent.Write(body)
	for _, resource := range export.ResourceSpans {
		r.about = attributes(resource.Resource.Attributes)
		for _, scope := range resource.ScopeSpans {
			r.spans = append(r.spans, scope.Spans...)
		}
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
}

func attributes(pairs []*common.KeyValue) map[string]string {
	found := map[string]string{}
	for _, pair := range pairs {
		switch value := pair.Value.Value.(type) {
		case *common.AnyValue_StringValue:
			found[pair.Key] = value.StringValue
		default:
			found[pair.Key] = fmt.Sprint(pair.Value.GetIntValue())
		}
	}
	return found
}

// tree is the spans of a trace below the one with that ID, as text: each with its
// name, and what it tells.
func (r *receiver) tree(parent []byte, indent string) (lines []string) {
	for _, span := range r.spans {
		if !bytes.Equal(span.ParentSpanId, parent) {
			continue
		}
		line := indent + span.Name
		told := attributes(span.Attributes)
		for _, name := range slices.Sorted(maps.Keys(told)) {
			if !strings.HasPrefix(name, "http.request") && name != "http.route" {
				line += " " + name[strings.LastIndex(name, ".")+1:] + "=" + told[name]
			}
		}
		for _, event := range span.Events {
			line += " (" + event.Name + ")"
		}
		lines = append(lines, line)
		lines = append(lines, r.tree(span.SpanId, indent+"  ")...)
	}
	return lines
}

const strangers = "4bf92f3577b34da6a3ce929d0e0e4736" // the trace that a request says to belong to

func TestTracesTellWhatARequestIsMadeOfAndNotWhoseItIs(t *testing.T) {
	collected := &receiver{}
	collecting := httptest.NewServer(collected)
	defer collecting.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collecting.URL)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	p := start(t, "serve", database(t), "--first-site=native")
	site := regexp.MustCompile(`native +key ([0-9a-f]{32})  secret ([0-9a-f]{32})`).FindStringSubmatch(p.stdout.String())
	_, issued := post(t, p.url+"/native/v1/challenges", `{"site":"`+site[1]+`"}`)
	id := regexp.MustCompile(`"id":"([0-9a-f]{32})"`).FindStringSubmatch(issued)[1]
	post(t, p.url+"/native/v1/challenges/"+id+"/answers", `{"site":"`+site[1]+`","answer":{"x":1},"subject":"somebody"}`)
	post(t, p.url+"/native/v1/redeem", `{"site":"`+site[1]+`","secret":"`+site[2]+`","pass":"`+id+`.`+strings.Repeat("A", 43)+`"}`)
	get(t, p.url+"/livez", nil)
	get(t, p.url+"/no/such/path", nil)
	get(t, p.url+"/api/v2/sdk/captcha", http.Header{"Traceparent": {"00-" + strangers + "-00f067aa0ba902b7-01"}})
	if code := p.stop(); code != exitOK {
		t.Fatalf("exit %d: %s", code, p.stderr)
	}

	collected.mu.Lock()
	defer collected.mu.Unlock()
	got := strings.Join(collected.tree(nil, ""), "\n")
	want := strings.NewReplacer("SITE", site[1]).Replace(`GET /api/v2/sdk/captcha code=APP.0002 dialect=oneaccess status_code=400
POST /native/v1/challenges dialect=native status_code=201
  captcha.issue dialect=native kind=slider site=SITE
POST /native/v1/challenges/:id/answers code=wrong dialect=native status_code=422
  captcha.answer code=wrong dialect=native site=SITE
    ledger.update kind=slider (applied)
POST /native/v1/redeem code=unknown dialect=native status_code=404
  captcha.redeem code=unknown dialect=native kind=slider site=SITE
    ledger.update code=unknown kind=slider (applied)`)
	if got := sortedRoots(got); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if collected.about["service.name"] != "captchad" || collected.about["deployment.environment.name"] != "test" {
		t.Errorf("who tells: %v", collected.about)
	}
	for what, secret := range map[string]string{"the ID": id, "the secret": site[2], "the subject": "somebody", "the address": "127.0.0.1", "the pass": "AAAA", "a stranger's trace": "\x4b\xf9\x2f\x35\x77"} {
		if strings.Contains(collected.sent.String(), secret) {
			t.Errorf("%s is in the traces", what)
		}
	}
}

// sortedRoots orders traces by their first lines; which come in any order.
func sortedRoots(tree string) string {
	traces := regexp.MustCompile(`(?m)^\S.*(\n .*)*`).FindAllString(tree, -1)
	slices.Sort(traces)
	return strings.Join(traces, "\n")
}

func TestATraceGoesOnWhereAProxyThatIsBelievedBeganIt(t *testing.T) {
	collected := &receiver{}
	collecting := httptest.NewServer(collected)
	defer collecting.Close()
	t.Setenv("OTEL_TRACES_EXPORTER", "otlp")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collecting.URL+"/v1/traces")
	p := start(t, "serve", database(t), "--trusted-proxies=127.0.0.1")
	get(t, p.url+"/api/v2/sdk/captcha", http.Header{"Traceparent": {"00-" + strangers + "-00f067aa0ba902b7-01"}, "X-Forwarded-For": {"192.0.2.1"}})
	p.stop()
	collected.mu.Lock()
	defer collected.mu.Unlock()
	if len(collected.spans) != 1 || fmt.Sprintf("%x", collected.spans[0].TraceId) != strangers {
		t.Errorf("spans: %v", collected.spans)
	}
}

func TestACollectorThatIsAwayHindersNobody(t *testing.T) {
	away := httptest.NewServer(nil)
	away.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", away.URL)
	t.Setenv("OTEL_BSP_EXPORT_TIMEOUT", "50")
	p := start(t, "serve", database(t))
	if status, _ := get(t, p.url+"/api/v2/sdk/captcha", nil); status != http.StatusBadRequest {
		t.Errorf("status %d", status)
	}
	if code := p.stop(); code != exitOK || !strings.Contains(p.stderr.String(), "traces are lost") {
		t.Errorf("exit %d: %s", code, p.stderr)
	}
}

func TestWhatTheEnvironmentSaysOfTraces(t *testing.T) {
	for _, c := range []struct {
		name, variable, value string
		code                  int
	}{
		{"an exporter that is not built in", "OTEL_TRACES_EXPORTER", "zipkin", exitUsage},
		{"a protocol that is not built in", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", exitUsage},
		{"switched off", "OTEL_SDK_DISABLED", "true", exitOK},
		{"no exporter", "OTEL_TRACES_EXPORTER", "none", exitOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
			t.Setenv(c.variable, c.value)
			if c.code == exitOK {
				p := start(t, "serve", database(t))
				get(t, p.url+"/api/v2/sdk/captcha", nil)
				if code := p.stop(); code != exitOK || strings.Contains(p.stderr.String(), "traces") {
					t.Errorf("exit %d: %s", code, p.stderr)
				}
				return
			}
			if _, stderr, code := command(t, "serve", database(t), "--listen=127.0.0.1:0"); code != c.code || !strings.Contains(stderr, c.variable) {
				t.Errorf("exit %d: %s", code, stderr)
			}
		})
	}
}
