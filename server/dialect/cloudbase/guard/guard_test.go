package guard_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/server/dialect/cloudbase/guard"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// vector is a published token with its keys, whose private one was thrown away.
func vector(t testing.TB) (keys, token string) {
	t.Helper()
	read := func(name string) string {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(text))
	}
	return read("jwks.json"), read("captcha_token.txt")
}

// The times between which the vector is good.
var (
	issued  = time.Unix(1767225600, 0)
	expires = time.Unix(1767225900, 0)
)

// keyServer serves keys and counts how often it is asked.
type keyServer struct {
	*httptest.Server
	body  atomic.Value
	asked atomic.Int64
}

func serveKeys(t testing.TB, body string) *keyServer {
	k := &keyServer{}
	k.body.Store(body)
	k.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		k.asked.Add(1)
		body := k.body.Load().(string)
		if body == "" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(k.Close)
	return k
}

func newGuard(t testing.TB, keysURL string, now *time.Time, change ...func(*guard.Config)) *guard.Guard {
	t.Helper()
	config := guard.Config{
		Issuer: "https://captcha.example.test", Audience: "demo-env", KeysURL: keysURL, Now: func() time.Time { return *now },
	}
	for _, f := range change {
		f(&config)
	}
	g, err := guard.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestThePublishedVectorIsGoodInItsTimeOnly(t *testing.T) {
	keys, token := vector(t)
	server := serveKeys(t, keys)
	for name, c := range map[string]struct {
		now  time.Time
		want error
	}{
		"when it was issued":              {issued, nil},
		"a second before its end":         {expires.Add(-time.Second), nil},
		"a little after, for slow clocks": {expires.Add(4 * time.Second), nil},
		"after that":                      {expires.Add(6 * time.Second), guard.ErrInvalid},
		"long before it was issued":       {issued.Add(-time.Minute), guard.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			jti, err := newGuard(t, server.URL, &c.now).Check(t.Context(), token)
			if !errors.Is(err, c.want) || c.want == nil && jti != "fedcba9876543210fedcba9876543210" {
				t.Errorf("got %q, %v", jti, err)
			}
		})
	}
}

func TestOtherTokensAreRefused(t *testing.T) {
	keys, token := vector(t)
	server := serveKeys(t, keys)
	for name, c := range map[string]struct {
		token  string
		change func(*guard.Config)
		want   error
	}{
		"none":                 {"", func(*guard.Config) {}, guard.ErrRequired},
		"another audience":     {token, func(c *guard.Config) { c.Audience = "other" }, guard.ErrInvalid},
		"another issuer":       {token, func(c *guard.Config) { c.Issuer = "https://other.test" }, guard.ErrInvalid},
		"an altered signature": {token[:len(token)-8] + "AAAAAAAA", func(*guard.Config) {}, guard.ErrInvalid},
		"no token at all":      {"x", func(*guard.Config) {}, guard.ErrInvalid},
		"algorithm none":       {"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + strings.Split(token, ".")[1] + ".", func(*guard.Config) {}, guard.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := newGuard(t, server.URL, &issued, c.change).Check(t.Context(), c.token); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestKeysAreFetchedSeldom(t *testing.T) {
	keys, token := vector(t)
	server := serveKeys(t, keys)
	now := issued
	g := newGuard(t, server.URL, &now)
	check := func(want error) {
		t.Helper()
		if _, err := g.Check(t.Context(), token); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	asked := func(want int64) {
		t.Helper()
		if got := server.asked.Load(); got != want {
			t.Errorf("asked for keys %d times, want %d", got, want)
		}
	}
	for range 10 {
		check(nil)
	}
	asked(1)
	unknown := strings.Replace(token, strings.Split(token, ".")[0], "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ", 1)
	for range 10 { // a stranger's kid makes us ask again, but not again and again
		if _, err := g.Check(t.Context(), unknown); !errors.Is(err, guard.ErrInvalid) {
			t.Errorf("an unknown kid: %v", err)
		}
	}
	asked(1)
	now = issued.Add(time.Minute)
	for range 10 {
		if _, err := g.Check(t.Context(), unknown); !errors.Is(err, guard.ErrInvalid) {
			t.Errorf("an unknown kid: %v", err)
		}
	}
	asked(2)
	server.body.Store("") // captchad is away: what we know goes on being good
	now = issued.Add(2 * time.Minute)
	check(nil)
}

func TestWithoutKeysNothingIsLetThroughAndNothingIsBlamed(t *testing.T) {
	_, token := vector(t)
	for name, body := range map[string]string{"no answer": "", "no JSON": "<html>", "no keys": "{}"} {
		server := serveKeys(t, body)
		g := newGuard(t, server.URL, &issued)
		_, err := g.Check(t.Context(), token)
		if err == nil || errors.Is(err, guard.ErrInvalid) || errors.Is(err, guard.ErrRequired) {
			t.Errorf("%s: %v", name, err)
		}
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest("GET", "/", nil)
		request.Header.Set("X-Captcha-Token", token)
		g.Require(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("let through") })).ServeHTTP(recorder, request)
		if recorder.Code != http.StatusServiceUnavailable || !strings.Contains(recorder.Body.String(), `"error":"unavailable","error_code":14`) {
			t.Errorf("%s: %d %s", name, recorder.Code, recorder.Body)
		}
	}
}

func TestRequire(t *testing.T) {
	keys, token := vector(t)
	g := newGuard(t, serveKeys(t, keys).URL, &issued)
	protected := g.Require(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "welcome") }))
	const (
		required = `{"error":"captcha_required","error_code":4001,"error_description":"captcha_token required"}`
		invalid  = `{"error":"captcha_invalid","error_code":4002,"error_description":"captcha_token invalid"}`
	)
	for name, c := range map[string]struct {
		method, url, header string
		status              int
		body                string
	}{
		"without a token":              {"POST", "/", "", 400, required},
		"with an empty one":            {"POST", "/?captcha_token=", "", 400, required},
		"in the header":                {"POST", "/", token, 200, "welcome"},
		"in the query, as the SDK has": {"POST", "/?client_id=demo-env&captcha_token=" + token, "", 200, "welcome"},
		"in both":                      {"POST", "/?captcha_token=" + token, token, 200, "welcome"},
		"two different ones":           {"POST", "/?captcha_token=x", token, 400, invalid},
		"a bad one":                    {"POST", "/", "x", 400, invalid},
		"a preflight, which has none":  {"OPTIONS", "/", "", 400, required},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest(c.method, c.url, nil)
			if c.header != "" {
				request.Header.Set("x-captcha-token", c.header)
			}
			if c.method == "OPTIONS" {
				request.Header.Set("Access-Control-Request-Method", "POST")
			}
			recorder := httptest.NewRecorder()
			protected.ServeHTTP(recorder, request)
			if got := strings.TrimSpace(recorder.Body.String()); recorder.Code != c.status || got != c.body {
				t.Errorf("%d %s", recorder.Code, got)
			}
		})
	}
}

func TestNewAsksForWhatItNeeds(t *testing.T) {
	for _, config := range []guard.Config{{}, {Issuer: "https://x.test"}, {Audience: "x"}} {
		if _, err := guard.New(config); err == nil {
			t.Errorf("%+v is taken", config)
		}
	}
}

// TestWithCaptchad has captchad itself sign, and change its key.
func TestWithCaptchad(t *testing.T) {
	s := dialecttest.New(t)
	s.AddSite(t, cloudbase.Name, "demo-env")
	server := httptest.NewServer(s.Handler)
	defer server.Close()
	g, err := guard.New(guard.Config{Issuer: dialecttest.URL, Audience: "demo-env", KeysURL: server.URL + "/auth/v1/certs", Now: s.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	pass := func() string {
		t.Helper()
		var issued, solved struct {
			Token        string `json:"token"`
			CaptchaToken string `json:"captcha_token"`
		}
		post(t, server.URL+"/auth/v1/captcha/data?client_id=demo-env", `{}`, &issued)
		post(t, server.URL+"/auth/v1/captcha/data/verify?client_id=demo-env", fmt.Sprintf(`{"token":%q,"key":%q}`, issued.Token, dialecttest.Text), &solved)
		return solved.CaptchaToken
	}
	if _, err := g.Check(t.Context(), pass()); err != nil {
		t.Errorf("the first key's: %v", err)
	}
	s.Clock.Advance(time.Second)
	fresh, err := cloudbase.NewKey(s.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Store.AddKey(t.Context(), fresh); err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(time.Hour)
	if _, err := g.Check(t.Context(), pass()); err != nil {
		t.Errorf("the second key's: %v", err)
	}
}

func post(t *testing.T, url, body string, reply any) {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(reply); err != nil {
		t.Fatal(err)
	}
}

func FuzzCheck(f *testing.F) {
	keys, token := vector(f)
	g := newGuard(f, serveKeys(f, keys).URL, &issued)
	f.Add(token)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := g.Check(t.Context(), text); err == nil && text != token {
			t.Errorf("%q is taken", text)
		}
	})
}

func Example() {
	protected, err := guard.New(guard.Config{Issuer: "https://captcha.example.com", Audience: "my-env"})
	if err != nil {
		panic(err)
	}
	orders := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ordered") })
	http.Handle("POST /orders", protected.Require(orders))
}
