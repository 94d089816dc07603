package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestARestartBetweenAnyTwoStepsLosesNothing takes challenges through their lives
// with a new server, on the same file, for each step.
func TestARestartBetweenAnyTwoStepsLosesNothing(t *testing.T) {
	db := database(t)
	// step sends one request to a server that was just started, and stops it.
	step := func(path, body string, header http.Header) (int, map[string]any) {
		t.Helper()
		p := start(t, "mock", db)
		method := http.MethodPost
		if body == "" {
			method = http.MethodGet
		}
		request, err := http.NewRequestWithContext(t.Context(), method, p.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = header.Clone()
		request.Header.Set("Content-Type", "application/json")
		status, answer := do(t, request)
		if code := p.stop(); code != exitOK {
			t.Errorf("exit %d: %s", code, p.stderr)
		}
		var members map[string]any
		if answer != "" {
			if err := json.Unmarshal([]byte(answer), &members); err != nil {
				t.Fatalf("%s: %d %.200s", path, status, answer)
			}
		}
		return status, members
	}
	solution := func(id any) map[string]any {
		t.Helper()
		_, challenge := step(fmt.Sprintf("/control/v1/challenges/%v", id), "", http.Header{})
		found, _ := challenge["solution"].(map[string]any)
		return found
	}

	t.Run("OneAccess", func(t *testing.T) {
		device := http.Header{
			"X-Client-Id": {"DRrYIqauawN0I8myTMoDTPys6ezGZxnm"}, "X-Agent": {"x"}, "X-Device-Fingerprint": {"x"}, "X-Operating-Sys-Version": {"x"},
		}
		_, challenge := step("/api/v2/sdk/captcha", "", device)
		point := fmt.Sprintf(`{\"x\":%v,\"y\":5}`, solution(challenge["token"])["x"])
		_, solved := step("/api/v2/sdk/captcha/verify", fmt.Sprintf(`{"point_json":"%s","token":%q,"sender":"12345678901"}`, point, challenge["token"]), device)
		send := fmt.Sprintf(`{"mobile":"12345678901","type":"LOGIN_SMS","captcha_token":"%v---%s"}`, challenge["token"], point)
		if solved["captcha_token"] == nil {
			t.Fatalf("verify: %v", solved)
		}
		if status, answer := step("/api/v2/sdk/sms/send", send, device); status != http.StatusOK {
			t.Errorf("send: %d %v", status, answer)
		}
		if _, answer := step("/api/v2/sdk/sms/send", send, device); answer["error_code"] != "CAPTCHA.0003" {
			t.Errorf("send again: %v", answer)
		}
	})
	t.Run("CloudBase", func(t *testing.T) {
		_, challenge := step("/auth/v1/captcha/data?client_id=demo-env", "{}", http.Header{})
		verify := fmt.Sprintf(`{"token":%q,"key":%q}`, challenge["token"], solution(challenge["token"])["text"])
		if _, solved := step("/auth/v1/captcha/data/verify?client_id=demo-env", verify, http.Header{}); solved["captcha_token"] == nil {
			t.Fatalf("verify: %v", solved)
		}
		if _, again := step("/auth/v1/captcha/data/verify?client_id=demo-env", verify, http.Header{}); again["error"] != "captcha_used" {
			t.Errorf("verify again: %v", again)
		}
	})
}

func TestACaptchaTokenSurvivesARestart(t *testing.T) {
	args := []string{"mock", database(t), "--base-url=https://captcha.example.test"}
	first := start(t, args...)
	_, minted := post(t, first.url+"/control/v1/passes", `{"site":"demo-once"}`)
	first.stop()
	second := start(t, args...)
	var pass struct{ Pass json.RawMessage }
	if err := json.Unmarshal([]byte(minted), &pass); err != nil {
		t.Fatal(err)
	}
	redeem := fmt.Sprintf(`{"site":"demo-once","secret":"cloudbase-demo-secret","pass":%s}`, pass.Pass)
	for _, want := range []int{http.StatusOK, http.StatusConflict} {
		if status, answer := post(t, second.url+"/native/v1/redeem", redeem); status != want {
			t.Errorf("%d %s, want %d", status, answer, want)
		}
	}
}

// TestARequestInFlightIsAnsweredBeforeTheServerStops stops the server while a
// request waits for a Site's webhook.
func TestARequestInFlightIsAnsweredBeforeTheServerStops(t *testing.T) {
	reached, goOn := make(chan bool), make(chan bool)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(reached)
		<-goOn
	}))
	defer hook.Close()
	db := database(t)
	must(t, "site", "add", db, "--dialect=oneaccess", "--key=app", "--set=oneaccess.lenient_headers=on", "--set=oneaccess.webhook="+hook.URL)
	p := start(t, "mock", db)
	var minted struct {
		Pass struct {
			CaptchaToken string `json:"captcha_token"`
		}
	}
	_, answer := post(t, p.url+"/control/v1/passes", `{"site":"app","subject":"12345678901"}`)
	if err := json.Unmarshal([]byte(answer), &minted); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"mobile": "12345678901", "type": "LOGIN_SMS", "captcha_token": minted.Pass.CaptchaToken})
	if err != nil {
		t.Fatal(err)
	}
	answered, stopped := make(chan int, 1), make(chan int, 1)
	go func() {
		request, _ := http.NewRequest("POST", p.url+"/api/v2/sdk/sms/send", strings.NewReader(string(body)))
		request.Header.Set("X-client-id", "app")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		response.Body.Close()
		answered <- response.StatusCode
	}()
	<-reached
	go func() { stopped <- p.stop() }()
	select {
	case code := <-stopped:
		t.Errorf("stopped (exit %d) with a request in flight", code)
	default:
	}
	close(goOn)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the request in flight: status %d", status)
	}
	if code := <-stopped; code != exitOK {
		t.Errorf("exit %d: %s", code, p.stderr)
	}
}
