package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/store"
)

// siteCommand manages Sites, on a running system too: servers see the change within
// a second.
type siteCommand struct {
	Add    siteAdd    `cmd:"" help:"Add a site and print its credentials."`
	List   siteList   `cmd:"" help:"List the sites."`
	Remove siteRemove `cmd:"" help:"Remove a site. Its challenges and passes end within a second."`
	Rotate siteRotate `cmd:"" help:"Give a site a new secret; the old one stays good for a while."`
}

type siteAdd struct {
	Dialect      string            `required:"" placeholder:"NAME" help:"Vendor whose API the app speaks: oneaccess, ajcaptcha, cloudbase, geetest, yidun, native."`
	Key          string            `placeholder:"KEY" help:"Public key. Default: drawn."`
	Secret       string            `placeholder:"TEXT" help:"Secret that the app's backend has already; safer in the environment, as CAPTCHAD_SECRET. Default: drawn."`
	SecretID     string            `placeholder:"ID" help:"Public name of the secret, where the vendor has one (Yidun's secretId). Default: the key."`
	Name         string            `placeholder:"TEXT" help:"Name for people."`
	Host         []string          `placeholder:"HOST" help:"Hosts whose pages may call from a browser: app.example.com, *.example.com, localhost:3000, *."`
	Attempts     int               `placeholder:"N" help:"Answers that are judged per challenge. Default: the vendor's."`
	Lifetime     time.Duration     `placeholder:"TIME" help:"How long a challenge can be answered, such as 2m. Default: the vendor's."`
	PassLifetime time.Duration     `placeholder:"TIME" help:"How long a pass can be redeemed. Default: the vendor's."`
	Pass         string            `enum:"default,once,reusable" default:"default" help:"Whether a pass is good once or as long as it lives (once, reusable). Default: the vendor's."`
	Set          map[string]string `placeholder:"NAME=VALUE" help:"Settings; with a wrong name the error lists them all."`
}

// leastSecret is how many characters a secret has at least: fewer can be guessed.
const leastSecret = 16

// Run adds the Site.
func (a siteAdd) Run(o *Options, p *process) error {
	makers, err := o.makers("")
	if err != nil {
		return err
	}
	site, err := server.NewSite(a.Dialect, rand.Reader)
	if err != nil {
		return usageError{err}
	}
	if a.Key != "" {
		site.Key = a.Key
	}
	if a.Secret != "" {
		if len(a.Secret) < leastSecret {
			return usageError{fmt.Errorf("secret: want at least %d characters", leastSecret)}
		}
		site.Secrets[0].Value = a.Secret
	}
	site.Secrets[0].ID = a.SecretID
	site.Name, site.Hosts, site.Settings = a.Name, a.Host, a.Set
	if a.Attempts != 0 {
		site.Rules.Attempts = a.Attempts
	}
	if a.Lifetime != 0 {
		site.Rules.Lifetime = a.Lifetime
	}
	if a.PassLifetime != 0 {
		site.Rules.PassLifetime = a.PassLifetime
	}
	if a.Pass != "default" {
		site.Rules.Reusable = a.Pass == "reusable"
	}
	if err := server.CheckSite(site, makers); err != nil {
		return usageError{fmt.Errorf("%w\n%s", err, knownSettings(site.Dialect, makers))}
	}
	return o.withStore(p, func(s store.Store) error {
		if _, err := s.Site(p.ctx, site.Key); err == nil {
			return fmt.Errorf("there is a site with the key %s already", site.Key)
		} else if !errors.Is(err, captcha.ErrNoSite) {
			return err
		}
		if err := s.SaveSite(p.ctx, site); err != nil {
			return err
		}
		printCredentials(p.stdout, site)
		return nil
	})
}

// knownSettings lists what --set takes.
func knownSettings(dialectName string, makers []captcha.Maker) string {
	var settings []captcha.Setting
	if d, ok := server.Find(dialectName); ok {
		settings = d.Settings()
	}
	for _, maker := range makers {
		settings = append(settings, maker.Settings()...)
	}
	text := &strings.Builder{}
	fmt.Fprintln(text, "Settings of such a site:")
	table := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	for _, s := range settings {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", s.Name, s.Default, s.Help)
	}
	table.Flush()
	return strings.TrimSuffix(text.String(), "\n")
}

type siteList struct{}

// Run lists the Sites, without their secrets.
func (siteList) Run(o *Options, p *process) error {
	return o.withStore(p, func(s store.Store) error {
		sites, err := s.Sites(p.ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "KEY\tDIALECT\tNAME\tATTEMPTS\tLIFETIME\tPASS\tHOSTS\tSECRETS")
		for _, site := range sites {
			fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%v\t%v\t%s\t%d\n", site.Key, site.Dialect, site.Name, site.Rules.Attempts,
				site.Rules.Lifetime, site.Rules.PassLifetime, strings.Join(site.Hosts, ","), live(site.Secrets, time.Now()))
		}
		return table.Flush()
	})
}

func live(secrets []captcha.Secret, now time.Time) int {
	n := 0
	for _, secret := range secrets {
		if secret.Live(now) {
			n++
		}
	}
	return n
}

type siteRemove struct {
	Key string `arg:"" help:"The site's key."`
}

// Run removes the Site.
func (r siteRemove) Run(o *Options, p *process) error {
	return o.withStore(p, func(s store.Store) error { return s.DeleteSite(p.ctx, r.Key) })
}

type siteRotate struct {
	Key     string        `arg:"" help:"The site's key."`
	Overlap time.Duration `default:"24h" help:"How long the old secret stays good."`
}

// Run adds a secret, ends the others after the overlap, and drops those that
// have ended already.
func (r siteRotate) Run(o *Options, p *process) error {
	return o.withStore(p, func(s store.Store) error {
		site, err := s.Site(p.ctx, r.Key)
		if err != nil {
			return err
		}
		now := time.Now()
		fresh, err := server.NewSecret(rand.Reader)
		if err != nil {
			return err
		}
		if len(site.Secrets) > 0 {
			fresh.ID = site.Secrets[0].ID // which the app's backend keeps
		}
		secrets := []captcha.Secret{fresh}
		for _, old := range site.Secrets {
			if end := now.Add(r.Overlap); old.Until.IsZero() || end.Before(old.Until) {
				old.Until = end
			}
			if old.Live(now) {
				secrets = append(secrets, old)
			}
		}
		site.Secrets = secrets
		if err := s.SaveSite(p.ctx, site); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "new secret %s\n", fresh.Value)
		return err
	})
}

// withStore opens the database for one command.
func (o *Options) withStore(p *process, do func(store.Store) error) error {
	s, err := o.openStore(p.ctx, o.database(defaultDatabase))
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
