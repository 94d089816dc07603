package cloudbase

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/golang-jwt/jwt/v5"
)

// scope keeps tokens of the same shape and the same issuer apart from ours.
const scope = "captcha"

// claims are those of a captcha_token. Audience is one text: the library would
// write a list.
type claims struct {
	Issuer    string           `json:"iss"`
	Audience  string           `json:"aud"` // the Site's key
	Subject   string           `json:"sub"` // the Challenge's ID
	ID        string           `json:"jti"` // the Pass's secret: 32 lower-case hex
	IssuedAt  *jwt.NumericDate `json:"iat"`
	NotBefore *jwt.NumericDate `json:"nbf"`
	ExpiresAt *jwt.NumericDate `json:"exp"`
	Scope     string           `json:"scope"`
}

// The methods make claims a jwt.Claims.

// GetExpirationTime is exp.
func (c claims) GetExpirationTime() (*jwt.NumericDate, error) { return c.ExpiresAt, nil }

// GetIssuedAt is iat.
func (c claims) GetIssuedAt() (*jwt.NumericDate, error) { return c.IssuedAt, nil }

// GetNotBefore is nbf.
func (c claims) GetNotBefore() (*jwt.NumericDate, error) { return c.NotBefore, nil }

// GetIssuer is iss.
func (c claims) GetIssuer() (string, error) { return c.Issuer, nil }

// GetSubject is sub.
func (c claims) GetSubject() (string, error) { return c.Subject, nil }

// GetAudience is aud.
func (c claims) GetAudience() (jwt.ClaimStrings, error) { return jwt.ClaimStrings{c.Audience}, nil }

// Attempt is the Answer, with a Pass whose secret is fit to be a jti.
func (d Dialect) Attempt(_ *captcha.Site, id captcha.ID, given captcha.Answer, _ string) captcha.Attempt {
	secret := make([]byte, 16)
	if _, err := io.ReadFull(d.Random, secret); err != nil {
		panic(fmt.Sprintf("read randomness: %v", err))
	}
	return captcha.Attempt{ID: id, Answer: given, Secret: hex.EncodeToString(secret)}
}

// cachedOnce is the expires_in of a Pass that is good once: the SDK keeps a token
// for ten seconds less than it is told, and so not at all.
const cachedOnce = 10

// PagePass is {"captcha_token", "expires_in"}: the Pass as a signed JWT.
func (d Dialect) PagePass(ctx context.Context, site *captcha.Site, pass captcha.Pass) (any, error) {
	key, err := d.keys.signing(ctx)
	if err != nil {
		return nil, err
	}
	now := d.Core.Now().Truncate(time.Second)
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims{
		Issuer: d.URL, Audience: site.Key, Subject: pass.ID.String(), ID: pass.Secret, Scope: scope,
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(site.Rules.PassLifetime)),
	})
	token.Header["kid"] = key.id
	signed, err := token.SignedString(key.private)
	if err != nil {
		return nil, fmt.Errorf("sign captcha_token: %w", err)
	}
	reply := passReply{signed, cachedOnce}
	if site.Rules.Reusable {
		reply.ExpiresIn = int(site.Rules.PassLifetime.Seconds())
	}
	return reply, nil
}

// ParsePass reads a captcha_token, or the object around it, and refuses as Unknown
// one that we did not sign for this Site.
func (d Dialect) ParsePass(ctx context.Context, site *captcha.Site, raw json.RawMessage, _ string) (captcha.Pass, error) {
	text, err := dialect.PassText(raw, "captcha_token")
	if err != nil {
		return captcha.Pass{}, err
	}
	pass, _, err := d.parse(ctx, site, text)
	return pass, err
}

// leeway is how far the clocks of replicas may differ.
const leeway = 5 * time.Second

// parse checks all of a token that can be checked without the ledger.
func (d Dialect) parse(ctx context.Context, site *captcha.Site, token string) (captcha.Pass, claims, error) {
	published, err := d.keys.published(ctx)
	if err != nil {
		return captcha.Pass{}, claims{}, err
	}
	var read claims
	now := d.Core.Now()
	_, err = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}),
		jwt.WithIssuer(d.URL), jwt.WithAudience(site.Key), jwt.WithIssuedAt(), jwt.WithExpirationRequired(),
		jwt.WithLeeway(leeway), jwt.WithStrictDecoding(), jwt.WithTimeFunc(func() time.Time { return now }),
	).ParseWithClaims(token, &read, func(t *jwt.Token) (any, error) {
		i := slices.IndexFunc(published, func(k signingKey) bool { return k.id == t.Header["kid"] })
		if i < 0 {
			return nil, fmt.Errorf("no key has the kid %v", t.Header["kid"])
		}
		return &published[i].private.PublicKey, nil
	})
	if errors.Is(err, jwt.ErrTokenExpired) {
		return captcha.Pass{}, claims{}, captcha.Refuse(captcha.Expired, "the captcha_token is too old")
	}
	id, isID := captcha.ParseID(read.Subject)
	if err != nil || read.Scope != scope || !isID || read.ID == "" {
		return captcha.Pass{}, claims{}, captcha.Refuse(captcha.Unknown, "this is no captcha_token of the site")
	}
	return captcha.Pass{ID: id, Secret: read.ID}, read, nil
}
