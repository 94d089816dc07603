package yidun_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/captchad/captchad/server/dialect/yidun"
	"github.com/google/go-cmp/cmp"
)

func request(method, path string) dialecttest.Request {
	return dialecttest.Request{Method: method, Path: path}
}

// with changes one field.
func with(name, value string) func(map[string]string) {
	return func(fields map[string]string) { fields[name] = value }
}

const otherID = "b05f036b70ab447b87cc788af9a60974"

// Each of them is tried on one Pass, which is good at the end.
func TestARefusedRequestUsesNothingUp(t *testing.T) {
	b := newBackend(t)
	pass := b.pass()
	b.AddSite(t, yidun.Name, otherID, func(s *captcha.Site) {
		s.Secrets = []captcha.Secret{{ID: "another secretId", Value: "another key"}}
	})
	b.addSite("c05f036b70ab447b87cc788af9a60974", func(s *captcha.Site) { s.Disabled = true })
	b.AddSite(t, "native", "native")
	type refused struct {
		before, after func(map[string]string) // before it is signed, and after
		want          string
	}
	cases := map[string]refused{
		"a timestamp that is no number":     {with("timestamp", "abc"), nil, paramReply},
		"a timestamp below zero":            {with("timestamp", "-1"), nil, paramReply},
		"a timestamp with an exponent":      {with("timestamp", "1.7e12"), nil, paramReply},
		"a timestamp of 21 digits":          {with("timestamp", strings.Repeat("1", 21)), nil, paramReply},
		"a timestamp in another script":     {with("timestamp", "１７０００００００００００"), nil, paramReply},
		"a timestamp in the far past":       {with("timestamp", "0000000000001"), nil, paramReply},
		"a timestamp in the far future":     {with("timestamp", "9999999999999"), nil, paramReply},
		"a wrong last digit":                {nil, flipLast, signReply},
		"half a signature":                  {nil, func(f map[string]string) { f["signature"] = f["signature"][:16] }, signReply},
		"the signature of another method":   {nil, with("signatureMethod", "md5"), signReply},
		"an unknown method":                 {with("signatureMethod", "CRC32"), nil, signReply},
		"a method with a space":             {with("signatureMethod", "MD5 "), nil, signReply},
		"an unknown secretId":               {with("secretId", "f"), nil, signReply},
		"a secretId in upper case":          {with("secretId", strings.ToUpper(secretID)), nil, signReply},
		"a secretId of another site's":      {with("secretId", "another secretId"), nil, signReply},
		"a field that is not signed":        {nil, with("foo", "bar"), signReply},
		"a field without value, not signed": {nil, with("foo", ""), signReply},
		"a user that was signed and lost":   {nil, func(f map[string]string) { delete(f, "user") }, signReply},
		"a captchaId that nobody has":       {with("captchaId", "nobody"), nil, paramReply},
		"a captchaId of another secretId":   {with("captchaId", otherID), nil, paramReply},
		"a disabled site":                   {with("captchaId", "c05f036b70ab447b87cc788af9a60974"), nil, paramReply},
		"a site of another vendor":          {with("captchaId", "native"), nil, paramReply},
		"a captchaId nobody has, unsigned":  {nil, with("captchaId", "nobody"), signReply},
		"the version of the other path":     {with("version", "v1"), nil, `{"result":false,"error":421,"msg":"VERSION_NOT_MATCH"}`},
		"a version in upper case":           {with("version", "V2"), nil, `{"result":false,"error":421,"msg":"VERSION_NOT_MATCH"}`},
	}
	for _, name := range []string{"captchaId", "validate", "secretId", "version", "timestamp", "nonce", "signature"} {
		missing := func(fields map[string]string) { delete(fields, name) }
		cases["no "+name] = refused{nil, missing, paramReply}
		cases["an empty "+name] = refused{nil, with(name, ""), paramReply}
		if name != "signature" {
			cases["no "+name+", well signed"] = refused{missing, nil, paramReply}
		}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fields := b.fields(pass)
			if c.before != nil {
				c.before(fields)
			}
			fields = sign(fields)
			if c.after != nil {
				c.after(fields)
			}
			response := b.post("/api/v2/verify", encode(fields))
			if got := body(t, response); got != c.want || response.StatusCode != http.StatusOK {
				t.Errorf("got %d %s, want %s", response.StatusCode, got, c.want)
			}
		})
	}
	b.wantGood(pass)
}

func flipLast(fields map[string]string) {
	signature := fields["signature"]
	last := map[bool]string{true: "1", false: "0"}[strings.HasSuffix(signature, "0")]
	fields["signature"] = signature[:len(signature)-1] + last
}

func TestWhatMayBeOtherwiseIsTaken(t *testing.T) {
	for name, c := range map[string]struct{ before, after func(map[string]string) }{
		"a signature in upper case": {nil, func(f map[string]string) { f["signature"] = strings.ToUpper(f["signature"]) }},
		"no user":                   {func(f map[string]string) { delete(f, "user") }, nil},
		"a user in many scripts":    {with("user", "用户A 张三+&=😀"), nil},
		"a user that is no UTF-8":   {with("user", "\xff\x00"), nil},
		"a user of 40 characters":   {with("user", strings.Repeat("u", 40)), nil},
		"a field that nobody knows": {with("foo", "bar"), nil},
		"a negative nonce":          {with("nonce", "-1234567890"), nil},
		"nanoseconds":               {with("timestamp", "1700000000000000000"), nil},
		"a timestamp of 20 digits":  {with("timestamp", "99999999999999999999"), nil},
		"seconds, years ago":        {with("timestamp", "1600000000"), nil},
		"an address and an agent":   {func(f map[string]string) { f["clientIp"], f["clientUa"] = "127.0.0.1", "Mozilla/5.0" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t)
			fields := b.fields(b.pass())
			if c.before != nil {
				c.before(fields)
			}
			fields = sign(fields)
			if c.after != nil {
				c.after(fields)
			}
			if got := b.outcome(b.post("/api/v2/verify", encode(fields))); got != "true" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestAStrictSiteTakesMillisecondsOnly(t *testing.T) {
	b := newBackend(t, set("strict", "on"))
	pass := b.pass()
	for _, timestamp := range []string{"1700000000000000000", "1700000000", "99999999999999999999"} {
		fields := b.fields(pass)
		fields["timestamp"] = timestamp
		if got := b.outcome(b.post("/api/v2/verify", encode(sign(fields)))); got != "419" {
			t.Errorf("%s: %s", timestamp, got)
		}
		// Before the signature is looked at.
		fields["signature"] = "wrong"
		if got := b.outcome(b.post("/api/v2/verify", encode(fields))); got != "419" {
			t.Errorf("%s, not signed: %s", timestamp, got)
		}
	}
	b.wantGood(pass)
}

func TestTheTimestampMayBeOffByTheWindow(t *testing.T) {
	for name, c := range map[string]struct {
		window string
		off    time.Duration
		want   string
	}{
		"9 min 59 s old":          {"10", -10*time.Minute + time.Second, "true"},
		"10 min old":              {"10", -10 * time.Minute, "true"},
		"10 min 1 s old":          {"10", -10*time.Minute - time.Second, "419"},
		"9 min 59 s ahead":        {"10", 10*time.Minute - time.Second, "true"},
		"10 min 1 s ahead":        {"10", 10*time.Minute + time.Second, "419"},
		"2 min old, of a minute":  {"1", -2 * time.Minute, "419"},
		"a year old, with no end": {"0", -365 * 24 * time.Hour, "true"},
		"a year on, with no end":  {"0", 365 * 24 * time.Hour, "true"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, set("timestamp_window", c.window))
			pass := b.pass()
			fields := b.fields(pass)
			fields["timestamp"] = strconv.FormatInt(b.Clock.Now().Add(c.off).UnixMilli(), 10)
			if got := b.outcome(b.post("/api/v2/verify", encode(sign(fields)))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if c.want != "true" {
				b.wantGood(pass)
			}
		})
	}
}

func TestOfFiftyParallelRedemptionsOnePasses(t *testing.T) {
	b := newBackend(t)
	pass := b.pass()
	counts := dialecttest.Parallel(50, func(int) string { return b.verify(pass) })
	if diff := cmp.Diff(map[string]int{"true": 1, "false": 49}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestAPassLivesFromWhenItWasGiven(t *testing.T) {
	for name, c := range map[string]struct {
		life, age time.Duration
		want      string
	}{
		"19 min 59 s old":      {20 * time.Minute, 20*time.Minute - time.Second, "true"},
		"20 min old":           {20 * time.Minute, 20 * time.Minute, "false"},
		"59 s, of a minute":    {time.Minute, time.Minute - time.Second, "true"},
		"60 s, of a minute":    {time.Minute, time.Minute, "false"},
		"forgotten long since": {time.Minute, 24 * time.Hour, "false"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, func(s *captcha.Site) { s.Rules.PassLifetime = c.life })
			pass := b.pass()
			b.Clock.Advance(c.age)
			if got := b.verify(pass); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAPassOfAnotherSiteWithTheSameSecretIdIsNone(t *testing.T) {
	b := newBackend(t)
	other := b.addSite(otherID)
	for name, text := range map[string]string{"a pass": "", "a pass of any text": validate} {
		t.Run(name, func(t *testing.T) {
			pass := b.solve(other, text, nil)
			if got := b.verify(pass); got != "false" {
				t.Errorf("here: %s", got)
			}
			fields := b.fields(pass)
			fields["captchaId"] = otherID
			if got := b.outcome(b.post("/api/v2/verify", encode(sign(fields)))); got != "true" {
				t.Errorf("at its own site: %s", got)
			}
		})
	}
}

func TestWhatIsNoPassFailsAndIsNoError(t *testing.T) {
	b := newBackend(t)
	pass := b.pass()
	for name, text := range map[string]string{
		"null":                      "null",
		"a plus":                    "a+b",
		"5,000 characters":          strings.Repeat("x", 5000),
		"a space":                   " ",
		"no UTF-8":                  "\xff",
		"a number":                  "0",
		"the pass, longer":          pass + "x",
		"the pass, shorter":         pass[:len(pass)-1],
		"the pass, in upper case":   strings.ToUpper(pass),
		"the pass, with spaces":     " " + pass,
		"the pass, without its dot": strings.Replace(pass, ".", "", 1),
		"the ID alone":              pass[:32],
		"the ID and its dot":        pass[:33],
		"the secret alone":          pass[33:],
		"no ID":                     strings.Repeat("0", 32) + pass[32:],
	} {
		response := b.post("/api/v2/verify", encode(sign(b.fields(text))))
		if got := body(t, response); got != failedReply || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", name, response.StatusCode, got)
		}
	}
	b.wantGood(pass)
}

func TestAnAnswerThatIsWrongHasNoPass(t *testing.T) {
	b := newBackend(t)
	ch := b.Core.NewChallenge(b.site, captcha.KindSlider)
	d := b.Dialects[yidun.Name]
	for i, want := range []captcha.Code{captcha.Wrong, captcha.Exhausted} {
		if _, err := b.Core.Answer(t.Context(), b.site, d.Attempt(b.site, ch.ID, captcha.Answer{Text: "x"}, "")); captcha.CodeOf(err) != want {
			t.Errorf("answer %d: %v", i+1, err)
		}
	}
	if got := b.verify(ch.ID.String() + ".x"); got != "false" {
		t.Errorf("got %s", got)
	}
}

func TestTheReplyTellsWhatTheSiteHasChosen(t *testing.T) {
	const id = `"[0-9a-f]{32}"`
	for name, c := range map[string]struct {
		settings []func(*captcha.Site)
		more     string // a regular expression
	}{
		"nothing":             {nil, ""},
		"the type":            {[]func(*captcha.Site){set("reply_captcha_type", "on")}, `,"captchaType":2`},
		"the type, of audio":  {[]func(*captcha.Site){set("reply_captcha_type", "on"), set("kinds", "audio")}, `,"captchaType":12`},
		"the token":           {[]func(*captcha.Site){set("reply_token", "on")}, `,"token":` + id},
		"sdkReduce, a string": {[]func(*captcha.Site){set("reply_sdk_reduce", "string")}, `,"sdkReduce":"false"`},
		"sdkReduce, a bool":   {[]func(*captcha.Site){set("reply_sdk_reduce", "bool")}, `,"sdkReduce":false`},
		"all": {[]func(*captcha.Site){set("reply_captcha_type", "on"), set("reply_token", "on"), set("reply_sdk_reduce", "bool")},
			`,"captchaType":2,"token":` + id + `,"sdkReduce":false`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, c.settings...)
			pass := b.pass()
			want := regexp.MustCompile(`^\{"result":true,"error":0,"msg":"ok","phone":"","extraData":""` + c.more + `\}$`)
			got := body(t, b.post("/api/v2/verify", encode(sign(b.fields(pass)))))
			if !want.MatchString(got) || strings.Contains(c.more, id) && !strings.Contains(got, pass[:32]) {
				t.Errorf("got %s", got)
			}
			if got := body(t, b.post("/api/v2/verify", encode(sign(b.fields(pass))))); got != failedReply {
				t.Errorf("of a used pass: %s", got)
			}
		})
	}
}

func TestExtraDataComesBackAsThePageGaveIt(t *testing.T) {
	for told, want := range map[string]string{
		"":                       "",
		`{"a": "<b>&"}`:          `{"a": "<b>&"}`,
		strings.Repeat("x", 300): strings.Repeat("x", 256),
		strings.Repeat("验", 255) + "😀 and on": strings.Repeat("验", 255) + "😀",
	} {
		b := newBackend(t)
		pass := b.solve(b.site, "", dialect.Visitor{UserInfo: told}.Details())
		var got struct{ ExtraData string }
		text := body(t, b.post("/api/v2/verify", encode(sign(b.fields(pass)))))
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.ExtraData != want || strings.Contains(text, `\u`) {
			t.Errorf("%.20q...: %s, %v", told, text, err)
		}
	}
}

func TestPassesDifferAndNeedNoEncoding(t *testing.T) {
	b := newBackend(t)
	shape, seen := regexp.MustCompile(`^[A-Za-z0-9._-]{1,256}$`), map[string]bool{}
	for range 10_000 {
		pass := b.pass()
		if !shape.MatchString(pass) || seen[pass] {
			t.Fatalf("%q, seen: %v", pass, seen[pass])
		}
		seen[pass] = true
	}
}

func TestASiteIsHeldToWhatClientsExpect(t *testing.T) {
	makers, err := puzzle.Makers(puzzle.Choice{FixedText: dialecttest.Text})
	if err != nil {
		t.Fatal(err)
	}
	life := func(d time.Duration) func(*captcha.Site) { return func(s *captcha.Site) { s.Rules.PassLifetime = d } }
	key := func(key string) func(*captcha.Site) { return func(s *captcha.Site) { s.Key = key } }
	b := newBackend(t)
	for name, c := range map[string]struct {
		change func(*captcha.Site)
		want   string
	}{
		"as it is by default":      {set("strict", "off"), ""},
		"a pass of a minute":       {life(time.Minute), ""},
		"a pass of no life":        {life(0), "pass_lifetime: want 1m to 20m, in whole minutes"},
		"a pass of 21 minutes":     {life(21 * time.Minute), "pass_lifetime: want 1m to 20m, in whole minutes"},
		"a pass of a minute and 1": {life(61 * time.Second), "pass_lifetime: want 1m to 20m, in whole minutes"},
		"a key in upper case":      {key(strings.ToUpper(captchaID)), `key "A05F036B70AB447B87CC788AF9A60974": want 32 of 0-9 a-f, as every captchaId`},
		"a key that is too short":  {key(captchaID[1:]), `key "05f036b70ab447b87cc788af9a60974": want 32 of 0-9 a-f, as every captchaId`},
		"sliders and recordings":   {set("kinds", "slider,audio"), ""},
		"pictures of characters":   {set("kinds", "slider,text"), "settings: yidun.kinds: Yidun has no captcha of kind text"},
		"a kind that nobody knows": {set("kinds", "riddle"), `settings: yidun.kinds: no kind of puzzle is called "riddle"`},
		"a window of a day":        {set("timestamp_window", "1440"), ""},
		"a negative window":        {set("timestamp_window", "-1"), `settings: yidun.timestamp_window: "-1" is not a whole number from 0 to 1440`},
		"sdkReduce as a number":    {set("reply_sdk_reduce", "0"), `settings: yidun.reply_sdk_reduce: "0" is none of off, string, bool`},
	} {
		site := *b.site
		site.Settings = captcha.Settings{}
		c.change(&site)
		got := ""
		if err := server.CheckSite(&site, makers); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	app := newBackend(b)
	for b.Loop() {
		if got := app.verify(app.pass()); got != "true" {
			b.Fatal(got)
		}
	}
}
