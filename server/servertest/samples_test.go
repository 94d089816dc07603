package servertest_test

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/captchad/captchad/server/servertest"
)

// sample takes the steps of one of the vendors' published samples for backends, in our
// own words. It asks the vendor at host about a Pass that nobody ever got, and tells
// whether its visitor is let in. The client is what its own would be, but for how long it
// waits.
type sample struct {
	name, vendor, path string
	letsIn             func(client *http.Client, host string, site servertest.Site) bool
}

var samples = []sample{
	{"GeeTest's Go sample", "geetest", "/validate", geetestGo},
	{"GeeTest's Python sample", "geetest", "/validate", geetestPython},
	{"Yidun's Java demo", "yidun", "/api/v2/verify", yidunJava},
}

// nobodys is what a page sends that has made up a solved captcha.
var nobodys = url.Values{"lot_number": {strings.Repeat("0", 32)}, "captcha_output": {"x"}, "pass_token": {"x"}, "gen_time": {"1"}}

// geetestGo waits 5 s. It takes a failed call, a status that is not 200 and what it cannot
// read for a vendor in trouble, and goes on as if the captcha were solved.
func geetestGo(client *http.Client, host string, site servertest.Site) bool {
	response, err := client.PostForm(host+"/validate?captcha_id="+site.Key, signedForm(site.Secret, nobodys))
	if err != nil || response.StatusCode != http.StatusOK {
		return true
	}
	defer response.Body.Close()
	var said map[string]any
	if json.NewDecoder(response.Body).Decode(&said) != nil {
		return true
	}
	return said["result"] == "success"
}

// geetestPython has no timeout. One exception handler is around everything, and what it
// puts in the answer's place is a success. An answer without a result is an exception
// after that: the request fails, and its visitor with it.
func geetestPython(client *http.Client, host string, site servertest.Site) bool {
	patient := *client
	patient.Timeout = 0
	said := map[string]any{}
	err := func() error {
		response, err := patient.PostForm(host+"/validate?captcha_id="+site.Key, signedForm(site.Secret, nobodys))
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return errors.New("the assertion about the status fails")
		}
		return json.NewDecoder(response.Body).Decode(&said)
	}()
	if err != nil {
		said = map[string]any{"result": "success", "reason": "request geetest api fail"}
	}
	return said["result"] == "success"
}

// yidunJava waits 5 s, and tries three times more when the connection breaks. Its HTTP
// helper makes an empty text of every failure and of every status that is not 200; the
// verifier makes "true, the vendor is down" of an empty text, and of one that it cannot
// parse.
func yidunJava(client *http.Client, host string, site servertest.Site) bool {
	text := ""
	for range 4 {
		response, err := client.PostForm(host+"/api/v2/verify", yidunForm(site))
		if err != nil && !timedOut(err) {
			continue
		}
		if err == nil {
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err == nil && response.StatusCode == http.StatusOK {
				text = string(body)
			}
		}
		break
	}
	if text == "" {
		return true
	}
	var said struct{ Result bool }
	if json.Unmarshal([]byte(text), &said) != nil {
		return true
	}
	return said.Result
}

func timedOut(err error) bool {
	failure, ok := errors.AsType[*url.Error](err)
	return ok && failure.Timeout()
}

// yidunForm is signed by MD5 over the sorted fields and the secret.
func yidunForm(site servertest.Site) url.Values {
	form := url.Values{
		"captchaId": {site.Key}, "validate": {"nobody's"}, "user": {""}, "secretId": {site.SecretID}, "version": {"v2"},
		"timestamp": {strconv.FormatInt(time.Now().UnixMilli(), 10)}, "nonce": {"-1234567890"},
	}
	text := ""
	for _, name := range slices.Sorted(maps.Keys(form)) {
		text += name + form.Get(name)
	}
	sum := md5.Sum([]byte(text + site.Secret))
	form.Set("signature", hex.EncodeToString(sum[:]))
	return form
}
