package dialect_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// sites is a core that has Sites, and nothing else.
type sites struct {
	dialect.Core
	all []*captcha.Site
}

func (s sites) Sites(context.Context, string) ([]*captcha.Site, error) { return s.all, nil }

func (s sites) Site(_ context.Context, _, key string) (*captcha.Site, error) {
	for _, site := range s.all {
		if site.Key == key {
			return site, nil
		}
	}
	return nil, captcha.Refuse(captcha.UnknownSite, "no such site")
}

// call sends a request as a page of that origin does.
func call(engine http.Handler, method, path, origin string) *http.Response {
	request := httptest.NewRequest(method, path, nil)
	request.Header.Set("Origin", origin)
	if method == http.MethodOptions {
		request.Header.Set("Access-Control-Request-Method", http.MethodPost)
		request.Header.Set("Access-Control-Request-Headers", "content-type")
	}
	recorder := httptest.NewRecorder()
	engine.ServeHTTP(recorder, request)
	return recorder.Result()
}

const allowOrigin = "Access-Control-Allow-Origin"

func TestWithoutCORSThereAreNoHeadersAndNoPreflights(t *testing.T) {
	core := sites{all: []*captcha.Site{{Key: "app", Hosts: []string{"*"}}}}
	engine := serve(vendor{policy: dialect.CORS{
		None: true, Open: true, Credentials: true, AnyHeader: true, Expose: []string{"retry-after"},
		Admits: func(*captcha.Site, string) bool { return true },
	}}, core)
	for _, path := range []string{"/check", "/vendor/check", "/load", "/vendor/load"} {
		if response := call(engine, "OPTIONS", path, "https://app.example.com"); response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") == "" {
			t.Errorf("OPTIONS %s: %d, Allow: %q", path, response.StatusCode, response.Header.Get("Allow"))
		}
	}
	response := call(engine, "POST", "/check", "https://app.example.com")
	if response.StatusCode != http.StatusOK {
		t.Errorf("POST /check: %d", response.StatusCode)
	}
	for _, name := range []string{allowOrigin, "Access-Control-Allow-Credentials", "Access-Control-Expose-Headers", "Vary"} {
		if value := response.Header.Get(name); value != "" {
			t.Errorf("%s: %s", name, value)
		}
	}
}

func TestAPreflightIsAnsweredWithTheMethodsOfItsPath(t *testing.T) {
	core := sites{all: []*captcha.Site{{Key: "app", Hosts: []string{"app.example.com"}}}}
	engine := serve(vendor{policy: dialect.CORS{Headers: []string{"content-type"}}}, core)
	for path, methods := range map[string]string{"/check": "POST", "/vendor/load": "GET"} {
		response := call(engine, "OPTIONS", path, "https://app.example.com")
		if got := response.Header.Get("Access-Control-Allow-Methods"); response.StatusCode != http.StatusNoContent || got != methods {
			t.Errorf("%s: %d, %q", path, response.StatusCode, got)
		}
		if got := response.Header.Get(allowOrigin); got != "https://app.example.com" {
			t.Errorf("%s: %s: %q", path, allowOrigin, got)
		}
	}
}

func TestAdmitsDecidesAlone(t *testing.T) {
	const friend, listed = "https://friend.example.com", "https://listed.example.com"
	core := sites{all: []*captcha.Site{{Key: "app", Hosts: []string{"listed.example.com"}}, {Key: "open"}}}
	engine := serve(vendor{policy: dialect.CORS{
		SiteKey: func(c *gin.Context) string { return c.Query("site") },
		Open:    true,
		Admits:  func(site *captcha.Site, origin string) bool { return site.Key == "app" && origin == friend },
	}}, core)
	for name, c := range map[string]struct {
		path, origin string
		admitted     bool
	}{
		"the site's friend":                             {"/check?site=app", friend, true},
		"a page of the site's own hosts":                {"/check?site=app", listed, false},
		"a site without hosts, though the CORS is open": {"/check?site=open", friend, false},
		"a site that does not exist":                    {"/check?site=nobody", friend, true},
		"the friend of some site, where none is named":  {"/check", friend, true},
		"the friend of no site":                         {"/check", listed, false},
	} {
		for _, method := range []string{"POST", "OPTIONS"} {
			if got := call(engine, method, c.path, c.origin).Header.Get(allowOrigin); (got == c.origin) != c.admitted || got != "" && !c.admitted {
				t.Errorf("%s, %s: %s: %q", method, name, allowOrigin, got)
			}
		}
	}
}

func TestAdmitsPage(t *testing.T) {
	never := func(*captcha.Site, string) bool { return false }
	for name, c := range map[string]struct {
		policy dialect.CORS
		hosts  []string
		want   bool
	}{
		"a host of the site":     {dialect.CORS{}, []string{"app.example.com"}, true},
		"another host":           {dialect.CORS{}, []string{"other.example.com"}, false},
		"no hosts":               {dialect.CORS{}, nil, false},
		"no hosts, and open":     {dialect.CORS{Open: true}, nil, true},
		"another host, and open": {dialect.CORS{Open: true}, []string{"other.example.com"}, false},
		"a host of the site, and a vendor's own no": {dialect.CORS{Open: true, Admits: never}, []string{"app.example.com"}, false},
	} {
		if got := c.policy.AdmitsPage(&captcha.Site{Hosts: c.hosts}, "https://app.example.com"); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// failingSites is a core whose store fails.
type failingSites struct{ dialect.Core }

var errDisk = errors.New("disk full")

func (failingSites) Site(context.Context, string, string) (*captcha.Site, error) { return nil, errDisk }
func (failingSites) Sites(context.Context, string) ([]*captcha.Site, error)      { return nil, errDisk }

// refusing is a vendor that tells its failures.
type refusing struct{ vendor }

func (refusing) Refuse(c *gin.Context, err error) {
	c.String(http.StatusInternalServerError, err.Error())
}

func TestAStoreThatFailsLetsNobodyIn(t *testing.T) {
	engine := serve(refusing{vendor{policy: dialect.CORS{SiteKey: func(c *gin.Context) string { return c.Query("site") }}}}, failingSites{})
	for _, path := range []string{"/check", "/check?site=app"} {
		response := call(engine, "POST", path, "https://app.example.com")
		if got := response.Header.Get(allowOrigin); got != "" || response.StatusCode != http.StatusInternalServerError {
			t.Errorf("%s: %d, %s: %q", path, response.StatusCode, allowOrigin, got)
		}
	}
}
