package load

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/captchad/captchad/captcha"
)

// script is how the page and the backend of one Site call the server.
type script struct {
	site   *captcha.Site
	kind   captcha.Kind
	issue  call
	idName string // the member of the answer to issue that holds the ID
	answer func(solved) call
	redeem func(is solved, answered []byte) call
}

// dialects are the vendors whose calls are known.
var dialects = map[string]func(*captcha.Site) script{
	"oneaccess": oneaccess,
	"cloudbase": cloudbase,
	"geetest":   geetest,
	"yidun":     yidun,
	"ajcaptcha": ajcaptcha,
	"native":    native,
}

// Dialects lists the vendors whose calls are known.
func Dialects() []string { return slices.Sorted(maps.Keys(dialects)) }

func scriptsOf(dialect string, sites []*captcha.Site) ([]script, error) {
	newScript, known := dialects[dialect]
	if !known {
		return nil, fmt.Errorf("no load is known for a dialect called %q", dialect)
	}
	var scripts []script
	for _, site := range sites {
		if len(site.Secrets) == 0 {
			return nil, fmt.Errorf("site %s: has no secret", site.Key)
		}
		scripts = append(scripts, newScript(site))
	}
	if len(scripts) == 0 {
		return nil, fmt.Errorf("there is no site of %s", dialect)
	}
	return scripts, nil
}

// secret is what the Site's backend signs with.
func secret(site *captcha.Site) string { return site.Secrets[0].Value }

// origin is that of the pages that call.
const origin = "https://app.example.com"

var fromPage = [][2]string{{"Origin", origin}}

// post is a form with a body of JSON.
func post(headers [][2]string, marker string) *form {
	return &form{method: "POST", contentType: jsonType, headers: headers, status: 200, marker: marker}
}

// shift is how far a slider was pushed.
func shift(is solved) string {
	return strconv.FormatFloat(is.answer.Points[0].X, 'f', -1, 64)
}

// track is how a pointer goes that pushes a slider for a second.
func track() string {
	var moves []string
	for i := range 60 {
		moves = append(moves, fmt.Sprintf("[%d,%.1f,%.1f]", i*17, float64(i)*3.3, 20+float64(i%7)/3))
	}
	return "[" + strings.Join(moves, ",") + "]"
}
