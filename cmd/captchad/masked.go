package main

import (
	"net/url"
	"strings"
)

const (
	mask        = "********"
	placeholder = "captchad-password-here" // no URL has to escape it
)

// masked hides the passwords in an address that has some: that of the user, and those
// among the settings after a question mark. Of what looks like a URL and is none it shows
// hardly anything.
func masked(address string) string {
	scheme, _, isURL := strings.Cut(address, "://")
	if !isURL {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return scheme + "://" + mask
	}
	hidden := false
	if _, secret := u.User.Password(); secret {
		u.User, hidden = url.UserPassword(u.User.Username(), placeholder), true
	}
	settings := u.Query()
	for name := range settings {
		if strings.Contains(strings.ToLower(name), "password") {
			settings.Set(name, placeholder)
			u.RawQuery, hidden = settings.Encode(), true
		}
	}
	if !hidden {
		return address
	}
	return strings.ReplaceAll(u.String(), placeholder, mask)
}
