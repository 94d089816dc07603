package yidun_test

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/yidun"
)

func TestLaws(t *testing.T) { dialecttest.Laws(t, yidun.Name) }

func TestConversations(t *testing.T) { dialecttest.Conversations(t, "../../../testdata/yidun/*.txt") }

// The Site of the vectors.
const (
	captchaID = "a05f036b70ab447b87cc788af9a60974"
	secretID  = "f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40"
	secretKey = "6308afb129ea00301bd7c79621d07591"
	validate  = "CN31_test-validate_0.1"
)

// sent is when the vectors are sent.
var sent = time.UnixMilli(1700000000000)

// backend calls as an app's backend does.
type backend struct {
	*dialecttest.Server
	t      testing.TB
	site   *captcha.Site
	faults *faults
}

func newBackend(t testing.TB, change ...func(*captcha.Site)) backend {
	t.Helper()
	faulty := &faults{}
	b := backend{Server: dialecttest.New(t, func(c *server.Config) { c.Deps.Faults = faulty }), t: t, faults: faulty}
	b.Clock.Set(sent)
	b.site = b.addSite(captchaID, change...)
	return b
}

// addSite adds one that goes by the secretId of the vectors.
func (b backend) addSite(key string, change ...func(*captcha.Site)) *captcha.Site {
	b.t.Helper()
	ours := func(s *captcha.Site) { s.Secrets = []captcha.Secret{{ID: secretID, Value: secretKey}} }
	return b.AddSite(b.t, yidun.Name, key, append([]func(*captcha.Site){ours}, change...)...)
}

// set is a change of one setting.
func set(name, value string) func(*captcha.Site) {
	return func(s *captcha.Site) { s.Settings[yidun.Name+"."+name] = value }
}

// faults are what mock mode is told to do wrong, whatever the Site.
type faults struct {
	mu  sync.Mutex
	now string
}

func (f *faults) Fault(context.Context, string, string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *faults) set(fault string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = fault
}

// solve makes a Pass of the Site's as its page would get it, or with a text of
// the test's own.
func (b backend) solve(site *captcha.Site, text string, details map[string]string) string {
	b.t.Helper()
	d := b.Dialects[yidun.Name]
	_, pass, err := b.Core.Pass(b.t.Context(), site, d.Kinds(site)[0], func(id captcha.ID, solution captcha.Answer) (captcha.Attempt, error) {
		attempt := d.Attempt(site, id, solution, "")
		attempt.Secret, attempt.HidesID, attempt.Details = text, text != "", details
		return attempt, nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if text != "" {
		return text
	}
	onPage, err := d.PagePass(b.t.Context(), site, pass)
	if err != nil {
		b.t.Fatal(err)
	}
	object, err := json.Marshal(onPage)
	if err != nil {
		b.t.Fatal(err)
	}
	var page map[string]string
	if err := json.Unmarshal(object, &page); err != nil || len(page) != 1 {
		b.t.Fatalf("%s: %v", object, err)
	}
	return page["validate"]
}

// pass is a fresh Pass of the Site of the vectors.
func (b backend) pass() string { b.t.Helper(); return b.solve(b.site, "", nil) }

// fields are those of a good request, not yet signed.
func (b backend) fields(validate string) map[string]string {
	return map[string]string{
		"captchaId": captchaID, "validate": validate, "user": "", "secretId": secretID, "version": "v2",
		"timestamp": strconv.FormatInt(b.Clock.Now().UnixMilli(), 10), "nonce": "0123456789abcdef0123456789abcdef",
	}
}

func sign(fields map[string]string) map[string]string { return signWith(secretKey, fields) }

// signWith signs with MD5, the plain way of the vendor's page.
func signWith(key string, fields map[string]string) map[string]string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		text += name + fields[name]
	}
	sum := md5.Sum([]byte(text + key))
	signed := maps.Clone(fields)
	signed["signature"] = hex.EncodeToString(sum[:])
	return signed
}

func encode(fields map[string]string) string {
	values := url.Values{}
	for name, value := range fields {
		values.Set(name, value)
	}
	return values.Encode()
}

// post sends a body as the vendor's SDKs do.
func (b backend) post(path, body string, header ...http.Header) *http.Response {
	sent := http.Header{"Content-Type": {"application/x-www-form-urlencoded;charset=utf-8"}, "Sdkver": {"1.0"}}
	for _, other := range header {
		maps.Copy(sent, other)
	}
	return b.Do(dialecttest.Request{Method: "POST", Path: path, Body: body, Header: sent})
}

// outcome is "true", "false", or the number of an error.
func (b backend) outcome(response *http.Response) string {
	b.t.Helper()
	body := dialecttest.Body(b.t, response)
	var told struct {
		Result *bool
		Error  *int
		Msg    *string
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil || told.Result == nil || told.Error == nil || told.Msg == nil {
		b.t.Errorf("status %d, %q is no answer: %v", response.StatusCode, body, err)
		return "none"
	}
	if *told.Error != 0 {
		if *told.Result {
			b.t.Errorf("an error that is a success: %s", body)
		}
		return strconv.Itoa(*told.Error)
	}
	return strconv.FormatBool(*told.Result)
}

// verify redeems a Pass and tells the outcome.
func (b backend) verify(validate string) string {
	b.t.Helper()
	return b.outcome(b.post("/api/v2/verify", encode(sign(b.fields(validate)))))
}

// wantGood: the Pass can still be redeemed.
func (b backend) wantGood(validate string) {
	b.t.Helper()
	if got := b.verify(validate); got != "true" {
		b.t.Errorf("afterwards the pass is no longer good: %s", got)
	}
}

func body(t testing.TB, response *http.Response) string {
	t.Helper()
	return strings.TrimSuffix(dialecttest.Body(t, response), "\n")
}
