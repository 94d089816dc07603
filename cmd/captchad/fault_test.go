package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const geetestDemo = "647f5ed2ed8acb4be36784e01556bb71"

func TestFaultsAreTheMocksAlone(t *testing.T) {
	p := start(t, "mock", "--fault="+geetestDemo+"=error:-50105")
	if said := postForm(t, p.url+"/validate", url.Values{"captcha_id": {geetestDemo}}); !strings.Contains(said, "-50105") {
		t.Errorf("mock: %s", said)
	}
	for name, args := range map[string][]string{
		"no such fault":          {"mock", "--fault=" + geetestDemo + "=cheese"},
		"no such site":           {"mock", "--fault=nobody=http:500"},
		"another vendor's":       {"mock", "--fault=native-demo=error:-50105"},
		"serve mode has no flag": {"serve", database(t), "--fault=" + geetestDemo + "=http:500"},
	} {
		if _, stderr, code := command(t, append(args, "--listen=127.0.0.1:0")...); code != exitUsage || !strings.Contains(stderr, "fault") {
			t.Errorf("%s: exit %d, %s", name, code, stderr)
		}
	}
	serving := start(t, database(t))
	if said := postForm(t, serving.url+"/validate", url.Values{"captcha_id": {geetestDemo}}); !strings.Contains(said, "-50103") {
		t.Errorf("serve mode knows the demo site: %s", said)
	}
	if status, _ := get(t, serving.url+"/control/v1/faults", nil); status != http.StatusNotFound {
		t.Errorf("serve mode has the control API: %d", status)
	}
}

func TestAQueryMayBeAsLongAsAPageCanMakeIt(t *testing.T) {
	p := start(t, "mock")
	status, said := get(t, p.url+"/validate?captcha_id="+geetestDemo+"&captcha_output="+strings.Repeat("x", 3<<20), nil)
	if status != http.StatusOK || !strings.Contains(said, "-50005") {
		t.Errorf("%d %.200s", status, said)
	}
}
