package yidun_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/dialect/yidun"
)

// What each client sends for the same redemption, byte for byte.
const (
	goBody = "captchaId=a05f036b70ab447b87cc788af9a60974&nonce=0123456789abcdef0123456789abcdef&secretId=f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40&" +
		"signature=c522fee3543d096b02de4a4929eb255434580c9cf877fe0de76834b6d7c29b8e&signatureMethod=SHA256&timestamp=1700000000000&user=&" +
		"validate=CN31_test-validate_0.1&version=v2"
	pythonBody = "captchaId=a05f036b70ab447b87cc788af9a60974&validate=CN31_test-validate_0.1&user=%7B%27user%27%3A123345%7D&" +
		"secretId=f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40&version=v2&timestamp=1700000000000&nonce=12345678&signature=aeea407e8de1647383095ce0a030bd5e"
	javaBody = "captchaId=a05f036b70ab447b87cc788af9a60974&nonce=0123456789abcdef0123456789abcdef&secretId=f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40&" +
		"signature=e16417df1ed70ac01b223d40df5fbc1d&timestamp=1700000000000&user&validate=CN31_test-validate_0.1&version=v2"
	unicodeBody = "captchaId=a05f036b70ab447b87cc788af9a60974&nonce=0123456789abcdef0123456789abcdef&secretId=f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40&" +
		"signature=8fb309fd4cfd517e65b072364fae910f&timestamp=1700000000000&" +
		"user=%E7%94%A8%E6%88%B7A+%E5%BC%A0%E4%B8%89%2B%26%3D%F0%9F%98%80&validate=CN31_test-validate_0.1&version=v2"
	goSampleBody = "version=v2&user={'user':123345}&signature=aeea407e8de1647383095ce0a030bd5e&nonce=12345678&timestamp=1700000000000&" +
		"validate=CN31_test-validate_0.1&captchaId=a05f036b70ab447b87cc788af9a60974&secretId=f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40"
	javaSampleBody = "captchaId=a05f036b70ab447b87cc788af9a60974&validate=CN31_test-validate_0.1&user=%7B%27id%27%3A%27123456%27%7D&" +
		"secretId=f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40&version=v2&timestamp=1700000000000&nonce=-1234567890&signature=9aaa5124a34d48fe921d0cefd1ed2c19"
	nanosecondsBody = "captchaId=a05f036b70ab447b87cc788af9a60974&validate=CN31_test-validate_0.1&user=user-1&" +
		"secretId=f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40&version=v2&timestamp=1700000000000000000&nonce=0123456789abcdef0123456789abcdef&" +
		"signature=867402685235cc0c89e08838b6e009f4"
)

const (
	passedReply = `{"result":true,"error":0,"msg":"ok","phone":"","extraData":""}`
	failedReply = `{"result":false,"error":0,"msg":"fail","phone":"","extraData":""}`
	paramReply  = `{"result":false,"error":419,"msg":"PARAM_ERROR"}`
	signReply   = `{"result":false,"error":415,"msg":"SIGNATURE_ERROR"}`
)

func zip(t testing.TB, text string) string {
	t.Helper()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return zipped.String()
}

func TestEachClientGetsItsAnswer(t *testing.T) {
	sdk := http.Header{"User-Agent": {"SdkVer/1.0;Go-http-client/1.1"}, "Host": {"c.dun.163.com"}}
	plain := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Sdkver": nil}
	for name, c := range map[string]struct {
		body   string
		header http.Header
	}{
		"the Go SDK":                              {goBody, sdk},
		"the Java SDK, whose empty user is bare":  {javaBody, nil},
		"an SDK, with a user in many scripts":     {unicodeBody, nil},
		"the Python sample":                       {pythonBody, plain},
		"the Java sample, with a negative nonce":  {javaSampleBody, plain},
		"the Go sample, which encodes nothing":    {goSampleBody, plain},
		"a client that sends nanoseconds":         {nanosecondsBody, plain},
		"one whose charset nobody knows":          {goBody, http.Header{"Content-Type": {"Application/X-WWW-Form-URLencoded ; charset=utf8;;"}}},
		"one that says that it does not compress": {goBody, http.Header{"Content-Encoding": {"identity"}}},
		"one whose body ends in &":                {goBody + "&&", nil},
		"one that believes it calls the vendor":   {goBody, http.Header{"Host": {"c.dun.163yun.com:80"}}},
	} {
		for form, send := range map[string]func(b backend) *http.Response{
			"as it is": func(b backend) *http.Response { return b.post("/api/v2/verify", c.body, c.header) },
			"in gzip": func(b backend) *http.Response {
				return b.post("/api/v2/verify", zip(b.t, c.body), c.header, http.Header{"Content-Encoding": {"gzip"}})
			},
		} {
			t.Run(name+", "+form, func(t *testing.T) {
				b := newBackend(t)
				b.solve(b.site, validate, nil)
				for _, want := range []string{passedReply, failedReply} {
					response := send(b)
					if got := body(t, response); got != want || response.StatusCode != http.StatusOK {
						t.Errorf("got %d %s, want %s", response.StatusCode, got, want)
					}
					if got := response.Header.Get("Content-Type"); got != "application/json;charset=UTF-8" {
						t.Errorf("Content-Type: %s", got)
					}
				}
			})
		}
	}
}

// tenMegabytes are more than any client sends.
const tenMegabytes = 10 << 20

func TestABodyThatCannotBeReadIsAParameterErrorAndUsesNothingUp(t *testing.T) {
	b := newBackend(t)
	b.solve(b.site, validate, nil)
	zipped := zip(t, goBody)
	asForm := func(mediaType string) http.Header { return http.Header{"Content-Type": {mediaType}} }
	encoded := func(encoding ...string) http.Header { return http.Header{"Content-Encoding": encoding} }
	for name, c := range map[string]struct {
		body   string
		header http.Header
	}{
		"JSON":                                 {`{"captchaId":"` + captchaID + `"}`, asForm("application/json")},
		"a form that is called JSON":           {goBody, asForm("application/json")},
		"multipart":                            {goBody, asForm("multipart/form-data; boundary=x")},
		"no type":                              {goBody, asForm("")},
		"nothing":                              {"", nil},
		"user twice":                           {goBody + "&user=", nil},
		"captchaId twice":                      {goBody + "&captchaId=" + captchaID, nil},
		"a bad escape":                         {strings.Replace(goBody, "user=", "user=%zz", 1), nil},
		"half an escape":                       {goBody + "&x=%4", nil},
		"semicolons":                           {strings.ReplaceAll(goBody, "&", ";"), nil},
		"gzip that is cut off":                 {zipped[:len(zipped)-9], encoded("gzip")},
		"gzip without its checksum":            {zipped[:len(zipped)-4], encoded("gzip")},
		"gzip with another checksum":           {zipped[:len(zipped)-8] + "\x00\x00\x00\x00" + zipped[len(zipped)-4:], encoded("gzip")},
		"gzip with something behind":           {zipped + "x", encoded("gzip")},
		"no gzip, but called so":               {goBody, encoded("gzip")},
		"empty gzip":                           {"", encoded("gzip")},
		"gzip, not called so":                  {zipped, nil},
		"gzip, and that twice":                 {zip(t, zipped), encoded("gzip")},
		"gzip that is called so twice":         {zipped, encoded("gzip", "gzip")},
		"deflate":                              {goBody, encoded("deflate")},
		"br":                                   {goBody, encoded("br")},
		"a body of 64 KiB and a byte":          {goBody + "&x=" + strings.Repeat("x", 64<<10-len(goBody)-2), nil},
		"a gzip bomb":                          {zip(t, goBody+"&x="+strings.Repeat("x", tenMegabytes)), encoded("gzip")},
		"gzip that inflates to 64 KiB and one": {zip(t, goBody+"&x="+strings.Repeat("x", 64<<10-len(goBody)-2)), encoded("gzip")},
		"ten megabytes":                        {goBody + strings.Repeat("&x=y", tenMegabytes/4), nil},
		"ten megabytes of gzip":                {strings.Repeat(zipped, tenMegabytes/len(zipped)), encoded("gzip")},
	} {
		t.Run(name, func(t *testing.T) {
			response := b.post("/api/v2/verify", c.body, c.header)
			if got := body(t, response); got != paramReply || response.StatusCode != http.StatusOK {
				t.Errorf("got %d %.200s", response.StatusCode, got)
			}
		})
	}
	b.wantGood(validate)
}

func TestABodyOf64KiBIsReadAndItsQueryIsNot(t *testing.T) {
	b := newBackend(t)
	fields := b.fields(b.pass())
	fields["x"] = ""
	fields["x"] = strings.Repeat("x", 64<<10-len(encode(sign(fields))))
	if got := b.outcome(b.post("/api/v2/verify?captchaId=x&%zz", encode(sign(fields)))); got != "true" {
		t.Errorf("got %s", got)
	}
}

func TestAGzipBombTakesNoMemory(t *testing.T) {
	b := newBackend(t)
	bomb := zip(t, strings.Repeat("x", 20<<20)) // 20 MB in less than 64 KiB
	if len(bomb) > 64<<10 {
		t.Fatalf("the bomb has %d bytes and is refused as it is", len(bomb))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		if got := body(t, b.post("/api/v2/verify", bomb, http.Header{"Content-Encoding": {"gzip"}})); got != paramReply {
			t.Errorf("got %s", got)
		}
	}
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 20<<20 {
		t.Errorf("ten bombs took %d bytes", taken)
	}
}

func TestTenMegabytesOverARealConnectionAreRefusedInWords(t *testing.T) {
	b := newBackend(t)
	real := httptest.NewServer(b.Handler)
	defer real.Close()
	big := goBody + strings.Repeat("&x=y", tenMegabytes/4)
	response, err := http.Post(real.URL+"/api/v2/verify", "application/x-www-form-urlencoded", strings.NewReader(big))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := body(t, response); got != paramReply || response.StatusCode != http.StatusOK {
		t.Errorf("got %d %.200s", response.StatusCode, got)
	}
}

func TestPathsAndMethodsThatTheVendorDoesNotHave(t *testing.T) {
	b := newBackend(t)
	for _, path := range []string{"/api/v2/verify", "/api/v1/verify", "/yidun/api/v2/verify"} {
		for _, method := range []string{"GET", "HEAD", "PUT", "OPTIONS"} {
			response := b.Do(request(method, path))
			if response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "POST" {
				t.Errorf("%s %s: %d, Allow: %q", method, path, response.StatusCode, response.Header.Get("Allow"))
			}
			if got := body(t, response); got != paramReply {
				t.Errorf("%s %s: %s", method, path, got)
			}
		}
	}
	for _, path := range []string{"/api/v2/getconf", "/api/v3/get", "/api/v2/verify/", "/yidun/api/v2/other"} {
		if response := b.Do(request("POST", path)); response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
	}
	if got := body(t, b.Do(request("POST", "/"+yidun.Name+"/api/v2/other"))); got != paramReply {
		t.Errorf("an unknown path: %s", got)
	}
}
