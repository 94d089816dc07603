package ajcaptcha_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/ajcaptcha"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/captchad/captchad/server/dialect/dialecttest"
)

// clicks are a puzzle of characters to click.
type clicks struct {
	Token, SecretKey    string
	WordList            []string
	JigsawImageBase64   *string
	OriginalImageBase64 string
}

func (v visitor) getClicks() clicks {
	v.t.Helper()
	var answer struct {
		Code string `json:"repCode"`
		Data clicks `json:"repData"`
	}
	text := dialecttest.Body(v.t, v.call("get", `{"captchaType":"clickWord","clientUid":"point-1"}`))
	if err := json.Unmarshal([]byte(text), &answer); err != nil || answer.Code != "0000" {
		v.t.Fatalf("%v: %.200s", err, text)
	}
	return answer.Data
}

// click sends these points, each times scale, and returns the Pass and the code.
func (v visitor) click(p clicks, points []captcha.Point, scale float64) (pass, code string) {
	v.t.Helper()
	var sent []string
	for _, point := range points {
		sent = append(sent, fmt.Sprintf(`{"x":%v,"y":%v}`, point.X*scale, point.Y*scale))
	}
	clear := "[" + strings.Join(sent, ",") + "]"
	answer := v.ask("check", map[string]string{
		"captchaType": "clickWord", "token": p.Token, "pointJson": ajpoint.Encrypt(p.SecretKey, clear),
	})
	return ajpoint.Encrypt(p.SecretKey, p.Token+"---"+clear), answer.Code
}

func TestAPuzzleOfClicksNamesThreeWordsAndHasNoStrip(t *testing.T) {
	v := newVisitor(t)
	p := v.getClicks()
	if len(p.WordList) != 3 || len(slices.Compact(slices.Sorted(slices.Values(p.WordList)))) != 3 || p.JigsawImageBase64 != nil || p.OriginalImageBase64 == "" {
		t.Errorf("%v, strip %v", p.WordList, p.JigsawImageBase64)
	}
}

func TestTheClientsOfBothScalesAreUnderstood(t *testing.T) {
	v := newVisitor(t)
	for _, scale := range []float64{1, 280.0 / 310} {
		p := v.getClicks()
		pass, code := v.click(p, v.Solution(t, p.Token).Points, scale)
		if code != "0000" {
			t.Fatalf("times %v: %s", scale, code)
		}
		if first, second := v.verify(pass), v.verify(pass); first != "0000" || second != "6110" {
			t.Errorf("times %v: redeemed with %s, then %s", scale, first, second)
		}
	}
}

func TestClicksOutOfOrderOrPlaceAreWrong(t *testing.T) {
	v := newVisitor(t)
	for name, change := range map[string]func([]captcha.Point) []captcha.Point{
		"two swapped":        func(p []captcha.Point) []captcha.Point { p[0], p[1] = p[1], p[0]; return p },
		"the others swapped": func(p []captcha.Point) []captcha.Point { p[1], p[2] = p[2], p[1]; return p },
		"one too far right":  func(p []captcha.Point) []captcha.Point { p[2].X += 40; return p },
		"one too far down":   func(p []captcha.Point) []captcha.Point { p[0].Y += 40; return p },
		"two scales mixed":   func(p []captcha.Point) []captcha.Point { p[0].X, p[1].X = p[0].X*2, p[1].X*0.5; return p },
		"two":                func(p []captcha.Point) []captcha.Point { return p[:2] },
		"four":               func(p []captcha.Point) []captcha.Point { return append(p, p[0]) },
		"none":               func(p []captcha.Point) []captcha.Point { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			p := v.getClicks()
			points := v.Solution(t, p.Token).Points
			if _, code := v.click(p, change(slices.Clone(points)), 1); code != "6111" {
				t.Errorf("%s, want 6111", code)
			}
			if _, code := v.click(p, points, 1); code != "6110" {
				t.Errorf("the right ones afterwards: %s, want 6110: the token is dead", code)
			}
		})
	}
}

func TestAnAnswerToTheOtherKindIsWrong(t *testing.T) {
	v := newVisitor(t)
	slider := v.get()
	if _, code := v.click(clicks{Token: slider.token, SecretKey: slider.key}, []captcha.Point{{X: 1, Y: 1}, {X: 2, Y: 2}, {X: 3, Y: 3}}, 1); code != "6111" {
		t.Errorf("clicks for a slider: %s", code)
	}
	p := v.getClicks()
	answer := v.ask("check", map[string]string{
		"captchaType": "blockPuzzle", "token": p.Token, "pointJson": ajpoint.Encrypt(p.SecretKey, `{"x":100,"y":5}`),
	})
	if answer.Code != "6111" {
		t.Errorf("a slider's point for clicks: %s", answer.Code)
	}
}

func TestASiteCannotAskForWhatTheClientsDoNotShow(t *testing.T) {
	v := newVisitor(t)
	for settings, good := range map[string]bool{"words.count=3": true, "words.count=4": false, "words.alphabet=icons": false, "words.alphabet=latin": true} {
		name, value, _ := strings.Cut(settings, "=")
		site := v.AddSite(t, ajcaptcha.Name, "b", func(s *captcha.Site) { s.Settings[name] = value })
		if err := server.CheckSite(site, v.Makers); (err == nil) != good {
			t.Errorf("%s: %v", settings, err)
		}
	}
}
