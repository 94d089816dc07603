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
