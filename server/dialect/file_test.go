package dialect_test

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
)

// vendor is a Dialect that has only what is mounted.
type vendor struct {
	dialect.Dialect
	policy dialect.CORS
}

func (vendor) Name() string         { return "vendor" }
func (v vendor) CORS() dialect.CORS { return v.policy }

func (vendor) Routes() []dialect.Route {
	done := func(c *gin.Context) error { c.String(http.StatusOK, "done"); return nil }
	return []dialect.Route{
		{Method: http.MethodPost, Path: "/check", Handle: done},
		{Method: http.MethodGet, Path: "/vendor/check", Handle: done},
		{Method: http.MethodGet, Path: "/load", Handle: done},
	}
}

// filer is a vendor with files.
type filer struct{ vendor }

const (
	script = "/v4/gt4.js"
	style  = "/vendor/v4/gt4.css"
)

func (filer) Files() []dialect.File {
	return []dialect.File{
		{Path: script, Type: "application/javascript; charset=utf-8", Body: scriptBody},
		{Path: style, Type: "text/css", Body: "a{}"},
	}
}

var scriptBody = "// 验证码\n" + strings.Repeat("let a = 1;\n", 1000)

// serve mounts d as a server does.
func serve(d dialect.Dialect, core dialect.Core) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	dialect.Mount(engine, d, core, slog.New(slog.DiscardHandler))
	return engine
}

// web is d on a real port, since only net/http's server knows what HEAD means.
type web struct {
	t *testing.T
	*httptest.Server
}

func newWeb(t *testing.T, d dialect.Dialect) web {
	server := httptest.NewServer(serve(d, nil))
	t.Cleanup(server.Close)
	return web{t, server}
}

// get sends the headers as they are, and tells the body as it came.
func (w web) get(method, path string, header http.Header) (*http.Response, string) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.URL+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header = http.Header{"Accept-Encoding": {"identity"}}
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := w.Client().Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response, string(body)
}

func TestAFileIsServedToThePagesOfAllOnBothPaths(t *testing.T) {
	w := newWeb(t, filer{})
	want := map[string]string{
		"Content-Type": "application/javascript; charset=utf-8", "Access-Control-Allow-Origin": "*",
		"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=300",
		"X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding", "Content-Encoding": "",
	}
	for _, path := range []string{script, "/vendor" + script} {
		for _, method := range []string{"GET", "HEAD"} {
			response, body := w.get(method, path, http.Header{"Origin": {"https://any.example.com"}})
			got := map[string]string{}
			for name := range want {
				got[name] = strings.Join(response.Header.Values(name), " and ")
			}
			if diff := cmp.Diff(want, got); diff != "" || response.StatusCode != http.StatusOK {
				t.Errorf("%s %s: %d %s", method, path, response.StatusCode, diff)
			}
			if response.ContentLength != int64(len(scriptBody)) || response.Header.Get("ETag") == "" {
				t.Errorf("%s %s: %d bytes are told, and ETag %q", method, path, response.ContentLength, response.Header.Get("ETag"))
			}
			if wantBody := map[string]string{"GET": scriptBody}[method]; body != wantBody {
				t.Errorf("%s %s: a body of %d bytes", method, path, len(body))
			}
		}
	}
	for path, status := range map[string]int{style: http.StatusOK, "/vendor" + style: http.StatusNotFound, "/v4": http.StatusNotFound} {
		if response, _ := w.get("GET", path, nil); response.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, response.StatusCode, status)
		}
	}
	if response, _ := w.get("POST", script, nil); response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", response.StatusCode)
	}
}

func TestAFileIsCompressedForWhoTakesGzip(t *testing.T) {
	w := newWeb(t, filer{})
	for accepted, want := range map[string]bool{
		"gzip": true, "gzip, deflate, br, zstd": true, "br;q=1.0, GZIP;q=0.8, *;q=0.1": true, "deflate,gzip;q=0.001": true,
		"": false, "identity": false, "br": false, "gzip;q=0": false, "gzip; q=0": false, "gzip;q=0.000, br": false, "x-gzip": false,
	} {
		for _, method := range []string{"GET", "HEAD"} {
			response, body := w.get(method, script, http.Header{"Accept-Encoding": {accepted}})
			if compressed := response.Header.Get("Content-Encoding") == "gzip"; compressed != want {
				t.Errorf("%s, accepting %q: Content-Encoding is %q", method, accepted, response.Header.Get("Content-Encoding"))
				continue
			}
			if method == "HEAD" {
				if small := response.ContentLength < int64(len(scriptBody)); small != want {
					t.Errorf("HEAD, accepting %q: %d bytes are told", accepted, response.ContentLength)
				}
				continue
			}
			if want {
				if response.ContentLength != int64(len(body)) || len(body) >= len(scriptBody) {
					t.Errorf("accepting %q: %d bytes are told, %d came", accepted, response.ContentLength, len(body))
				}
				body = gunzip(t, body)
			}
			if body != scriptBody {
				t.Errorf("accepting %q: another body, of %d bytes", accepted, len(body))
			}
		}
	}
	// What would only grow is left as it is.
	response, body := w.get("GET", style, http.Header{"Accept-Encoding": {"gzip"}})
	if response.Header.Get("Content-Encoding") != "" || body != "a{}" {
		t.Errorf("three bytes came as %q", body)
	}
}

func gunzip(t *testing.T, compressed string) string {
	t.Helper()
	reader, err := gzip.NewReader(strings.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAFileThatHasNotChangedIsNotSentAgain(t *testing.T) {
	w := newWeb(t, filer{})
	tag := func(path, accepted string) string {
		response, _ := w.get("GET", path, http.Header{"Accept-Encoding": {accepted}})
		return response.Header.Get("ETag")
	}
	plain, compressed, another := tag(script, "identity"), tag(script, "gzip"), tag(style, "identity")
	if plain == compressed || plain == another {
		t.Errorf("different bytes have one ETag: %s, %s, %s", plain, compressed, another)
	}
	for name, c := range map[string]struct {
		known, accepted string
		status          int
	}{
		"what it is":                  {plain, "identity", http.StatusNotModified},
		"what it is, compressed":      {compressed, "gzip", http.StatusNotModified},
		"what it is, among others":    {another + ", W/" + plain, "identity", http.StatusNotModified},
		"the compressed one's":        {compressed, "identity", http.StatusOK},
		"the uncompressed one's":      {plain, "gzip", http.StatusOK},
		"another file's":              {another, "identity", http.StatusOK},
		"what it is, without quotes":  {strings.Trim(plain, `"`), "identity", http.StatusOK},
		"nothing, and so it is empty": {"", "identity", http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{"GET", "HEAD"} {
				response, body := w.get(method, script, http.Header{"If-None-Match": {c.known}, "Accept-Encoding": {c.accepted}})
				if response.StatusCode != c.status || c.status == http.StatusNotModified && body != "" {
					t.Errorf("%s: %d, with a body of %d bytes; want %d", method, response.StatusCode, len(body), c.status)
				}
				if c.status == http.StatusNotModified {
					for name, want := range map[string]string{
						"ETag": map[string]string{"identity": plain, "gzip": compressed}[c.accepted], "Access-Control-Allow-Origin": "*",
						"Vary": "Accept-Encoding", "Cache-Control": "public, max-age=300", "Content-Encoding": "",
					} {
						if got := response.Header.Get(name); got != want {
							t.Errorf("%s: %s is %q, want %q", method, name, got, want)
						}
					}
				}
			}
		})
	}
}

func TestPathsAreThoseOfRoutesAndFiles(t *testing.T) {
	routes := []string{"/check", "/vendor/check", "/load"}
	if got := dialect.Paths(vendor{}); !slices.Equal(got, routes) {
		t.Errorf("without files: %q", got)
	}
	if got := dialect.Paths(filer{}); !slices.Equal(got, append(routes, script, style)) {
		t.Errorf("with files: %q", got)
	}
}

// faults are those of Sites by their keys.
type faults map[string]string

func (f faults) Fault(_ context.Context, dialect, site string) string { return f[dialect+"/"+site] }

func TestNothingIsDoneWrongInServeMode(t *testing.T) {
	if got := (dialect.Deps{}).Fault(t.Context(), "vendor", "app"); got != "" {
		t.Errorf("without faults: %q", got)
	}
	deps := dialect.Deps{Faults: faults{"vendor/app": "offline"}}
	if got := deps.Fault(t.Context(), "vendor", "app"); got != "offline" {
		t.Errorf("the fault of the site: %q", got)
	}
	if got := deps.Fault(t.Context(), "vendor", "other"); got != "" {
		t.Errorf("the fault of another site: %q", got)
	}
}
