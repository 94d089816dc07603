package controlclient

import (
	"context"
	"net/url"
	"time"
)

// Duration is a time.Duration that travels as "2m0s".
type Duration time.Duration

// String is the duration as it travels.
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalText is String.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what String writes.
func (d *Duration) UnmarshalText(text []byte) error {
	read, err := time.ParseDuration(string(text))
	*d = Duration(read)
	return err
}

// Secret is one credential of a Site's backend.
type Secret struct {
	ID    string `json:"id"` // public name, where the vendor has one (Yidun's secretId)
	Value string `json:"value"`
}

// Site is one customer of the server.
type Site struct {
	Key          string            `json:"key"`
	Name         string            `json:"name"`
	Dialect      string            `json:"dialect"`
	Secrets      []Secret          `json:"secrets"`
	Attempts     int               `json:"attempts"`      // Answers that are judged per Challenge
	Lifetime     Duration          `json:"lifetime"`      // from issue to Answer
	PassLifetime Duration          `json:"pass_lifetime"` // from Answer to redemption
	Reusable     bool              `json:"reusable"`      // a redemption does not use the Pass up
	Hosts        []string          `json:"hosts"`         // whose pages may call from a browser
	Disabled     bool              `json:"disabled"`
	Settings     map[string]string `json:"settings"`
	Ready        bool              `json:"ready"` // mock mode has it from the start
	Magic        string            `json:"magic"` // what its key alone decides, such as "passes"; "": nothing
}

// SiteChange is what becomes other in a Site. What is zero stays as it is; in a new Site it
// is the Dialect's standard, with a drawn secret and the hosts *.
type SiteChange struct {
	Dialect      string            `json:"dialect,omitzero"` // needed for a new Site
	Name         string            `json:"name,omitzero"`
	Secrets      []Secret          `json:"secrets,omitzero"` // none, if it is empty and not nil
	Attempts     int               `json:"attempts,omitzero"`
	Lifetime     Duration          `json:"lifetime,omitzero"`
	PassLifetime Duration          `json:"pass_lifetime,omitzero"`
	Reusable     *bool             `json:"reusable,omitzero"`
	Hosts        []string          `json:"hosts,omitzero"`
	Disabled     *bool             `json:"disabled,omitzero"`
	Settings     map[string]string `json:"settings,omitzero"`
}

// Sites lists all Sites, by key.
func (c *Client) Sites(ctx context.Context) ([]Site, error) {
	var list struct{ Sites []Site }
	err := c.call(ctx, "GET", "/sites", nil, &list)
	return list.Sites, err
}

// Site is the one with that key.
func (c *Client) Site(ctx context.Context, key string) (Site, error) {
	var site Site
	err := c.call(ctx, "GET", "/sites/"+url.PathEscape(key), nil, &site)
	return site, err
}

// SaveSite adds a Site with that key, or changes it. All see it at once.
func (c *Client) SaveSite(ctx context.Context, key string, change SiteChange) (Site, error) {
	var site Site
	err := c.call(ctx, "PUT", "/sites/"+url.PathEscape(key), change, &site)
	return site, err
}

// RemoveSite removes a Site, with its plans and its fault.
func (c *Client) RemoveSite(ctx context.Context, key string) error {
	return c.call(ctx, "DELETE", "/sites/"+url.PathEscape(key), nil, nil)
}
