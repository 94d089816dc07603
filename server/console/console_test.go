package console_test

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/console"
	"github.com/captchad/captchad/web"
)

var made = console.New(console.Config{Vendors: []string{"geetest", "native"}, Demo: true})

func get(path string, header ...string) *httptest.ResponseRecorder {
	return ask(made, http.MethodGet, path, header...)
}

func ask(handler http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

var id = strings.Repeat("0f", 16)

func TestEveryPathThatCanBeLinkedToHasThePage(t *testing.T) {
	for _, path := range []string{
		"/console/", "/console/latest", "/console/challenges/" + id, "/console/requests/17", "/console/sites", "/console/script",
		"/console/outbox", "/console/try", "/console/try/geetest", "/console/try/native",
	} {
		answer := get(path)
		if answer.Code != http.StatusOK || !strings.Contains(answer.Body.String(), `<main id="main"`) {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
		}
		if strings.Contains(answer.Body.String(), "data-missing") {
			t.Errorf("%s: it says that there is no such page", path)
		}
	}
	if answer := get("/console"); answer.Header().Get("Location") != "/console/" {
		t.Errorf("without its slash: %d %v", answer.Code, answer.Header())
	}
}

func TestAnUnknownPathIsNotFoundAndLooksLikeTheConsole(t *testing.T) {
	for _, path := range []string{
		"/console/nothing", "/console/sites/", "/console/challenges/", "/console/challenges/x", "/console/challenges/" + id + "0",
		"/console/challenges/" + id + "/x", "/console/requests/0", "/console/requests/-1", "/console/requests/1e3", "/console/try/nobody",
		"/console/try/geetest/x", "/console/static/", "/console/static/nothing.css",
	} {
		answer := get(path)
		page := answer.Body.String()
		if answer.Code != http.StatusNotFound || !strings.Contains(page, "There is no such page") || !strings.Contains(page, `<nav aria-label="Console">`) {
			t.Errorf("%s: %d %s", path, answer.Code, page)
		}
	}
}

func TestAHostilePathIsShownAsTheTextThatItIs(t *testing.T) {
	for _, path := range []string{
		"/console/%3Cscript%3Ealert(1)%3C/script%3E", "/console/%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", "/console/try/%27%22%3E%3Csvg%20onload=1%3E",
	} {
		page := get(path).Body.String()
		for _, live := range []string{"<script>alert", "<img src=x", "<svg"} {
			if strings.Contains(page, live) {
				t.Errorf("%s is markup: %s", path, page)
			}
		}
	}
}

func TestThePageHasNoScriptAndNoStyleOfItsOwn(t *testing.T) {
	for _, path := range []string{"/console/", "/console/nothing"} {
		page := get(path).Body.String()
		if found := regexp.MustCompile(`<script>|<style|\sstyle=|\son[a-z]+=|https?://|javascript:`).FindString(page); found != "" {
			t.Errorf("%s has %q", path, found)
		}
	}
}

func TestEveryAnswerHasThePolicy(t *testing.T) {
	for _, path := range []string{"/console", "/console/", "/console/sites", "/console/nothing", "/console/static/console.js", "/console/static/base.css"} {
		header := get(path).Header()
		policy := header.Get("Content-Security-Policy")
		for _, directive := range []string{
			"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'",
			"base-uri 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
		} {
			if !strings.Contains(policy+";", directive+";") {
				t.Errorf("%s: no %s in %q", path, directive, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "data:") || strings.Contains(policy, "*") {
			t.Errorf("%s: the policy is lax: %q", path, policy)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cache-Control") == "" {
			t.Errorf("%s: %v", path, header)
		}
	}
}

func TestWhatThePageLoadsIsThere(t *testing.T) {
	loaded := regexp.MustCompile(`(?:src|href)="(/console/static/[^"]+)"`).FindAllStringSubmatch(get("/console/").Body.String(), -1)
	styles, err := fs.Glob(web.Console, "console/static/*.css")
	if err != nil || len(loaded) < len(styles)+3 { // the look, the mark and the script, too
		t.Errorf("the page loads %v, and there are the styles %v (%v)", loaded, styles, err)
	}
	types := map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
	for _, match := range loaded {
		answer := get(match[1])
		ending := match[1][strings.LastIndex(match[1], "."):]
		if answer.Code != http.StatusOK || !strings.HasPrefix(answer.Header().Get("Content-Type"), types[ending]) {
			t.Errorf("%s: %d %v", match[1], answer.Code, answer.Header())
		}
		tag := answer.Header().Get("ETag")
		if again := get(match[1], "If-None-Match", tag); tag == "" || again.Code != http.StatusNotModified {
			t.Errorf("%s is sent again to who has it: %d, ETag %q", match[1], again.Code, tag)
		}
	}
}

func TestThePageKnowsTheVendorsAndWhetherThereIsADemo(t *testing.T) {
	if page := get("/console/").Body.String(); !strings.Contains(page, `data-vendors="geetest native" data-demo>`) {
		t.Error(page)
	}
	without := console.New(console.Config{Vendors: []string{"native"}})
	if page := ask(without, http.MethodGet, "/console/").Body.String(); !strings.Contains(page, `data-vendors="native">`) {
		t.Error(page)
	}
}

func TestThePageIsOnlyRead(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		if answer := ask(made, method, "/console/sites"); answer.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, answer.Code)
		}
	}
	if answer := ask(made, http.MethodHead, "/console/sites"); answer.Code != http.StatusOK {
		t.Errorf("HEAD: %d", answer.Code)
	}
}
