package dialect_test

import (
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"
)

// visitorOf is what a request with these headers tells.
func visitorOf(header http.Header) dialect.Visitor {
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest("POST", "/", nil)
	c.Request.Header = header
	return dialect.VisitorOf(c)
}

func TestAVisitorIsWhatTheHeadersTell(t *testing.T) {
	const page, origin = "https://app.example.com/login?a=b", "https://app.example.com"
	for name, c := range map[string]struct {
		header http.Header
		want   dialect.Visitor
	}{
		"nothing":                       {http.Header{}, dialect.Visitor{Address: "192.0.2.1"}},
		"a browser":                     {http.Header{"Referer": {page}, "User-Agent": {"Mozilla/5.0"}}, dialect.Visitor{Address: "192.0.2.1", Referer: page, UserAgent: "Mozilla/5.0"}},
		"a page that hides its path":    {http.Header{"Origin": {origin}}, dialect.Visitor{Address: "192.0.2.1", Referer: origin + "/"}},
		"a page and its origin":         {http.Header{"Referer": {page}, "Origin": {origin}}, dialect.Visitor{Address: "192.0.2.1", Referer: page}},
		"a page in a sandbox":           {http.Header{"Origin": {"null"}}, dialect.Visitor{Address: "192.0.2.1"}},
		"an address that nobody trusts": {http.Header{"X-Forwarded-For": {"203.0.113.7:80"}}, dialect.Visitor{Address: "192.0.2.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, visitorOf(c.header)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAVisitorComesBackFromTheDetails(t *testing.T) {
	for name, visitor := range map[string]dialect.Visitor{
		"all of it": {
			Address: "2001:db8::1", Referer: "https://app.example.com/", UserAgent: "Mozilla/5.0", ClientType: "h5", UserInfo: `{"id": 7, "名": "验证"}`, Failures: 3,
		},
		"nothing":          {},
		"the address only": {Address: "192.0.2.1"},
		"as long as it may be": {
			Address: strings.Repeat("a", 45), Referer: strings.Repeat("r", 240), UserAgent: strings.Repeat("浏", 80),
			ClientType: strings.Repeat("c", 240), UserInfo: strings.Repeat("𝄞", 256), Failures: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(visitor, dialect.VisitorIn(visitor.Details())); diff != "" {
				t.Error(diff)
			}
		})
	}
	if diff := cmp.Diff(map[string]string{}, dialect.Visitor{}.Details()); diff != "" {
		t.Errorf("of what is not known: %s", diff)
	}
	if diff := cmp.Diff(dialect.Visitor{}, dialect.VisitorIn(nil)); diff != "" {
		t.Errorf("in a record without details: %s", diff)
	}
}

func TestWhatIsTooLongIsCutBetweenCharacters(t *testing.T) {
	for name, c := range map[string]struct{ told, kept string }{
		"ASCII":                        {strings.Repeat("x", 9000), strings.Repeat("x", 240)},
		"what fits":                    {strings.Repeat("浏", 80), strings.Repeat("浏", 80)},
		"a byte more than fits":        {strings.Repeat("浏", 80) + "x", strings.Repeat("浏", 80)},
		"a character across the limit": {"x" + strings.Repeat("浏", 80), "x" + strings.Repeat("浏", 79)},
		"the widest across the limit":  {"xyz" + strings.Repeat("𝄞", 60), "xyz" + strings.Repeat("𝄞", 59)},
		"no UTF-8":                     {"a\xffb\xc3", "a\uFFFDb\uFFFD"},
		"no UTF-8 that grows too long": {strings.Repeat("a\xff", 120), strings.Repeat("a\uFFFD", 60)},
	} {
		t.Run(name, func(t *testing.T) {
			details := dialect.Visitor{Address: c.told, Referer: c.told, UserAgent: c.told, ClientType: c.told}.Details()
			for _, name := range []string{"address", "referer", "user_agent", "client_type"} {
				if diff := cmp.Diff(c.kept, details[name]); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
			}
		})
	}
}

func TestOfTheUsersInfo256CharactersAreKept(t *testing.T) {
	for name, c := range map[string]struct{ told, kept string }{
		"what fits":           {strings.Repeat("x", 256), strings.Repeat("x", 256)},
		"what fits, in Han":   {strings.Repeat("验", 256), strings.Repeat("验", 256)},
		"a character more":    {strings.Repeat("验", 256) + "x", strings.Repeat("验", 256)},
		"the widest":          {strings.Repeat("𝄞", 1000), strings.Repeat("𝄞", 256)},
		"no UTF-8":            {strings.Repeat("x\xff", 1000), strings.Repeat("x\uFFFD", 128)},
		"a NUL, as it stands": {"a\x00b", "a\x00b"},
	} {
		if diff := cmp.Diff(c.kept, dialect.Visitor{UserInfo: c.told}.Details()["user_info"]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAllDetailsTogetherFitIntoARecordHoweverMuchIsTold(t *testing.T) {
	for name, text := range map[string]string{
		"ASCII":    strings.Repeat("x", 1<<20),
		"Han":      strings.Repeat("验", 1<<18),
		"music":    strings.Repeat("𝄞", 1<<18),
		"no UTF-8": strings.Repeat("\xff", 1<<20),
		"half":     strings.Repeat("x\xf0\x9d", 1<<18),
	} {
		t.Run(name, func(t *testing.T) {
			visitor := visitorOf(http.Header{"Referer": {text}, "User-Agent": {text}})
			// The longest that an address can be.
			visitor.Address = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"
			visitor.ClientType, visitor.UserInfo, visitor.Failures = text, text, math.MaxInt
			details := visitor.Details()
			size := 0
			for name, value := range details {
				size += len(name) + len(value)
				if !utf8.ValidString(value) || value == "" {
					t.Errorf("%s is %q", name, value)
				}
			}
			if size >= captcha.MaxDetails || len(details) != 6 {
				t.Errorf("%d details of %d bytes in all", len(details), size)
			}
		})
	}
}

func FuzzVisitor(f *testing.F) {
	f.Add("192.0.2.1", "https://app.example.com/", "Mozilla/5.0", "web", "user 7", 2)
	f.Add("", strings.Repeat("浏", 81), "\xff", strings.Repeat("a", 239)+"𝄞", strings.Repeat("𝄞", 257), -1)
	f.Fuzz(func(t *testing.T, address, referer, userAgent, clientType, userInfo string, failures int) {
		details := dialect.Visitor{
			Address: address, Referer: referer, UserAgent: userAgent, ClientType: clientType, UserInfo: userInfo, Failures: failures,
		}.Details()
		for name, value := range details {
			if !utf8.ValidString(value) || value == "" || utf8.RuneCountInString(value) > 256 {
				t.Errorf("%s is %q", name, value)
			}
		}
		if diff := cmp.Diff(details, dialect.VisitorIn(details).Details()); diff != "" {
			t.Errorf("what was read is kept otherwise: %s", diff)
		}
	})
}
