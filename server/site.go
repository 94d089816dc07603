package server

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
)

// keys that fit into every vendor's URLs, headers and forms.
var siteKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// NewSite makes a Site of the Dialect, with a key and a secret drawn from random and the
// Dialect's rules. It is not saved.
func NewSite(dialectName string, random io.Reader) (*captcha.Site, error) {
	d, err := find(dialectName)
	if err != nil {
		return nil, err
	}
	key, err := randomHex(random)
	if err != nil {
		return nil, err
	}
	secret, err := NewSecret(random)
	if err != nil {
		return nil, err
	}
	return &captcha.Site{Key: key, Dialect: dialectName, Rules: d.Defaults(), Secrets: []captcha.Secret{secret}}, nil
}

// NewSecret draws a secret.
func NewSecret(random io.Reader) (captcha.Secret, error) {
	value, err := randomHex(random)
	return captcha.Secret{Value: value}, err
}

// randomHex is 128 random bits as 32 lower-case hex digits, the shape in which
// every vendor has keys and secrets.
func randomHex(random io.Reader) (string, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("draw key or secret: %w", err)
	}
	return hex.EncodeToString(b), nil
}

// find is Find with a refusal that lists what there is.
func find(name string) (dialect.Dialect, error) {
	if d, ok := Find(name); ok {
		return d, nil
	}
	return nil, fmt.Errorf("dialect %.64q: want one of %s", name, strings.Join(dialect.Names(Dialects(dialect.Deps{})), ", "))
}

// CheckSite says what is wrong with a Site, if anything is, before it is saved; it begins
// with the member that is wrong, as the control API has it. Makers are the kinds of puzzle
// whose settings it may have.
func CheckSite(site *captcha.Site, makers []captcha.Maker) error {
	if !siteKey.MatchString(site.Key) {
		return fmt.Errorf("key %q: want 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit", site.Key)
	}
	d, err := find(site.Dialect)
	if err != nil {
		return err
	}
	for _, secret := range site.Secrets {
		if secret.Value == "" {
			return errors.New("secrets: an empty one is known to everybody")
		}
	}
	for _, host := range site.Hosts {
		if host == "" || strings.ContainsAny(host, "/ ") {
			return fmt.Errorf("hosts: %q: want a host as app.example.com, *.example.com, localhost:3000 or *", host)
		}
	}
	settings := d.Settings()
	for _, maker := range makers {
		settings = append(settings, maker.Settings()...)
	}
	if err := site.Settings.Check(settings); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	if checker, ok := d.(dialect.SiteChecker); ok {
		if err := checker.CheckSite(site); err != nil {
			return err
		}
	}
	return site.Rules.Check()
}
