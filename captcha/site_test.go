package captcha_test

import (
	"slices"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
)

func TestAllowsOrigin(t *testing.T) {
	for _, c := range []struct {
		hosts  []string
		origin string
		want   bool
	}{
		{nil, "https://app.example.com", false},
		{[]string{"app.example.com"}, "https://app.example.com", true},
		{[]string{"app.example.com"}, "http://app.example.com:8080", true},
		{[]string{"APP.example.com"}, "https://app.EXAMPLE.com", true},
		{[]string{"app.example.com"}, "https://app.example.com.evil.test", false},
		{[]string{"app.example.com"}, "https://evil-app.example.com", false},
		{[]string{"localhost:3000"}, "http://localhost:3000", true},
		{[]string{"localhost:3000"}, "http://localhost:3001", false},
		{[]string{"*.example.com"}, "https://a.b.example.com", true},
		{[]string{"*.example.com"}, "https://example.com", false},
		{[]string{"*.example.com"}, "https://badexample.com", false},
		{[]string{"*"}, "https://anything.test", true},
		{[]string{"*"}, "null", true},
		{[]string{"app.example.com"}, "null", false},
		{[]string{"app.example.com"}, "", false},
		{[]string{"app.example.com"}, "app.example.com", false},
		{[]string{"app.example.com"}, "https://app.example.com@evil.test", false},
	} {
		site := captcha.Site{Hosts: c.hosts}
		if got := site.AllowsOrigin(c.origin); got != c.want {
			t.Errorf("hosts %q, origin %q: %v", c.hosts, c.origin, got)
		}
	}
}

func TestAuthentic(t *testing.T) {
	site := captcha.Site{Secrets: []captcha.Secret{
		{Value: "new"}, {Value: "old", Until: start.Add(time.Hour)}, {Value: "gone", Until: start}, {Value: ""},
	}}
	for value, want := range map[string]bool{"new": true, "old": true, "gone": false, "": false, "ne": false, "newer": false} {
		if got := site.Authentic(value, start); got != want {
			t.Errorf("%q: %v", value, got)
		}
	}
	if site.Authentic("old", start.Add(time.Hour)) {
		t.Error("the old secret outlives its overlap")
	}
}

func TestSettingsAreCheckedByName(t *testing.T) {
	known := []captcha.Setting{
		captcha.IntSetting("n", 2, 0, 2, "a number"),
		captcha.ChoiceSetting("c", "a choice", "red", "green"),
		captcha.SwitchSetting("s", true, "a switch"),
	}
	for name, c := range map[string]struct {
		given captcha.Settings
		fine  bool
	}{
		"nothing":           {nil, true},
		"all":               {captcha.Settings{"n": "0", "c": "green", "s": "off"}, true},
		"an unknown name":   {captcha.Settings{"N": "0"}, false},
		"out of range":      {captcha.Settings{"n": "3"}, false},
		"no number":         {captcha.Settings{"n": "two"}, false},
		"no such choice":    {captcha.Settings{"c": "blue"}, false},
		"neither on or off": {captcha.Settings{"s": "true"}, false},
	} {
		if err := c.given.Check(known); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	var none captcha.Settings
	if none.Int(known[0]) != 2 || none.Get(known[1]) != "red" || !none.On(known[2]) {
		t.Error("defaults do not hold for a site that chooses nothing")
	}
}

func TestKindsAreChosenByNameAndTheFirstIsTheStandard(t *testing.T) {
	kinds := captcha.KindsSetting("native.kinds", captcha.KindSlider)
	for value, want := range map[string][]captcha.Kind{
		"slider":            {captcha.KindSlider},
		"text,audio":        {captcha.KindText, captcha.KindAudio},
		"audio,slider,text": {captcha.KindAudio, captcha.KindSlider, captcha.KindText},
		"":                  nil,
		"Slider":            nil,
		"slider, audio":     nil,
		"slider,":           nil,
		"slider,cheese":     nil,
		"kind 7":            nil,
	} {
		given := captcha.Settings{"native.kinds": value}
		if err := given.Check([]captcha.Setting{kinds}); (err == nil) != (want != nil) {
			t.Errorf("%q: %v", value, err)
		}
		if want != nil && !slices.Equal(given.Kinds(kinds), want) {
			t.Errorf("%q is %v, want %v", value, given.Kinds(kinds), want)
		}
	}
	var none captcha.Settings
	if got := none.Kinds(kinds); !slices.Equal(got, []captcha.Kind{captcha.KindSlider}) {
		t.Errorf("a site that chooses nothing has %v", got)
	}
}

func TestRulesCheck(t *testing.T) {
	if err := rules.Check(); err != nil {
		t.Error(err)
	}
	for _, bad := range []captcha.Rules{
		{},
		{Attempts: 0, Lifetime: time.Minute, PassLifetime: time.Minute},
		{Attempts: 1, Lifetime: 0, PassLifetime: time.Minute},
		{Attempts: 1, Lifetime: time.Minute, PassLifetime: 25 * time.Hour},
	} {
		if bad.Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
