package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestTheAuditLog(t *testing.T) {
	db := database(t)
	must(t, "site", "add", "--dialect=native", "--key=mine", db)
	issue := func(p *program) string {
		t.Helper()
		status, issued := post(t, p.url+"/native/v1/challenges", `{"site":"mine"}`)
		if status != 201 {
			t.Fatalf("got %d %s", status, issued)
		}
		_, after, _ := strings.Cut(issued, `"id":"`)
		return after[:32]
	}
	answer := func(p *program, id string) {
		t.Helper()
		if status, body := post(t, p.url+"/native/v1/challenges/"+id+"/answers", `{"site":"mine","answer":{"x":1}}`); status != 422 && status != 200 {
			t.Fatalf("got %d %s", status, body)
		}
	}

	p := start(t, "serve", db)
	answer(p, issue(p))
	p.stop()
	if out := must(t, "audit", db); out != "" {
		t.Errorf("nobody asked for an audit log, and it has\n%s", out)
	}

	p = start(t, "serve", db, "--audit-retention=24h", "--audit-addresses=clear")
	first, second := issue(p), issue(p)
	answer(p, first)
	answer(p, second)
	p.stop()
	var line auditLine
	out := must(t, "audit", db, "--since=1h", "--id="+first)
	if err := json.Unmarshal([]byte(out), &line); err != nil {
		t.Fatalf("%v in %q", err, out)
	}
	if line.Step != "answered" || line.Outcome != "wrong" || line.Site != "mine" || line.Kind != "slider" || line.ID != first || line.Address != "127.0.0.1" {
		t.Errorf("got %+v", line)
	}
	if out := must(t, "audit", db, "--format=csv"); strings.Count(out, "\n") != 3 || !strings.HasPrefix(out, "seq,at,step,outcome,") || !strings.Contains(out, second) {
		t.Errorf("got\n%s", out)
	}
	if out := must(t, "audit", db, "--outcome=done"); out != "" {
		t.Errorf("nothing was done, and there is\n%s", out)
	}
	for _, bad := range []string{"--since=yesterday", "--id=x", "--step=dance"} {
		if _, stderr, code := command(t, "audit", db, bad); code != exitUsage || !strings.Contains(stderr, strings.TrimLeft(strings.SplitN(bad, "=", 2)[0], "-")) {
			t.Errorf("%s: exit %d, %s", bad, code, stderr)
		}
	}
}
