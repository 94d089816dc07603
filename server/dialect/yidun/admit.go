package yidun

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/limit"
)

// required are the fields that a request must have. The vendor's page lists user
// too; its Go SDK leaves that one out.
var required = []string{"captchaId", "validate", "secretId", "version", "timestamp", "nonce", "signature"}

var (
	timestamps   = regexp.MustCompile(`^[0-9]{1,20}$`)
	milliseconds = regexp.MustCompile(`^[0-9]{13}$`)
)

// admit makes all checks that come before the Pass, in their documented order, and
// tells whose Pass it is. What it refuses has changed nothing but the Site's rate.
func (d Dialect) admit(ctx context.Context, f dialect.Form, version string) (*captcha.Site, error) {
	if i := slices.IndexFunc(required, func(name string) bool { return f[name] == "" }); i >= 0 {
		dialect.Because(ctx, func() string { return "the field " + required[i] + " is missing or empty" })
		return nil, paramError
	}
	if !timestamps.MatchString(f["timestamp"]) {
		dialect.Because(ctx, func() string { return "timestamp is no number" })
		return nil, paramError
	}
	site, err := d.Core.Site(ctx, Name, f["captchaId"])
	if captcha.CodeOf(err) == captcha.Internal {
		return nil, err
	}
	if site != nil && site.Settings.On(strict) && !milliseconds.MatchString(f["timestamp"]) {
		return nil, paramError
	}
	now := d.Core.Now()
	if err := d.authenticate(ctx, site, f, now); err != nil {
		return nil, err
	}
	switch {
	case f["version"] != version:
		dialect.Because(ctx, func() string { return fmt.Sprintf("version is %q; this path is that of %q", f["version"], version) })
		return nil, versionError
	case !timely(site, f["timestamp"], now):
		return nil, paramError
	}
	rate := limit.Rate{Count: site.Settings.Int(perSecond), Per: time.Second}
	if err := d.Limiter.AllowRate(ctx, perSecond.Name, site.Key, rate); err != nil {
		return nil, err
	}
	if site.Settings.On(nonceCheck) && d.nonces.seen(f["secretId"], f["nonce"], now, nonceLife(site)) {
		return nil, paramError
	}
	return site, nil
}

// timely tells whether the timestamp is near enough. One that is no milliseconds is
// past telling: a known client sends nanoseconds.
func timely(site *captcha.Site, timestamp string, now time.Time) bool {
	window := window(site)
	if window == 0 || !milliseconds.MatchString(timestamp) {
		return true
	}
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	return err == nil && now.Sub(time.UnixMilli(sent)).Abs() <= window
}

func window(site *captcha.Site) time.Duration {
	return time.Duration(site.Settings.Int(timestampWindow)) * time.Minute
}

// nonceLife is for how long a request could come again with its timestamp still
// good; without a window, for as long as a Pass can live.
func nonceLife(site *captcha.Site) time.Duration {
	if window := window(site); window > 0 {
		return 2 * window
	}
	return maxPassLifetime
}

// authenticate tells whether the request comes from the Site's backend. A bad
// signature is told before a captchaId that does not belong to the secretId, so
// who knows no secretKey learns nothing of the Sites there are. Site may be nil.
func (d Dialect) authenticate(ctx context.Context, site *captcha.Site, f dialect.Form, now time.Time) error {
	if site != nil {
		if keys := secretKeys(site, f["secretId"], now); len(keys) > 0 {
			return signedBy(ctx, f, keys)
		}
	}
	// The slow way, for requests that are refused in any case: whose secretId is it?
	sites, err := d.Core.Sites(ctx, Name)
	if err != nil {
		return err
	}
	var keys []string
	for _, other := range sites {
		for _, key := range secretKeys(other, f["secretId"], now) {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	if err := signedBy(ctx, f, keys); err != nil {
		return err
	}
	dialect.Because(ctx, func() string { return "the secretId belongs to another captchaId" })
	return paramError
}

// signedBy refuses alike an unknown secretId, an unknown method and a signature
// that is wrong.
func signedBy(ctx context.Context, f dialect.Form, keys []string) error {
	if !signed(f, keys) {
		dialect.Because(ctx, func() string { return wrongSignature(f, keys) })
		return signatureError
	}
	return nil
}

// secretKeys are the Site's live ones that go by that secretId. A Secret without a
// public name goes by the Site's key.
func secretKeys(site *captcha.Site, secretID string, now time.Time) []string {
	var keys []string
	for _, secret := range site.Secrets {
		if secret.Value != "" && secret.Live(now) && secretID == secretIDOf(site, secret) {
			keys = append(keys, secret.Value)
		}
	}
	return keys
}

func secretIDOf(site *captcha.Site, secret captcha.Secret) string {
	if secret.ID == "" {
		return site.Key
	}
	return secret.ID
}
