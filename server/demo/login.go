package demo

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"time"
)

// login is what a form sends: for whom, and the Pass as the widget gave it. The
// password stays on the page.
type login struct {
	Account string          `json:"account"`
	Pass    json.RawMessage `json:"pass"`
	at      time.Time       // by captchad's clock
}

// outcome is what the page shows of a redemption.
type outcome struct {
	Accepted bool   `json:"accepted"`
	Request  string `json:"request"` // without the secret
	Status   string `json:"status"`
	Answer   string `json:"answer"`
}

// maxLogin is how many bytes a form may have.
const maxLogin = 16 << 10

// login is POST /demo/{vendor}/login: it does what any app's backend does with a
// Pass, and tells what that was.
func (s *site) login(w http.ResponseWriter, r *http.Request) error {
	v, err := find(r.PathValue("vendor"))
	if err != nil {
		return err
	}
	sent, err := readLogin(w, r)
	if err != nil {
		return err
	}
	sent.at = s.Sites.Now()
	if !s.allowance.Allow() {
		return errLimited
	}
	own, ok, err := s.credentials(r.Context(), v.Name)
	if err != nil {
		return err
	}
	if !ok {
		return errNoSite
	}
	result, err := s.redeem(r, v, own, sent)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, result)
	return nil
}

// redeem makes the vendor's call. It is built twice, so that what is shown never
// had the secret in it.
func (s *site) redeem(r *http.Request, v vendor, own credentials, sent login) (outcome, error) {
	shown, err := v.redeem(own.shown(), sent)
	if err != nil {
		return outcome{}, err
	}
	text, err := shown.text(s.Public)
	if err != nil {
		return outcome{}, err
	}
	made, err := v.redeem(own, sent)
	if err != nil {
		return outcome{}, err
	}
	said, err := made.send(r.Context(), s.Client, s.URL)
	if err != nil {
		return outcome{}, err
	}
	status := fmt.Sprintf("%d %s", said.status, http.StatusText(said.status))
	return outcome{Accepted: v.accepts(said), Request: text, Status: status, Answer: said.text()}, nil
}

func readLogin(w http.ResponseWriter, r *http.Request) (login, error) {
	if mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); mediaType != "application/json" {
		return login{}, errNoJSON
	}
	var sent login
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxLogin)).Decode(&sent); err != nil {
		return login{}, errBody
	}
	return sent, nil
}

// texts reads a Pass that is an object of texts, of which it must have these.
func (l login) texts(names ...string) (map[string]string, error) {
	var pass map[string]string
	if err := json.Unmarshal(l.Pass, &pass); err != nil {
		return nil, errNoPass
	}
	for _, name := range names {
		if pass[name] == "" {
			return nil, errNoPass
		}
	}
	return pass, nil
}

// text reads a Pass of which one text counts; what else it has may be anything.
func (l login) text(name string) (string, error) {
	var pass map[string]any
	if err := json.Unmarshal(l.Pass, &pass); err != nil {
		return "", errNoPass
	}
	text, ok := pass[name].(string)
	if !ok || text == "" {
		return "", errNoPass
	}
	return text, nil
}
