package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestARealNginxAsksForwardAuth runs Debian's nginx with the configuration that
// the README shows, between a page and an app that knows nothing of captchas.
func TestARealNginxAsksForwardAuth(t *testing.T) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ordered") }))
	defer app.Close()
	captchad := start(t, "mock")
	page := startNginx(t, "nginx.conf", captchad.url, app.URL)

	var minted struct {
		Pass struct {
			CaptchaToken string `json:"captcha_token"`
		}
	}
	_, answer := post(t, captchad.url+"/control/v1/passes", `{"site":"demo-env"}`)
	if err := json.Unmarshal([]byte(answer), &minted); err != nil {
		t.Fatal(err)
	}
	token := minted.Pass.CaptchaToken
	const (
		required = `{"error":"captcha_required","error_code":4001,"error_description":"captcha_token required"}`
		invalid  = `{"error":"captcha_invalid","error_code":4002,"error_description":"captcha_token invalid"}`
	)
	for name, c := range map[string]struct {
		method, path, header string
		status               int
		body                 string
	}{
		"no token":                {"GET", "/orders", "", 400, required},
		"a bad one":               {"GET", "/orders", "x", 400, invalid},
		"a good one in a header":  {"GET", "/orders", token, 200, "ordered"},
		"in the query, by POST":   {"POST", "/orders?captcha_token=" + token + "&client_id=demo-env", "", 200, "ordered"},
		"two that differ":         {"GET", "/orders?captcha_token=x", token, 400, invalid},
		"a preflight":             {"OPTIONS", "/orders", "", 204, ""},
		"the check from outside":  {"GET", "/captcha-check", token, 404, "*"},
		"a token for another use": {"GET", "/orders?preflight=allow", "", 400, required},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), c.method, page+c.path, strings.NewReader("a body"))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Origin", "http://app.example.com")
			if c.header != "" {
				request.Header.Set("x-captcha-token", c.header)
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != c.status || c.body != "*" && string(body) != c.body {
				t.Errorf("%d %s", response.StatusCode, body)
			}
			if c.status == http.StatusBadRequest && response.Header.Get("Access-Control-Allow-Origin") != "*" {
				t.Error("the SDK could not read this")
			}
		})
	}
}

// TestARealNginxLetsValidateAnswer: what a visitor's browser can make a backend send
// gets the vendor's 200 through the README's configuration too.
func TestARealNginxLetsValidateAnswer(t *testing.T) {
	captchad := start(t, "mock", "--trusted-proxies=127.0.0.1")
	proxy := startNginx(t, "nginx-geetest.conf", captchad.url, "")
	validate := proxy + "/validate?captcha_id=" + geetestDemo
	if status, said := get(t, validate+"&captcha_output="+strings.Repeat("x", 900<<10), nil); status != http.StatusOK || !strings.Contains(said, "-50005") {
		t.Errorf("a long query: %d %.200s", status, said)
	}
	if said := postForm(t, validate, url.Values{"captcha_output": {strings.Repeat("x", 8<<20)}}); !strings.Contains(said, "-50005") {
		t.Errorf("a large body: %.200s", said)
	}
	address := strings.TrimPrefix(proxy, "http://")
	if _, said := get(t, proxy+"/load?callback=geetest_1&captcha_id="+geetestDemo, nil); !strings.Contains(said, `"static_servers":["`+address+`"]`) {
		t.Errorf("the loader is sent elsewhere: %s", said)
	}
}

// startNginx starts nginx in a folder of its own, with the addresses of one of the
// README's configurations replaced, and tells where it listens.
func startNginx(t *testing.T, config, captchad, app string) string {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // not on everybody's PATH
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("nginx is not installed: make test installs it")
	}
	text, err := os.ReadFile("../../testdata/proxies/" + config)
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	site := strings.NewReplacer(
		"127.0.0.1:8080", address,
		"http://127.0.0.1:7480", captchad,
		"http://127.0.0.1:3000", app,
	).Replace(string(text))
	folder := t.TempDir()
	user := ""
	if os.Getuid() == 0 {
		user = "user root;" // the folder is ours alone
	}
	whole := fmt.Sprintf(`%s daemon off; pid %[2]s/pid; error_log %[2]s/error.log; events {}
http { access_log off; client_body_temp_path %[2]s/body; proxy_temp_path %[2]s/proxy; fastcgi_temp_path %[2]s/fastcgi;
uwsgi_temp_path %[2]s/uwsgi; scgi_temp_path %[2]s/scgi;
%[3]s }`, user, folder, site)
	path := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	nginx := exec.Command(program, "-e", folder+"/error.log", "-p", folder, "-c", path)
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	go func() { exited <- nginx.Wait() }()
	t.Cleanup(func() { nginx.Process.Signal(os.Interrupt); <-exited })
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return "http://" + address
		}
		select {
		case err := <-exited:
			exited <- err
			log, _ := os.ReadFile(folder + "/error.log")
			t.Fatalf("nginx: %v\n%s", err, log)
		case <-time.After(10 * time.Millisecond): // it says to nobody when it is ready
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
