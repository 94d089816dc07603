package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/store"
)

// siteCommand manages Sites, on a running system too: servers see the change within
// a second.
type siteCommand struct {
	Add    siteAdd    `cmd:"" help:"Add a site and print its credentials."`
	Set    siteSet    `cmd:"" help:"Change a site: what is not named stays as it is."`
	Show   siteShow   `cmd:"" help:"Show all of a site but its secrets."`
	List   siteList   `cmd:"" help:"List the sites."`
	Remove siteRemove `cmd:"" help:"Remove a site. Its challenges and passes end within a second."`
	Rotate siteRotate `cmd:"" help:"Give a site a new secret; the old one stays good for a while."`
}

type siteAdd struct {
	Dialect  string `required:"" placeholder:"NAME" help:"Vendor whose API the app speaks: oneaccess, ajcaptcha, cloudbase, geetest, yidun, native."`
	Key      string `placeholder:"KEY" help:"Public key. Default: drawn."`
	Secret   string `placeholder:"TEXT" help:"Secret that the app's backend has already; safer in the environment, as CAPTCHAD_SECRET. Default: drawn."`
	SecretID string `placeholder:"ID" help:"Public name of the secret, where the vendor has one (Yidun's secretId). Default: the key."`
	siteChanges
}

// siteChanges are what an operator can say of a Site at any time. What is not said is
// the vendor's for a new Site, and stays as it is for another one.
type siteChanges struct {
	Name         *string           `placeholder:"TEXT" help:"Name for people."`
	Host         []string          `placeholder:"HOST" help:"Hosts whose pages may call from a browser, all of them: app.example.com, *.example.com, localhost:3000, *."`
	Attempts     int               `placeholder:"N" help:"Answers that are judged per challenge."`
	Lifetime     time.Duration     `placeholder:"TIME" help:"How long a challenge can be answered, such as 2m."`
	PassLifetime time.Duration     `placeholder:"TIME" help:"How long a pass can be redeemed."`
	Pass         string            `enum:"default,once,reusable" default:"default" help:"Whether a pass is good once or as long as it lives (once, reusable)."`
	Set          map[string]string `placeholder:"NAME=VALUE" help:"Settings; with a wrong name the error lists them all. NAME= goes back to the default."`
}

// apply makes the changes in the Site.
func (c siteChanges) apply(to *captcha.Site) {
	if c.Name != nil {
		to.Name = *c.Name
	}
	if c.Host != nil {
		to.Hosts = c.Host
	}
	if c.Attempts != 0 {
		to.Rules.Attempts = c.Attempts
	}
	if c.Lifetime != 0 {
		to.Rules.Lifetime = c.Lifetime
	}
	if c.PassLifetime != 0 {
		to.Rules.PassLifetime = c.PassLifetime
	}
	if c.Pass != "default" {
		to.Rules.Reusable = c.Pass == "reusable"
	}
	settings := captcha.Settings{}
	maps.Copy(settings, to.Settings)
	maps.Copy(settings, c.Set)
	maps.DeleteFunc(settings, func(_, value string) bool { return value == "" })
	to.Settings = settings
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
	a.apply(site)
	if err := checkSite(site, makers); err != nil {
		return err
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
		fmt.Fprintf(p.stderr, "added to %s\n", masked(o.database(defaultDatabase)))
		printCredentials(p.stdout, site)
		return nil
	})
}

// checkSite says what is wrong with the command line for a Site.
func checkSite(site *captcha.Site, makers []captcha.Maker) error {
	err := server.CheckSite(site, makers)
	switch {
	case err == nil:
		return nil
	case strings.HasPrefix(err.Error(), "settings:"):
		return usageError{fmt.Errorf("%w\n%s", err, knownSettings(site.Dialect, makers))}
	}
	return usageError{err}
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

type siteSet struct {
	Key   string `arg:"" help:"The site's key."`
	State string `enum:"enabled,disabled," default:"" help:"Whether the site is served: enabled or disabled."`
	siteChanges
}

// Run changes the Site.
func (c siteSet) Run(o *Options, p *process) error {
	makers, err := o.makers("")
	if err != nil {
		return err
	}
	return o.withExisting(p, func(s store.Store) error {
		site, err := s.Site(p.ctx, c.Key)
		if err != nil {
			return err
		}
		c.apply(site)
		if c.State != "" {
			site.Disabled = c.State == "disabled"
		}
		if err := checkSite(site, makers); err != nil {
			return err
		}
		if err := s.SaveSite(p.ctx, site); err != nil {
			return err
		}
		return showSite(p.stdout, site)
	})
}

type siteShow struct {
	Key string `arg:"" help:"The site's key."`
}

// Run shows the Site.
func (w siteShow) Run(o *Options, p *process) error {
	return o.withExisting(p, func(s store.Store) error {
		site, err := s.Site(p.ctx, w.Key)
		if err != nil {
			return err
		}
		return showSite(p.stdout, site)
	})
}

// showSite prints a Site as YAML, without its secrets.
func showSite(w io.Writer, site *captcha.Site) error {
	type secret struct {
		ID    string    `yaml:"id,omitempty"`
		Until time.Time `yaml:"until,omitempty"`
	}
	shown := struct {
		Key          string            `yaml:"key"`
		Dialect      string            `yaml:"dialect"`
		Name         string            `yaml:"name"`
		State        string            `yaml:"state"`
		Hosts        []string          `yaml:"hosts"`
		Attempts     int               `yaml:"attempts"`
		Lifetime     string            `yaml:"lifetime"`
		PassLifetime string            `yaml:"pass-lifetime"`
		Pass         string            `yaml:"pass"`
		Settings     map[string]string `yaml:"settings"`
		Secrets      []secret          `yaml:"secrets"` // names and ends, never what they are
	}{
		Key: site.Key, Dialect: site.Dialect, Name: site.Name, State: "enabled", Hosts: append([]string{}, site.Hosts...),
		Attempts: site.Rules.Attempts, Lifetime: site.Rules.Lifetime.String(), PassLifetime: site.Rules.PassLifetime.String(),
		Pass: "once", Settings: site.Settings,
	}
	if site.Disabled {
		shown.State = "disabled"
	}
	if site.Rules.Reusable {
		shown.Pass = "reusable"
	}
	for _, kept := range site.Secrets {
		shown.Secrets = append(shown.Secrets, secret{kept.ID, kept.Until})
	}
	text, err := yaml.Marshal(shown)
	if err != nil {
		return fmt.Errorf("show site: %w", err)
	}
	_, err = w.Write(text)
	return err
}

type siteList struct{}

// Run lists the Sites, without their secrets.
func (siteList) Run(o *Options, p *process) error {
	return o.withExisting(p, func(s store.Store) error {
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
	return o.withExisting(p, func(s store.Store) error { return s.DeleteSite(p.ctx, r.Key) })
}

type siteRotate struct {
	Key     string        `arg:"" help:"The site's key."`
	Overlap time.Duration `default:"24h" help:"How long the old secret stays good."`
}

// Run adds a secret, ends the others after the overlap, and drops those that
// have ended already.
func (r siteRotate) Run(o *Options, p *process) error {
	return o.withExisting(p, func(s store.Store) error {
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

// withExisting opens the database for one command that has nothing to do in a new one:
// there the mistake is in the name.
func (o *Options) withExisting(p *process, do func(store.Store) error) error {
	if path, isFile := store.FilePath(o.database(defaultDatabase)); isFile {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no database %s: name another one with --db, or make it with captchad serve or captchad site add", path)
		}
	}
	return o.withStore(p, do)
}

// withStore opens the database for one command, and makes it if it is not there.
func (o *Options) withStore(p *process, do func(store.Store) error) error {
	s, err := o.openStore(p.ctx, o.database(defaultDatabase))
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}
