package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/metrics"
	"github.com/captchad/captchad/store/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// scrape is what Prometheus gets.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	m.Handler().ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	if recorder.Code != 200 {
		t.Fatalf("status %d: %s", recorder.Code, recorder.Body)
	}
	return recorder.Body.String()
}

// lines are those of a scrape that begin with one of the names.
func lines(scraped string, names ...string) (found []string) {
	for line := range strings.Lines(scraped) {
		if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(line, name) }) {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

func want(t *testing.T, m *metrics.Metrics, wanted []string, names ...string) {
	t.Helper()
	if diff := cmp.Diff(wanted, lines(scrape(t, m), names...)); diff != "" {
		t.Error(diff)
	}
}

func TestStepsAreCountedByHowTheyEnded(t *testing.T) {
	m := metrics.New("v1.2.3")
	for _, e := range []captcha.Event{
		{Step: captcha.Issued, Dialect: "native", Site: "a", Kind: captcha.KindSlider},
		{Step: captcha.Issued, Dialect: "native", Site: "a", Kind: captcha.KindSlider},
		{Step: captcha.Issued, Dialect: "yidun", Site: "b", Kind: captcha.KindWords, Code: captcha.Internal, Err: errors.New("x")},
		{Step: captcha.Answered, Dialect: "native", Site: "a", Kind: captcha.KindSlider, Code: captcha.Wrong},
		{Step: captcha.Answered, Dialect: "native", Site: "a", Code: captcha.Unknown},
		{Step: captcha.Redeemed, Dialect: "native", Site: "a", Kind: captcha.KindSlider},
		{Step: captcha.Checked, Dialect: "native", Site: "a", Kind: captcha.KindSlider, Code: captcha.Expired},
	} {
		m.Observe(t.Context(), e)
	}
	want(t, m, []string{
		`captchad_challenges_answered_total{code="unknown",dialect="native",kind="none",site="a"} 1`,
		`captchad_challenges_answered_total{code="wrong",dialect="native",kind="slider",site="a"} 1`,
		`captchad_challenges_issued_total{code="internal",dialect="yidun",kind="words",site="b"} 1`,
		`captchad_challenges_issued_total{code="ok",dialect="native",kind="slider",site="a"} 2`,
		`captchad_passes_checked_total{code="expired",dialect="native",kind="slider",site="a"} 1`,
		`captchad_passes_redeemed_total{code="ok",dialect="native",kind="slider",site="a"} 1`,
	}, "captchad_challenges", "captchad_passes")
	want(t, m, []string{`captchad_build_info{version="v1.2.3"} 1`}, "captchad_build_info")
}

func TestAThousandSitesAreNotAThousandSeries(t *testing.T) {
	m := metrics.New("")
	for round := range 2 {
		for i := range 1000 {
			m.Observe(t.Context(), captcha.Event{Step: captcha.Issued, Dialect: "native", Site: fmt.Sprintf("site-%d", i), Kind: captcha.KindText})
		}
		found := lines(scrape(t, m), "captchad_challenges_issued_total")
		other := fmt.Sprintf(`captchad_challenges_issued_total{code="ok",dialect="native",kind="text",site="other"} %d`, (round+1)*(1000-metrics.MaxSites))
		if len(found) != metrics.MaxSites+1 || !slices.Contains(found, other) {
			t.Errorf("round %d: %d series, the last %s", round, len(found), found[len(found)-1])
		}
	}
}

func TestRequestsAreCountedAndTimed(t *testing.T) {
	m := metrics.New("")
	request := func(r server.Request, a server.Answer) {
		ctx, end := m.Watch(t.Context(), r)
		if ctx != t.Context() {
			t.Error("another context")
		}
		want(t, m, []string{"captchad_http_requests_in_flight 1"}, "captchad_http_requests_in_flight")
		end(a)
	}
	request(server.Request{Dialect: "geetest", Route: "/validate", Method: "POST"}, server.Answer{Status: 200, Code: "-50101"})
	request(server.Request{Dialect: "geetest", Route: "/validate", Method: "POST"}, server.Answer{Status: 200})
	request(server.Request{Method: "other"}, server.Answer{Status: 404})
	request(server.Request{Route: "/livez", Method: "GET"}, server.Answer{Status: 12345})
	m.Limited("native.issue")
	want(t, m, []string{
		`captchad_http_request_duration_seconds_count{dialect="geetest",route="/validate"} 2`,
		`captchad_http_request_duration_seconds_count{dialect="none",route="/livez"} 1`,
		`captchad_http_request_duration_seconds_count{dialect="none",route="none"} 1`,
		`captchad_http_requests_in_flight 0`,
		`captchad_http_requests_total{code="-50101",dialect="geetest",method="POST",route="/validate",status="200"} 1`,
		`captchad_http_requests_total{code="error",dialect="none",method="GET",route="/livez",status="other"} 1`,
		`captchad_http_requests_total{code="error",dialect="none",method="other",route="none",status="404"} 1`,
		`captchad_http_requests_total{code="ok",dialect="geetest",method="POST",route="/validate",status="200"} 1`,
		`captchad_limited_requests_total{limit="native.issue"} 1`,
	}, "captchad_http_requests_", "captchad_http_request_duration_seconds_count", "captchad_limited")
}

// broken is a ledger that fails.
type broken struct{ captcha.Ledger }

func (broken) Update(context.Context, captcha.Challenge, func(*captcha.Record) error) error {
	return errors.New("the disk is full")
}

func TestTheLedgerIsTimedAndItsFailuresCounted(t *testing.T) {
	m := metrics.New("")
	ledger := m.Ledger(memory.New())
	ch := captcha.Challenge{ID: captcha.ID{1}}
	keep := func(*captcha.Record) error { return nil }
	refuse := func(*captcha.Record) error { return captcha.Refuse(captcha.Used, "used") }
	_, err := ledger.Record(t.Context(), ch)
	_, forgetErr := ledger.Forget(t.Context(), time.Time{})
	if err := errors.Join(err, forgetErr, ledger.Update(t.Context(), ch, keep)); err != nil {
		t.Fatal(err)
	}
	if captcha.CodeOf(ledger.Update(t.Context(), ch, refuse)) != captcha.Used || m.Ledger(broken{}).Update(t.Context(), ch, keep) == nil {
		t.Error("an error was lost")
	}
	want(t, m, []string{
		`captchad_ledger_operation_duration_seconds_count{operation="forget"} 1`,
		`captchad_ledger_operation_duration_seconds_count{operation="record"} 1`,
		`captchad_ledger_operation_duration_seconds_count{operation="update"} 3`,
		`captchad_ledger_operation_failures_total{operation="forget"} 0`,
		`captchad_ledger_operation_failures_total{operation="record"} 0`,
		`captchad_ledger_operation_failures_total{operation="update"} 1`,
	}, "captchad_ledger_operation_duration_seconds_count", "captchad_ledger_operation_failures_total")
}

func TestAWriterIsSeen(t *testing.T) {
	m := metrics.New("")
	want(t, m, nil, "captchad_ledger_batch", "captchad_ledger_queue") // a store without one says nothing of it
	batch := m.WatchWriter(func() (int, int) { return 3, 4096 })
	batch(20, time.Millisecond, nil)
	batch(4, time.Second, errors.New("x"))
	want(t, m, []string{
		`captchad_ledger_batch_size_sum 24`, `captchad_ledger_batch_size_count 2`,
		`captchad_ledger_commit_duration_seconds_sum 1.001`, `captchad_ledger_commit_failures_total 1`,
		`captchad_ledger_queue_capacity 4096`, `captchad_ledger_queue_length 3`,
	}, "captchad_ledger_batch_size_sum", "captchad_ledger_batch_size_count", "captchad_ledger_commit_duration_seconds_sum",
		"captchad_ledger_commit_failures", "captchad_ledger_queue")
}

func TestTheAgeOfTheStock(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 10, 0, 0, time.UTC) // where ten minutes begin
	for _, c := range []struct {
		name                  string
		before, present, next int
		want                  []string
	}{
		{"the present one is complete", 64, 64, 3, []string{"captchad_background_stock_age_seconds 90"}},
		{"the one before is used up to now", 64, 63, 0, []string{"captchad_background_stock_age_seconds 690"}},
		{"there is none", 0, 5, 0, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := metrics.New("")
			m.WatchStock(func(at time.Time) (int, int) {
				switch at.Truncate(captcha.EpochLength) {
				case start:
					return c.present, 64
				case start.Add(captcha.EpochLength):
					return c.next, 64
				case start.Add(-captcha.EpochLength):
					return c.before, 64
				}
				return 0, 64
			}, func() time.Time { return start.Add(90 * time.Second) })
			wanted := append(c.want,
				fmt.Sprintf(`captchad_background_stock_pictures{epoch="next"} %d`, c.next),
				fmt.Sprintf(`captchad_background_stock_pictures{epoch="present"} %d`, c.present),
				"captchad_background_stock_size 64")
			want(t, m, wanted, "captchad_background")
		})
	}
}

// keyStore counts how often it is read.
type keyStore struct {
	captcha.KeyStore
	reads int
	err   error
}

func (k *keyStore) Keys(_ context.Context, purpose string) ([]captcha.Key, error) {
	k.reads++
	at := func(n int64) time.Time { return time.Unix(n, 0) }
	if purpose != captcha.SealPurpose || k.err != nil {
		return nil, k.err
	}
	return []captcha.Key{
		{ID: "old", CreatedAt: at(1000), RetiredAt: at(2000), Secret: []byte("secret")}, {ID: "before", CreatedAt: at(1900)}, {ID: "in use", CreatedAt: at(2500)},
	}, nil
}

func TestTheAgeOfKeys(t *testing.T) {
	store := &keyStore{}
	m := metrics.New("")
	m.WatchKeys(store, captcha.SealPurpose, "none")
	for range 10 {
		want(t, m, []string{`captchad_key_created_timestamp_seconds{purpose="seal"} 2500`}, "captchad_key")
	}
	if store.reads != 2 {
		t.Errorf("the store was read %d times for ten scrapes", store.reads)
	}
	m = metrics.New("")
	m.WatchKeys(&keyStore{err: errors.New("away")}, captcha.SealPurpose)
	m.Limited("still.there") // when something else cannot be told
	want(t, m, []string{`captchad_limited_requests_total{limit="still.there"} 1`}, "captchad_key", "captchad_limited")
}

func TestReady(t *testing.T) {
	var away error
	m := metrics.New("")
	m.WatchReady(func(context.Context) error { return away })
	want(t, m, []string{"captchad_ready 1"}, "captchad_ready")
	away = errors.New("away")
	want(t, m, []string{"captchad_ready 0"}, "captchad_ready")
}

var address = regexp.MustCompile(`\d+\.\d+\.\d+\.\d+|[0-9a-f]{32}`)

func TestMetricsAreNamedAsPrometheusWantsAndNameNoVisitor(t *testing.T) {
	m := everything(t)
	scraped := scrape(t, m)
	problems, err := promlint.New(strings.NewReader(scraped)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Errorf("%s: %s", problem.Metric, problem.Text)
	}
	for _, line := range lines(scraped, "captchad_") {
		if address.MatchString(line) {
			t.Errorf("tells an address or an ID: %s", line)
		}
	}
}

// everything is a server's Metrics with a value of each.
func everything(t *testing.T) *metrics.Metrics {
	t.Helper()
	m := metrics.New("v1")
	ctx := captcha.WithAddress(t.Context(), "192.0.2.7")
	for _, step := range []captcha.Step{captcha.Issued, captcha.Answered, captcha.Redeemed, captcha.Checked} {
		m.Observe(ctx, captcha.Event{Step: step, Dialect: "native", Site: "a", Kind: captcha.KindSlider, ID: captcha.ID{1}})
	}
	_, end := m.Watch(ctx, server.Request{Dialect: "native", Route: "/native/v1/challenges/:id", Method: "GET"})
	end(server.Answer{Status: 200})
	m.Limited("native.issue")
	m.WatchWriter(func() (int, int) { return 0, 1 })(1, time.Millisecond, nil)
	if _, err := m.Ledger(memory.New()).Record(ctx, captcha.Challenge{}); err != nil {
		t.Fatal(err)
	}
	m.WatchReady(func(context.Context) error { return nil })
	m.WatchConnections(func() int { return 1 }, 2)
	m.WatchKeys(&keyStore{}, captcha.SealPurpose)
	m.WatchStock(func(time.Time) (int, int) { return 1, 1 }, time.Now)
	return m
}
