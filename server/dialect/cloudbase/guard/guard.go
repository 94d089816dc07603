// Package guard protects the calls of an app's own backend with CloudBase
// captcha_tokens, as CloudBase protects its own: a call without a good token is
// answered captcha_required or captcha_invalid, and the vendor's SDK shows a
// picture and repeats the call with a token.
//
//	protected, err := guard.New(guard.Config{Issuer: "https://captcha.example.com", Audience: "my-env"})
//	...
//	http.Handle("POST /orders", protected.Require(orders))
//
// Tokens are checked offline, by the keys that captchad publishes. That does not
// see whether one is used twice: it is for Sites whose Passes are reusable. For
// others ask captchad, by introspection or forward-auth.
//
// The package needs net/http and a JWT library, and nothing else of captchad.
package guard

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Config says whose tokens are good. Issuer and Audience are needed.
type Config struct {
	Issuer   string           // captchad's base URL, as its tokens have it in iss
	Audience string           // the Site's key: the SDK's client_id or environment
	KeysURL  string           // default: Issuer + "/auth/v1/certs"
	Client   *http.Client     // default: one with a time-out of five seconds
	Now      func() time.Time // default: the real clock
}

// Guard checks captcha_tokens. It may be used by many at a time.
type Guard struct {
	config Config
	keys   *keySet
}

// New makes a Guard. Keys are fetched when the first token comes.
func New(config Config) (*Guard, error) {
	if config.Issuer == "" || config.Audience == "" {
		return nil, errors.New("guard: Issuer and Audience are needed")
	}
	config.Issuer = strings.TrimSuffix(config.Issuer, "/")
	config.KeysURL = cmp.Or(config.KeysURL, config.Issuer+"/auth/v1/certs")
	if config.Client == nil {
		config.Client = &http.Client{Timeout: 5 * time.Second}
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Guard{config, &keySet{url: config.KeysURL, client: config.Client, now: config.Now}}, nil
}

// What a token is refused for. Any other error of Check is a failure to get the
// keys.
var (
	ErrRequired = errors.New("captcha_token required")
	ErrInvalid  = errors.New("captcha_token invalid")
)

// leeway is how far the clocks of captchad and of the service may differ.
const leeway = 5 * time.Second

// claims are what is read of a token beside the registered ones.
type claims struct {
	jwt.RegisteredClaims
	Scope string `json:"scope"`
}

// Check tells whether the token is good now, and if so its jti, which is different
// for every token.
func (g *Guard) Check(ctx context.Context, token string) (jti string, err error) {
	if token == "" {
		return "", ErrRequired
	}
	var read claims
	_, err = jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}), // whatever the token says of itself
		jwt.WithIssuer(g.config.Issuer), jwt.WithAudience(g.config.Audience), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithLeeway(leeway), jwt.WithStrictDecoding(), jwt.WithTimeFunc(g.config.Now),
	).ParseWithClaims(token, &read, func(t *jwt.Token) (any, error) {
		kid, _ := t.Header["kid"].(string)
		return g.keys.find(ctx, kid)
	})
	if failure, ok := errors.AsType[*fetchError](err); ok {
		return "", failure
	}
	// The scope keeps out access tokens of the same shape.
	if err != nil || read.Scope != "captcha" {
		return "", ErrInvalid
	}
	return read.ID, nil
}

// Require lets only requests with a good token through to next. A browser's
// preflight has none: what answers preflights has to stand before Require.
func (g *Guard) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := Token(r)
		if err == nil {
			_, err = g.Check(r.Context(), token)
		}
		if err != nil {
			Refuse(w, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Token is the captcha_token of a request: in the header x-captcha-token, as the
// vendor documents it, or in the query as captcha_token, as the vendor's SDK sends
// it. Two different ones are ErrInvalid.
func Token(r *http.Request) (string, error) {
	given := append(slices.Clone(r.Header.Values("X-Captcha-Token")), r.URL.Query()["captcha_token"]...)
	token := ""
	for _, one := range given {
		if token != "" && one != "" && one != token {
			return "", ErrInvalid
		}
		token = cmp.Or(token, one)
	}
	return token, nil
}

// refusal has the vendor's keys in the vendor's order.
type refusal struct {
	Name   string `json:"error"`
	Number int    `json:"error_code"`
	Text   string `json:"error_description"`
}

// Refuse writes an error of Check or Token as CloudBase's own calls do. Clients
// look at the name or at the number, and some at a status that is not 2xx.
func Refuse(w http.ResponseWriter, err error) {
	status, answer := http.StatusServiceUnavailable, refusal{"unavailable", 14, "the captcha_token cannot be checked now"}
	switch {
	case errors.Is(err, ErrRequired):
		status, answer = http.StatusBadRequest, refusal{"captcha_required", 4001, ErrRequired.Error()}
	case errors.Is(err, ErrInvalid):
		status, answer = http.StatusBadRequest, refusal{"captcha_invalid", 4002, ErrInvalid.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // who has hung up does not read it
}
