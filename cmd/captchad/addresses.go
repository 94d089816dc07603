package main

import (
	"fmt"
	"io"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
)

// printCredentials prints what an app needs to use the Site.
func printCredentials(w io.Writer, site *captcha.Site) {
	fmt.Fprintf(w, "  %-10s key %s", site.Dialect, site.Key)
	for _, secret := range site.Secrets {
		if secret.ID != "" {
			fmt.Fprintf(w, "  secret id %s", secret.ID)
		}
		fmt.Fprintf(w, "  secret %s", secret.Value)
	}
	fmt.Fprintln(w)
}

// printAddresses prints where the server is found, and a line to try it with,
// for the Site if there is one. It ends what a start prints.
func printAddresses(p *process, n *node, site *captcha.Site) error {
	if site == nil {
		sites, err := n.store.Sites(p.ctx)
		if err != nil {
			return err
		}
		if len(sites) > 0 {
			site = sites[0]
		}
	}
	if secure := n.secureURL(); secure != "" {
		fmt.Fprintf(p.stdout, "Listening on %s\n", secure)
	}
	if url := n.metricsURL(); url != "" {
		fmt.Fprintf(p.stdout, "Metrics on %s\n", url)
	}
	fmt.Fprintf(p.stdout, "Listening on %s\n", n.url())
	if site == nil {
		fmt.Fprintf(p.stdout, "There is no site yet: captchad site add --dialect NAME\n")
		return nil
	}
	if d, ok := server.Find(site.Dialect); ok {
		fmt.Fprintf(p.stdout, "Try it:\n%s\n", tryLine(d.Name(), n.url(), site.Key))
	}
	return nil
}

// tryLine is a command that gets a Challenge for the Site, and works as it is.
func tryLine(dialectName, url, key string) string {
	switch dialectName {
	case "oneaccess":
		return fmt.Sprintf("curl -s -H 'X-client-id: %s' -H 'X-operating-sys-version: x' -H 'X-device-fingerprint: x' -H 'X-agent: x' %s/api/v2/sdk/captcha", key, url)
	case "ajcaptcha":
		return fmt.Sprintf(`curl -s -d '{"captchaType":"blockPuzzle"}' %s/aj/%s/captcha/get`, url, key)
	case "cloudbase":
		return fmt.Sprintf(`curl -s -d '{}' '%s/auth/v1/captcha/data?client_id=%s'`, url, key)
	default:
		return fmt.Sprintf(`curl -s -d '{"site":"%s"}' %s/native/v1/challenges`, key, url)
	}
}
