package cloudbase_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

// page calls as an app's page and its backend do.
type page struct {
	*dialecttest.Server
	t testing.TB
}

func newPage(t testing.TB, change ...func(*captcha.Site)) page {
	p := page{dialecttest.New(t), t}
	p.AddSite(t, cloudbase.Name, "demo-env", change...)
	return p
}

// ask posts to one of the vendor's calls and tells the members of the answer.
func (p page) ask(path, body string) (int, map[string]any) {
	p.t.Helper()
	response := p.Do(dialecttest.Request{Method: "POST", Path: "/auth/v1/captcha/" + path + "?client_id=demo-env", Body: body})
	return response.StatusCode, p.read(response)
}

func (p page) read(response *http.Response) map[string]any {
	p.t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(dialecttest.Body(p.t, response)), &members); err != nil {
		p.t.Error(err)
	}
	return members
}

func (p page) challenge() string {
	p.t.Helper()
	_, members := p.ask("data", "{}")
	token, _ := members["token"].(string)
	return token
}

// verify answers, and tells the name of the error, if any, and the token.
func (p page) verify(token, key string) (refused, captchaToken string) {
	p.t.Helper()
	_, members := p.ask("data/verify", fmt.Sprintf(`{"token":%q,"key":%q}`, token, key))
	refused, _ = members["error"].(string)
	captchaToken, _ = members["captcha_token"].(string)
	return refused, captchaToken
}

// pass solves a picture.
func (p page) pass() string {
	p.t.Helper()
	refused, token := p.verify(p.challenge(), dialecttest.Text)
	if refused != "" {
		p.t.Fatal(refused)
	}
	return token
}

// active asks by introspection.
func (p page) active(token string) bool {
	p.t.Helper()
	request := dialecttest.Request{
		Method: "POST", Path: "/auth/v1/captcha/introspect", Body: url.Values{"token": {token}}.Encode(),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
	}
	request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("demo-env:secret of demo-env")))
	active, _ := p.read(p.Do(request))["active"].(bool)
	return active
}

// admitted asks by forward-auth.
func (p page) admitted(token string) bool {
	p.t.Helper()
	response := p.Do(dialecttest.Request{
		Method: "GET", Path: "/auth/v1/captcha/forward-auth?client_id=demo-env", Header: http.Header{"X-Captcha-Token": {token}},
	})
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusForbidden {
		p.t.Errorf("forward-auth: status %d", response.StatusCode)
	}
	return response.StatusCode == http.StatusOK
}

// kids are the published keys, in order.
func (p page) kids() []string {
	p.t.Helper()
	var set struct{ Keys []struct{ Kid string } }
	response := p.Do(dialecttest.Request{Method: "GET", Path: "/auth/v1/certs"})
	if err := json.Unmarshal([]byte(dialecttest.Body(p.t, response)), &set); err != nil {
		p.t.Fatal(err)
	}
	var kids []string
	for _, key := range set.Keys {
		kids = append(kids, key.Kid)
	}
	return kids
}

// private is the key that signs, out of the store.
func (p page) private() *rsa.PrivateKey {
	p.t.Helper()
	keys, err := p.Store.Keys(p.t.Context(), cloudbase.KeyPurpose)
	if err != nil || len(keys) == 0 {
		p.t.Fatalf("keys: %v, %v", keys, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keys[0].Secret)
	if err != nil {
		p.t.Fatal(err)
	}
	return parsed.(*rsa.PrivateKey)
}

// parts are the header and the claims of a token.
func parts(t testing.TB, token string) (header, claims map[string]any) {
	t.Helper()
	for i, part := range strings.SplitN(token, ".", 3)[:2] {
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, []any{&header, &claims}[i]); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}

func TestACaptchaTokenHasTheDocumentedClaims(t *testing.T) {
	p := newPage(t)
	id := p.challenge()
	_, token := p.verify(id, dialecttest.Text)
	if !regexp.MustCompile(`^[A-Za-z0-9._~-]+$`).MatchString(token) {
		t.Errorf("the SDK would break %s: it does not escape it", token)
	}
	header, claims := parts(t, token)
	if diff := cmp.Diff(map[string]any{"alg": "RS256", "typ": "JWT", "kid": p.kids()[0]}, header); diff != "" {
		t.Error(diff)
	}
	jti, _ := claims["jti"].(string)
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(jti) {
		t.Errorf("jti %v", claims["jti"])
	}
	delete(claims, "jti")
	now := float64(dialecttest.Start.Unix())
	if diff := cmp.Diff(map[string]any{
		"iss": dialecttest.URL, "aud": "demo-env", "sub": id, "iat": now, "nbf": now, "exp": now + 300, "scope": "captcha",
	}, claims); diff != "" {
		t.Error(diff)
	}
	if _, other := parts(t, p.pass()); other["jti"] == jti {
		t.Error("two tokens have the same jti")
	}
}

func TestForgedTokensAreGoodNowhere(t *testing.T) {
	p := newPage(t)
	good := p.pass()
	if !p.active(good) || !p.admitted(good) {
		t.Fatal("the good one is not good")
	}
	header, claims := parts(t, good)
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	// sign makes a token like the good one, with some members changed or, if nil,
	// without them.
	sign := func(method jwt.SigningMethod, key any, changedHeader, changedClaims map[string]any) string {
		token := jwt.NewWithClaims(method, jwt.MapClaims(changed(claims, changedClaims)))
		for name, value := range changed(header, changedHeader) {
			if name != "alg" {
				token.Header[name] = value
			}
		}
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	private := p.private()
	if again := sign(jwt.SigningMethodRS256, private, nil, nil); !p.active(again) {
		t.Fatal("the test does not sign as the server does")
	}
	now := dialecttest.Start.Unix()
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	signature := strings.LastIndex(good, ".") + 1
	for name, token := range map[string]string{
		"expired":                     sign(jwt.SigningMethodRS256, private, nil, map[string]any{"iat": now - 400, "nbf": now - 400, "exp": now - 100}),
		"without an end":              sign(jwt.SigningMethodRS256, private, nil, map[string]any{"exp": nil}),
		"for another audience":        sign(jwt.SigningMethodRS256, private, nil, map[string]any{"aud": "other"}),
		"from another issuer":         sign(jwt.SigningMethodRS256, private, nil, map[string]any{"iss": "https://api.example.com"}),
		"issued in the future":        sign(jwt.SigningMethodRS256, private, nil, map[string]any{"iat": now + 60}),
		"of another scope":            sign(jwt.SigningMethodRS256, private, nil, map[string]any{"scope": "user"}),
		"of a challenge never solved": sign(jwt.SigningMethodRS256, private, nil, map[string]any{"sub": p.challenge()}),
		"with another jti":            sign(jwt.SigningMethodRS256, private, nil, map[string]any{"jti": strings.Repeat("0", 32)}),
		"by another key":              sign(jwt.SigningMethodRS256, stranger, nil, nil),
		"with an unknown kid":         sign(jwt.SigningMethodRS256, private, map[string]any{"kid": "x"}, nil),
		"without a kid":               sign(jwt.SigningMethodRS256, private, map[string]any{"kid": nil}, nil),
		"by another algorithm":        sign(jwt.SigningMethodRS512, private, nil, nil),
		"by none":                     sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, nil),
		"by HMAC under the modulus":   sign(jwt.SigningMethodHS256, private.N.Bytes(), nil, nil),
		"by HMAC under the key":       sign(jwt.SigningMethodHS256, der, nil, nil),
		"with an altered signature":   good[:signature] + strings.NewReplacer("A", "B", "B", "A").Replace(good[signature:]),
		"without a signature":         good[:signature],
		"cut short":                   good[:len(good)-4],
		"the vendor's own opaque one": "v1.aC_uW2NycHQOSR7w0V7U4RtK5aYN-pTwGMhoIenRvZI0rsCSeRNG80dA3DcSnJSOsRVoZu4tDU1-N1zsFgcdoEIZttimdkGtQpbJ3Dud9Oou",
		"the vendor's documented one": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2FwaS5leGFtcGxlLmNvbSIsInN1YiI6Ijk4NzY1NDMyMTAxMjM0NTY3ODkiLCJhdWQiOiJkZW1vLWFwcC0yZjhhOWMzZTFiNGQiLCJleHAiOjE3MzQ2NzU4ODksImlhdCI6MTczNDY2ODY4OSwic2NvcGUiOiJ1c2VyIn0.dGhpc19pc19hX2Zha2Vfc2lnbmF0dXJl",
	} {
		t.Run(name, func(t *testing.T) {
			if p.active(token) {
				t.Error("introspection takes it")
			}
			if p.admitted(token) {
				t.Error("forward-auth takes it")
			}
		})
	}
}

func changed(members, change map[string]any) map[string]any {
	result := map[string]any{}
	for name, value := range members {
		result[name] = value
	}
	for name, value := range change {
		if result[name] = value; value == nil {
			delete(result, name)
		}
	}
	return result
}

func TestParallelCalls(t *testing.T) {
	t.Run("of 200 right answers one gets the pass", func(t *testing.T) {
		p := newPage(t)
		id := p.challenge()
		got := dialecttest.Parallel(200, func(int) string { refused, _ := p.verify(id, dialecttest.Text); return refused })
		if diff := cmp.Diff(map[string]int{"": 1, "captcha_used": 199}, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("of 200 wrong answers five are judged, and then the right one is too late", func(t *testing.T) {
		p := newPage(t)
		id := p.challenge()
		got := dialecttest.Parallel(200, func(int) string { refused, _ := p.verify(id, "XXXX"); return refused })
		if diff := cmp.Diff(map[string]int{"invalid_captcha": 5, "captcha_expired": 195}, got); diff != "" {
			t.Error(diff)
		}
		if refused, _ := p.verify(id, dialecttest.Text); refused != "captcha_expired" {
			t.Errorf("the right one: %q", refused)
		}
	})
	t.Run("of 50 introspections of a pass that is good once, one is told so", func(t *testing.T) {
		p := newPage(t, dialecttest.Once)
		token := p.pass()
		got := dialecttest.Parallel(50, func(int) string { return fmt.Sprint(p.active(token)) })
		if diff := cmp.Diff(map[string]int{"true": 1, "false": 49}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestRotation walks the clock through the life of two keys.
func TestRotation(t *testing.T) {
	p := newPage(t)
	p.pass()
	first := p.kids()[0]
	p.Clock.Advance(time.Second) // keys of the same age have no order in time
	fresh, err := cloudbase.NewKey(p.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Store.AddKey(t.Context(), fresh); err != nil {
		t.Fatal(err)
	}
	signedBy := func() string { header, _ := parts(t, p.pass()); return fmt.Sprint(header["kid"]) }
	want := func(when, signs string, published ...string) {
		t.Helper()
		if got := signedBy(); got != signs {
			t.Errorf("%s: signed by %s, want %s", when, got, signs)
		}
		if diff := cmp.Diff(published, p.kids()); diff != "" {
			t.Errorf("%s: published %s", when, diff)
		}
	}
	p.Clock.Advance(5 * time.Second)
	want("seconds after it was made the new key is published, and does not sign", first, first, fresh.ID)
	p.Clock.Advance(14*time.Minute + 54*time.Second)
	want("a second before it takes over", first, first, fresh.ID)
	last := p.pass()
	p.Clock.Advance(time.Second)
	want("it takes over", fresh.ID, fresh.ID, first)
	p.Clock.Advance(298 * time.Second)
	if !p.active(last) || !p.admitted(last) {
		t.Error("the last token of the old key is not good until its end")
	}
	p.Clock.Advance(306 * time.Second)
	want("the old key stays for as long as any of its tokens could live", fresh.ID, fresh.ID, first)
	p.Clock.Advance(time.Second)
	want("then it is gone", fresh.ID, fresh.ID)
}

func TestAKeyThatIsGoneTakesItsTokensWithIt(t *testing.T) {
	p := newPage(t)
	token := p.pass()
	old := p.private()
	if !p.active(token) {
		t.Fatal("not good")
	}
	p.Clock.Advance(time.Second)
	// Ten minutes and more after a rotation, nothing that the old key signs is
	// taken, whatever it says of its age.
	fresh, err := cloudbase.NewKey(p.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Store.AddKey(t.Context(), fresh); err != nil {
		t.Fatal(err)
	}
	header, claims := parts(t, token)
	p.Clock.Advance(30 * time.Minute)
	claims["exp"] = p.Clock.Now().Add(time.Minute).Unix()
	late := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims(claims))
	late.Header["kid"] = header["kid"]
	text, err := late.SignedString(old)
	if err != nil {
		t.Fatal(err)
	}
	if p.active(text) || p.admitted(text) {
		t.Error("a key that is no longer published is believed")
	}
}

func TestAServerDoesNotStartWithAShortKey(t *testing.T) {
	p := newPage(t)
	t.Setenv("GODEBUG", "rsa1024min=0") // or the test could not make one
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(short)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Store.AddKey(t.Context(), captcha.Key{ID: "short", Purpose: cloudbase.KeyPurpose, Secret: secret, CreatedAt: dialecttest.Start}); err != nil {
		t.Fatal(err)
	}
	err = server.Prepare(t.Context(), p.Deps)
	if err == nil || !strings.Contains(err.Error(), "1024 bits") {
		t.Errorf("got %v", err)
	}
}

func TestTheKeySetIsCached(t *testing.T) {
	p := newPage(t)
	var bodies []string
	for _, path := range []string{"/auth/v1/certs", "/.well-known/jwks.json"} {
		response := p.Do(dialecttest.Request{Method: "GET", Path: path})
		body := dialecttest.Body(t, response)
		bodies = append(bodies, body)
		tag := response.Header.Get("ETag")
		if response.Header.Get("Cache-Control") != "public, max-age=600" || tag == "" || response.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", path, response.Header)
		}
		if again := p.Do(dialecttest.Request{Method: "GET", Path: path, Header: http.Header{"If-None-Match": {tag}}}); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s with its tag: %d", path, again.StatusCode)
		}
		if regexp.MustCompile(`"(d|p|q|dp|dq|qi)":`).MatchString(body) {
			t.Errorf("%s shows a private key", path)
		}
	}
	if bodies[0] != bodies[1] {
		t.Error("the two paths differ")
	}
}

func TestAKeyIsNamedAfterItself(t *testing.T) {
	// The example of RFC 7638, and the key of the published vector.
	for n, want := range map[string]string{
		"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw": "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		"30X8WqC8DdIDKP0WJK70rGWnXXW4hw2q2_9JAxLpHewPi-i-HPpARTRz-gUUE1Jt4EQwXsrM0nSGJhy3GNzwMx0o_PcCiJuPEd5ctIpUi8ZNHC9TpxCnO5Ijt8EWGfN5ZxX_Fi73MRsH8dlKoj1I7-tnqR0Ji-asbDkhfNmGmv7z773KT1eHcxXiJ5WPnh7Re2nsX7oCCST3qYd-3g99KRBDKhcS8OJe7UYI6cSuk4GHMMk-CBqg-p_lDUw32jr2i4Lx4LnGX5aRI_dsy4rnW1gO9mecM1qihKJEKmEcIIHRsPenCQFd9Jn-amgHNdnRGBAQnLTWkC_4aI0MFb0law": "l1fkryED2CYmFpKmIHorJ8xnNDqulzCgadnwIcB7HS8",
	} {
		if got := cloudbase.Thumbprint(n, "AQAB"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestEachVerificationIsOneEvent(t *testing.T) {
	p := newPage(t)
	id := p.challenge()
	p.verify(id, "XXXX")
	p.verify(id, dialecttest.Text)
	p.verify(id, dialecttest.Text)
	p.verify("no-such-token", dialecttest.Text)
	var codes []captcha.Code
	for _, e := range p.Events() {
		if e.Step != captcha.Answered {
			continue
		}
		codes = append(codes, e.Code)
		if !e.At.Equal(dialecttest.Start) || e.Site != "demo-env" || e.Dialect != cloudbase.Name || e.Address() == "" || strings.Contains(e.Address(), "192.0.2.1") {
			t.Errorf("event %+v", e)
		}
	}
	if diff := cmp.Diff([]captcha.Code{captcha.Wrong, "", captcha.Used, captcha.Unknown}, codes); diff != "" {
		t.Error(diff)
	}
}

func TestNoAnswerIsLogged(t *testing.T) {
	p := newPage(t)
	token := p.pass()
	p.admitted(token)
	p.active(token)
	if log := p.Log(); strings.Contains(log, dialecttest.Text) || strings.Contains(log, token) {
		t.Errorf("log: %s", log)
	}
}

func TestPicturesAreGIFsOfTheDocumentedSize(t *testing.T) {
	p := newPage(t)
	body := dialecttest.Body(t, p.Do(dialecttest.Request{Method: "POST", Path: "/auth/v1/captcha/data?client_id=demo-env"}))
	shape := regexp.MustCompile(`^\{"data":"data:image/gif;base64,R0lGODlhyAAyAIcAAAAAAAAARAAAiAAAzABE[A-Za-z0-9+/]+=*","type":"image","token":"[0-9a-f]{32}","expires_in":300\}\n$`)
	if !shape.MatchString(body) {
		t.Errorf("got %.120s", body)
	}
	png := newPage(t, func(s *captcha.Site) { s.Settings["text.format"] = "png" })
	_, members := png.ask("data", "{}")
	if data, _ := members["data"].(string); !strings.HasPrefix(data, "data:image/png;base64,iVBORw0KGgo") {
		t.Errorf("got %.60s", data)
	}
}

func TestALongBodyIsRefused(t *testing.T) {
	p := newPage(t)
	for size, want := range map[int]int{15 << 10: http.StatusOK, 20 << 10: http.StatusBadRequest} {
		if status, members := p.ask("data", `{"more":"`+strings.Repeat("x", size)+`"}`); status != want {
			t.Errorf("%d bytes: %d %v", size, status, members)
		}
	}
}

func TestByDefaultAnAddressMaySixtyTimesAMinute(t *testing.T) {
	limits := server.DefaultLimits()
	if limits["cloudbase.data"] != 60 || limits["cloudbase.verify"] != 60 {
		t.Errorf("limits %v", limits)
	}
	p := page{dialecttest.New(t, func(c *server.Config) { c.Limits = limits }), t}
	p.AddSite(t, cloudbase.Name, "demo-env")
	for range 60 {
		if refused, _ := p.verify("no-such-token", "XXXX"); refused != "captcha_expired" {
			t.Fatal(refused)
		}
	}
	if refused, _ := p.verify("no-such-token", "XXXX"); refused != "resource_exhausted" {
		t.Errorf("the sixty-first: %q", refused)
	}
}

func TestASiteWhosePassesOutliveTheirKeysIsRefused(t *testing.T) {
	p := newPage(t)
	site := &captcha.Site{Key: "x", Dialect: cloudbase.Name, Rules: captcha.Rules{Attempts: 5, Lifetime: time.Minute, PassLifetime: time.Hour}}
	if server.CheckSite(site, p.Makers) == nil {
		t.Error("an hour is taken")
	}
}

func FuzzBodies(f *testing.F) {
	p := newPage(f)
	f.Add("data", `{"state":"x"}`)
	f.Add("data/verify", `{"token":"x","key":"AB12"}`)
	f.Fuzz(func(t *testing.T, path, body string) {
		if path != "data" && path != "data/verify" {
			t.Skip()
		}
		status, members := page{p.Server, t}.ask(path, body)
		if status != http.StatusOK && (status != http.StatusBadRequest || members["error"] == nil || members["error_code"] == nil) {
			t.Errorf("%d %v", status, members)
		}
	})
}

func FuzzTokens(f *testing.F) {
	p := newPage(f)
	f.Add(p.pass() + "x")
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, token string) {
		v := page{p.Server, t}
		if token != "" && v.admitted(token) {
			t.Errorf("%q is taken", token)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	p := newPage(b)
	site, err := p.Core.Site(b.Context(), cloudbase.Name, "demo-env")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if refused, _ := p.verify(p.Core.NewChallenge(site, captcha.KindText).ID.String(), dialecttest.Text); refused != "" {
			b.Fatal(refused)
		}
	}
}
