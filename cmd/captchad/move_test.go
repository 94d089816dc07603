package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAnAppKeepsItsCredentials moves apps here that have keys and secrets of their
// vendor already. What is well signed is refused for its Pass alone.
func TestAnAppKeepsItsCredentials(t *testing.T) {
	db := database(t)
	const key, id, secret = "a05f036b70ab447b87cc788af9a60974", "f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40", "6308afb129ea00301bd7c79621d07591"
	const geetest = "647f5ed2ed8acb4be36784e01556bb71"
	must(t, "site", "add", db, "--dialect=yidun", "--key="+key, "--secret-id="+id, "--secret="+secret)
	must(t, "site", "add", db, "--dialect=geetest", "--key="+geetest, "--secret="+secret)
	p := start(t, db)

	const lot = "4dc3cfc2cdff448cad8d13107198d473"
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(lot))
	said := postForm(t, p.url+"/validate", url.Values{
		"captcha_id": {geetest}, "lot_number": {lot}, "gen_time": {"1"}, "sign_token": {hex.EncodeToString(mac.Sum(nil))},
	})
	if !strings.Contains(said, `"pass_token error"`) {
		t.Errorf("GeeTest: %s", said)
	}

	verify := func(secret string) string { return postForm(t, p.url+"/api/v2/verify", yidunForm(key, id, secret)) }
	if said := verify(secret); !strings.Contains(said, `"fail"`) {
		t.Errorf("Yidun: %s", said)
	}
	fresh := regexp.MustCompile(`[0-9a-f]{32}`).FindString(must(t, "site", "rotate", db, key))
	soon(t, "Yidun takes the fresh secret under its old secretId", func() bool { return strings.Contains(verify(fresh), `"fail"`) })
	if said := verify(secret); !strings.Contains(said, `"fail"`) {
		t.Errorf("Yidun, rotated, with the old secret: %s", said)
	}
	if said := verify("another secret"); !strings.Contains(said, `415`) {
		t.Errorf("Yidun, wrong secret: %s", said)
	}
	if _, stderr, code := command(t, "site", "add", db, "--dialect=geetest", "--secret=short"); code != exitUsage || !strings.Contains(stderr, "secret") {
		t.Errorf("a short secret: exit %d, %s", code, stderr)
	}
}

// yidunForm is signed by MD5 over the sorted fields and the secret.
func yidunForm(key, id, secret string) url.Values {
	form := url.Values{
		"captchaId": {key}, "validate": {"x"}, "user": {""}, "secretId": {id}, "version": {"v2"},
		"timestamp": {fmt.Sprint(time.Now().UnixMilli())}, "nonce": {"1"},
	}
	text := ""
	for _, name := range slices.Sorted(maps.Keys(form)) {
		text += name + form.Get(name)
	}
	sum := md5.Sum([]byte(text + secret))
	form.Set("signature", hex.EncodeToString(sum[:]))
	return form
}

func postForm(t *testing.T, address string, form url.Values) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "POST", address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, body := do(t, request)
	if status != http.StatusOK {
		t.Fatalf("%s: %d %s", address, status, body)
	}
	return body
}
