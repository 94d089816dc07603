package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestMockModeHasTheDemoAndServeModeOnDemand(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
	}{
		{[]string{"mock"}, http.StatusOK},
		{[]string{"serve", database(t)}, http.StatusNotFound},
		{[]string{"serve", database(t), "--demo"}, http.StatusOK},
	} {
		p := start(t, c.args...)
		for _, path := range []string{"/demo", "/demo/", "/demo/oneaccess"} {
			if status, _ := get(t, p.url+path, nil); status != c.status {
				t.Errorf("%v: %s: status %d, want %d", c.args, path, status, c.status)
			}
		}
		if said := strings.Contains(p.stdout.String(), p.url+"/demo/\n"); said != (c.status == http.StatusOK) {
			t.Errorf("%v: prints\n%s", c.args, p.stdout)
		}
	}
}

// The mock's console shows the demo in a frame. Nobody else does, anywhere.
func TestTheDemoIsFramedByTheConsoleAlone(t *testing.T) {
	for _, c := range []struct {
		args      []string
		ancestors string
	}{
		{[]string{"mock"}, "frame-ancestors 'self'"},
		{[]string{"serve", database(t), "--demo"}, "frame-ancestors 'none'"},
	} {
		response, err := http.Get(start(t, c.args...).url + "/demo/")
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if policy := response.Header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, c.ancestors) {
			t.Errorf("%v: %s", c.args, policy)
		}
	}
}

func TestMockModeHasTheConsoleAndPrintsWhere(t *testing.T) {
	p := start(t, "mock")
	if !strings.Contains(p.stdout.String(), p.url+"/console/\n") {
		t.Errorf("prints\n%s", p.stdout)
	}
	for path, status := range map[string]int{"/console/": http.StatusOK, "/console/try/geetest": http.StatusOK, "/console/nothing": http.StatusNotFound} {
		if got, page := get(t, p.url+path, nil); got != status || !strings.Contains(page, "data-demo") {
			t.Errorf("%s: %d %s", path, got, page)
		}
	}
}

func TestTheDemoOfTheMockRedeemsWhatTheMockMints(t *testing.T) {
	p := start(t, "mock")
	_, body := post(t, p.url+"/control/v1/passes", `{"site":"native-demo"}`)
	var minted struct{ Pass json.RawMessage }
	if err := json.Unmarshal([]byte(body), &minted); err != nil {
		t.Fatal(err)
	}
	status, told := post(t, p.url+"/demo/native/login", fmt.Sprintf(`{"account":"ada","pass":%s}`, minted.Pass))
	if status != http.StatusOK || !strings.Contains(told, `"accepted":true`) || strings.Contains(told, "native-demo-secret") {
		t.Errorf("%d %s", status, told)
	}
}
