package native_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

// forEachDialect runs a test against an app with one Site, which speaks that
// Dialect.
func forEachDialect(t *testing.T, test func(t *testing.T, a app, site *captcha.Site)) {
	for name := range dialecttest.New(t).Dialects {
		t.Run(name, func(t *testing.T) {
			a := newApp(t)
			test(t, a, a.AddSite(t, name, "app", dialecttest.Once))
		})
	}
}

func TestAMintedPassOfAnyVendorIsRedeemedOnce(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		subject := a.subjectOf(site)
		pass := a.mint(site, subject)
		if code := a.redeem("app", secretOf("app"), pass, subject); code != "" {
			t.Fatalf("refused with %q", code)
		}
		if code := a.redeem("app", secretOf("app"), pass, subject); code != "used" {
			t.Errorf("the second time: %q", code)
		}
	})
}

func TestTheOnlyTextInAPassIsAsGoodAsTheWhole(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		var parts map[string]any
		if err := json.Unmarshal(a.mint(site, ""), &parts); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(parts, func(_ string, part any) bool {
			_, isText := part.(string)
			return !isText // how long a client may keep it
		})
		want := ""
		if len(parts) > 1 { // then each is but a part
			want = "unknown"
		}
		for text := range maps.Values(parts) {
			if code := a.redeem("app", secretOf("app"), text, ""); code != want {
				t.Errorf("refused with %q, want %q", code, want)
			}
		}
	})
}

func TestAnAnswerMakesThePassThatTheVendorsPageGets(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		subject := a.subjectOf(site)
		for _, off := range []float64{0, 4.96, -0.123456789, -5} {
			id, answer := a.puzzle("app")
			if answer["x"] != nil {
				answer = answer.off(off)
			}
			var reply struct {
				ID   string
				Pass json.RawMessage
			}
			a.read(a.call("challenges/"+id+"/answers", members{"site": "app", "answer": answer, "subject": subject}), http.StatusOK, &reply)
			var got, minted map[string]any
			if err := json.Unmarshal(reply.Pass, &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(a.mint(site, subject), &minted); err != nil {
				t.Fatal(err)
			}
			for name := range minted {
				minted[name] = got[name] // another challenge: the same members, with other values
			}
			if diff := cmp.Diff(minted, got); diff != "" || reply.ID != id {
				t.Errorf("id %s, %s", reply.ID, diff)
			}
			if code := a.redeem("app", secretOf("app"), reply.Pass, subject); code != "" {
				t.Errorf("%v px off, redeemed with %q", off, code)
			}
		}
	})
}

func TestAWrongAnswerIsWrongWhateverTheVendorsPassLooksLike(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		for _, off := range []float64{5.04, -5.04, 300, -1e308} {
			id, right := a.puzzle("app")
			if code := a.code(a.call("challenges/"+id+"/answers", members{"site": "app", "answer": right.off(off)})); code != "wrong" {
				t.Errorf("%v px off: %q", off, code)
			}
		}
	})
}

func TestAPassIsForItsSubjectAlone(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		subject := a.subjectOf(site)
		pass := a.solve("app", subject)
		want := "foreign"
		if subject == "" { // this vendor's passes cannot be bound, and nobody is to think they were
			want = "invalid"
			id, right := a.puzzle("app")
			body := members{"site": "app", "answer": right, "subject": "me"}
			if code := a.code(a.call("challenges/"+id+"/answers", body)); code != "invalid" {
				t.Errorf("an answer with a subject: %q", code)
			}
		} else if code := a.redeem("app", secretOf("app"), pass, ""); code != "foreign" {
			t.Errorf("without a subject: %q", code)
		}
		if code := a.redeem("app", secretOf("app"), pass, "another"); code != want {
			t.Errorf("with another subject: %q, want %q", code, want)
		}
		if code := a.redeem("app", secretOf("app"), pass, subject); code != "" {
			t.Errorf("after all that it is no longer good: %q", code)
		}
	})
}

func TestAPassIsForItsSiteAlone(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		a.AddSite(t, site.Dialect, "other", dialecttest.Once)
		pass := a.solve("app", "")
		for name, refused := range map[string]struct{ site, secret, code string }{
			"another site":                  {"other", secretOf("other"), "unknown"},
			"the secret of another site":    {"app", secretOf("other"), "unauthorized"},
			"the beginning of the secret":   {"app", "secret", "unauthorized"},
			"a site that does not exist":    {"nobody", secretOf("app"), "unknown_site"},
			"the secret in another writing": {"app", strings.ToUpper(secretOf("app")), "unauthorized"},
		} {
			if code := a.redeem(refused.site, refused.secret, pass, ""); code != refused.code {
				t.Errorf("%s: %q, want %q", name, code, refused.code)
			}
		}
		if code := a.redeem("app", secretOf("app"), pass, ""); code != "" {
			t.Errorf("after all that it is no longer good: %q", code)
		}
	})
}

func TestAPassOfOneVendorIsNoneAtASiteOfAnother(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		pass := a.mint(site, "")
		for name := range a.Dialects {
			if name == site.Dialect {
				continue
			}
			a.AddSite(t, name, "at-"+name)
			if code := a.redeem("at-"+name, secretOf("at-"+name), pass, ""); code != "unknown" {
				t.Errorf("at a site of %s: %q", name, code)
			}
		}
	})
}

func TestOf200ParallelRedemptionsOverHTTPOneSucceeds(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		web := httptest.NewServer(a.Handler)
		defer web.Close()
		web.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = 200
		body := fmt.Sprintf(`{"site":"app","secret":%q,"pass":%s}`, secretOf("app"), a.mint(site, ""))
		statuses := make(chan int, 200)
		var all sync.WaitGroup
		for range cap(statuses) {
			all.Go(func() {
				response, err := web.Client().Post(web.URL+"/native/v1/redeem", "application/json", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				defer response.Body.Close()
				statuses <- response.StatusCode
			})
		}
		all.Wait()
		close(statuses)
		counts := map[int]int{}
		for status := range statuses {
			counts[status]++
		}
		if diff := cmp.Diff(map[int]int{http.StatusOK: 1, http.StatusConflict: 199}, counts); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOf200ParallelAnswersNoMoreThanAllowedAreJudged(t *testing.T) {
	forEachDialect(t, func(t *testing.T, a app, site *captcha.Site) {
		id, _ := a.puzzle("app")
		codes := make(chan string, 200)
		var all sync.WaitGroup
		for i := range cap(codes) {
			all.Go(func() {
				codes <- a.code(a.call("challenges/"+id+"/answers", members{"site": "app", "answer": members{"x": 52 + i}}))
			})
		}
		all.Wait()
		close(codes)
		counts := map[string]int{}
		for code := range codes {
			counts[code]++
		}
		judged, refused := counts[""]+counts["wrong"], counts["used"]+counts["exhausted"]
		if judged < 1 || judged > site.Rules.Attempts || judged+refused != 200 || counts[""] > 1 {
			t.Errorf("%d are allowed: %v", site.Rules.Attempts, counts)
		}
	})
}
