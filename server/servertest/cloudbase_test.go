package servertest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/controlclient"
	"github.com/captchad/captchad/server/servertest"
)

// cloudbasePage is what the page of a CloudBase app asks, as the vendor's SDK does.
type cloudbasePage struct {
	t    *testing.T
	s    *servertest.Server
	site string
}

// picture is the token of a new picture, and what that says.
func (p cloudbasePage) picture() (token, text string) {
	p.t.Helper()
	status, body := p.post("/auth/v1/captcha/data", `{"state":"POST:/v1/verification","redirect_uri":""}`)
	var issued struct{ Token string }
	if err := json.Unmarshal([]byte(body), &issued); err != nil || status != http.StatusOK {
		p.t.Fatalf("a picture: %d %s", status, body)
	}
	return issued.Token, p.s.Challenge(issued.Token).Solution.Text
}

func (p cloudbasePage) verify(token, key string) (int, string) {
	p.t.Helper()
	return p.post("/auth/v1/captcha/data/verify", fmt.Sprintf(`{"token":%q,"key":%q}`, token, key))
}

func (p cloudbasePage) post(path, body string) (int, string) {
	p.t.Helper()
	response, err := http.Post(p.s.URL+path+"?client_id="+p.site, "text/plain;charset=UTF-8", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// The vendor's SDK shows its own words for each of these, and gets a new picture for most.
func TestEveryAnswerToACloudBaseSiteEndsAsItsTestSays(t *testing.T) {
	s := servertest.New(t)
	page := cloudbasePage{t, s, s.Site("cloudbase").Key}
	other := cloudbasePage{t, s, "somebody-elses-env"}
	for _, row := range []struct {
		outcome string
		status  int
		said    string
	}{
		{"wrong", 400, `"error":"invalid_captcha","error_code":4001`},
		{"expired", 400, `"error":"captcha_expired","error_code":4002`},
		{"used", 400, `"error":"captcha_used","error_code":4003`},
		{"limited", 429, `"error":"resource_exhausted","error_code":8`},
		{"internal", 500, `"error":"internal","error_code":13`},
	} {
		t.Run(row.outcome, func(t *testing.T) {
			s.Reset()
			token, text := page.picture()
			s.Always("cloudbase", "answer", row.outcome)
			for _, key := range []string{text, "wrong", text} {
				if status, said := page.verify(token, key); status != row.status || !strings.Contains(said, row.said) {
					t.Errorf("key %s: %d %s", key, status, said)
				}
			}
			token, text = page.picture()
			if status, said := page.verify(token, text); status != row.status {
				t.Errorf("another picture: %d %s", status, said)
			}
			if status, said := other.verify(other.picture()); status != http.StatusOK {
				t.Errorf("another site: %d %s", status, said)
			}
			entries, err := s.Control.Journal(t.Context(), controlclient.Filter{Site: page.site, Step: "answer", Outcome: row.outcome})
			if err != nil || len(entries) != 4 {
				t.Errorf("the journal: %+v, %v", entries, err)
			}
			if err := s.Control.ClearPlans(t.Context(), page.site); err != nil {
				t.Fatal(err)
			}
			if status, said := page.verify(page.picture()); status != http.StatusOK {
				t.Errorf("afterwards: %d %s", status, said)
			}
		})
	}
}
