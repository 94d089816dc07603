package captcha

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Site is one customer of the server: somebody's app, as the vendor whose
// Dialect it speaks would know it.
type Site struct {
	Key      string   // public; the vendor's X-client-id, captcha_id, captchaId or client_id
	Name     string   // for people
	Dialect  string   // the vendor whose API the app speaks, such as "oneaccess"
	Secrets  []Secret // what its backend proves itself with
	Rules    Rules
	Hosts    []string // whose pages may call from a browser: "app.example.com", "*.example.com", "localhost:3000", "*"
	Disabled bool
	Settings Settings
}

// Rules are the limits within which a Site's Challenges live. A thing that lives
// for a duration is good while now < start + duration.
type Rules struct {
	Attempts     int           // Answers that are judged per Challenge, at least 1
	Lifetime     time.Duration // from issue to Answer
	PassLifetime time.Duration // from Answer to redemption
	Reusable     bool          // a redemption only checks the Pass, and does not use it up
}

// Secret is one credential of a Site's backend. A Site with two live ones is
// changing them: both are good until the older one ends.
type Secret struct {
	ID    string    // public name, where the vendor gives one (Yidun's secretId)
	Value string    // never in a log
	Until time.Time // zero: no end
}

// LogValue keeps the secret out of logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue("(hidden secret)") }

// Live tells whether the secret is good at that time.
func (s Secret) Live(now time.Time) bool { return s.Until.IsZero() || now.Before(s.Until) }

// Clone is a Site that shares nothing with s.
func (s *Site) Clone() *Site {
	clone := *s
	clone.Secrets, clone.Hosts, clone.Settings = slices.Clone(s.Secrets), slices.Clone(s.Hosts), maps.Clone(s.Settings)
	return &clone
}

// Tag is the Site's mark in every [ID] that is issued for it. Tags are short, so
// a [SiteStore] refuses a second Site with the same one.
func (s *Site) Tag() uint32 {
	sum := sha256.Sum256([]byte("site tag:" + s.Key))
	return binary.BigEndian.Uint32(sum[:])
}

// Authentic tells whether value is one of the Site's live secrets. It takes the
// same time for every wrong value of one length.
func (s *Site) Authentic(value string, now time.Time) bool {
	good := 0
	for _, secret := range s.Secrets {
		if secret.Value != "" && secret.Live(now) {
			good |= subtle.ConstantTimeCompare([]byte(secret.Value), []byte(value))
		}
	}
	return good == 1
}

// AllowsOrigin tells whether pages of this origin ("https://app.example.com")
// may call for the Site from a browser.
func (s *Site) AllowsOrigin(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return slices.Contains(s.Hosts, "*") // "null" of a sandboxed page, "file://" of an app
	}
	return slices.ContainsFunc(s.Hosts, func(pattern string) bool {
		return matchesHost(strings.ToLower(pattern), strings.ToLower(u.Host), strings.ToLower(u.Hostname()))
	})
}

// matchesHost holds one pattern against a host with its port and without: a
// pattern that names no port allows every port.
func matchesHost(pattern, host, hostname string) bool {
	if parent, ok := strings.CutPrefix(pattern, "*."); ok {
		return strings.HasSuffix(hostname, "."+parent) || strings.HasSuffix(host, "."+parent)
	}
	return pattern == "*" || pattern == host || pattern == hostname
}

// Check says which limit is none, if one is.
func (r Rules) Check() error {
	switch {
	case r.Attempts < 1:
		return errors.New("attempts: want at least 1")
	case r.Lifetime < time.Second || r.Lifetime > 24*time.Hour:
		return errors.New("lifetime: want 1s to 24h")
	case r.PassLifetime < time.Second || r.PassLifetime > 24*time.Hour:
		return errors.New("pass_lifetime: want 1s to 24h")
	}
	return nil
}
