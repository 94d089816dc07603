package server

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// keys that fit into every vendor's URLs, headers and forms.
var siteKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// CheckSite says what is wrong with a Site, if anything is, before it is saved.
// Makers are the kinds of puzzle whose settings it may have.
func CheckSite(site *captcha.Site, makers []captcha.Maker) error {
	if !siteKey.MatchString(site.Key) {
		return fmt.Errorf("key %q: want 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit", site.Key)
	}
	d, ok := Find(site.Dialect)
	if !ok {
		return fmt.Errorf("no dialect is called %q", site.Dialect)
	}
	for _, secret := range site.Secrets {
		if secret.Value == "" {
			return errors.New("secret: an empty one is known to everybody")
		}
	}
	for _, host := range site.Hosts {
		if host == "" || strings.ContainsAny(host, "/ ") {
			return fmt.Errorf("host %q: want a host as app.example.com, *.example.com, localhost:3000 or *", host)
		}
	}
	settings := d.Settings()
	for _, maker := range makers {
		settings = append(settings, maker.Settings()...)
	}
	if err := site.Settings.Check(settings); err != nil {
		return err
	}
	if checker, ok := d.(dialect.SiteChecker); ok {
		if err := checker.CheckSite(site); err != nil {
			return err
		}
	}
	return site.Rules.Check()
}
