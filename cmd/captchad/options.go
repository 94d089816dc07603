package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
)

// Options are the configuration, the same for all commands.
type Options struct {
	ConfigFile string `name:"config-file" placeholder:"FILE" help:"YAML file with any of these options as keys." type:"path"`

	Listen         string            `default:"127.0.0.1:7480" placeholder:"ADDRESS" help:"Where to listen. Port 0 picks a free one."`
	TLSListen      string            `name:"tls-listen" placeholder:"ADDRESS" help:"Where to listen with TLS too, such as 127.0.0.1:7443. Port 0 picks a free one. Default: nowhere."`
	TLSCert        string            `name:"tls-cert" placeholder:"FILE" type:"path" help:"PEM file with the certificate for tls-listen, and those between it and its root. Mock mode makes one if there is none."`
	TLSKey         string            `name:"tls-key" placeholder:"FILE" type:"path" help:"PEM file with the key of tls-cert."`
	DB             string            `name:"db" placeholder:"FILE" help:"SQLite file, or postgres:// URL, for sites, keys and records. Default: captchad.db; mock mode: in memory."`
	Ledger         string            `name:"ledger" placeholder:"URL" help:"redis:// URL (rediss, redis-cluster) for records. Default: the database."`
	MasterKeyFile  string            `name:"master-key-file" placeholder:"FILE" type:"path" help:"File with the key under which secrets are encrypted in the database: a line of captchad key master, and below it those of earlier times. Default: secrets are kept in clear."`
	MasterKey      string            `name:"master-key" placeholder:"TEXT" help:"The same as a text; only for the environment, as CAPTCHAD_MASTER_KEY."`
	BaseURL        string            `name:"base-url" placeholder:"URL" help:"Where the server is found from outside; the issuer of CloudBase's captcha_tokens. Default: the address that it listens on."`
	TrustedProxies []string          `placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed. Default: none."`
	Limits         string            `enum:"on,off,default" default:"default" help:"Whether each address, and each site where site.issue and the like are set, may make only so many requests a minute (on, off). Default: on; mock mode: off."`
	Limit          map[string]int    `placeholder:"NAME=N" help:"Other limits a minute: oneaccess.issue=60 for each address, site.issue=6000 for each site; 0: none."`
	Word           map[string]string `placeholder:"NAME=TEXT" help:"Other words for a vendor's errors: oneaccess.CAPTCHA.0002=TEXT, or =CODE|TEXT."`
	Metrics        bool              `help:"Serve Prometheus metrics at /metrics on the main listeners, to whoever asks."`
	MetricsListen  string            `placeholder:"ADDRESS" help:"Where to serve them instead: a listener of its own, with /livez and /readyz too. Port 0 picks a free one."`
	MaxConnections int               `default:"10000" placeholder:"N" help:"Connections that may be open at a time on each listener; others wait."`
	DrainDelay     *time.Duration    `placeholder:"TIME" help:"How long to go on once told to stop, with /readyz not ready, so that load balancers hear of it. Default: 1s; mock mode: 0s."`
	Photos         string            `placeholder:"DIR" type:"path" help:"Directory of JPEG or PNG photographs to make sliders of, instead of drawn scenes."`
	LogFormat      string            `enum:"auto,text,json" default:"auto" help:"text, json, or auto: text on a terminal."`
	LogLevel       string            `enum:"debug,info,warn,error" default:"info" help:"debug, info, warn or error."`
}

// limits are the requests a minute, by name.
func (o *Options) limits(on bool) (map[string]int, error) {
	limits := server.DefaultLimits()
	for name, perMinute := range o.Limit {
		if _, known := limits[name]; !known {
			return nil, usageError{fmt.Errorf("limit: no limit is called %q", name)}
		}
		if perMinute < 0 {
			return nil, usageError{fmt.Errorf("limit: %s: want 0 or more", name)}
		}
		limits[name] = perMinute
	}
	if o.Limits == "off" || o.Limits == "default" && !on {
		return nil, nil
	}
	return limits, nil
}

// drainDelay is how long to go on once told to stop.
func (o *Options) drainDelay(standard time.Duration) time.Duration {
	if o.DrainDelay == nil {
		return standard
	}
	return *o.DrainDelay
}

// words are the operator's own words.
func (o *Options) words() map[string]dialect.Word {
	words := map[string]dialect.Word{}
	for name, text := range o.Word {
		if code, after, ok := strings.Cut(text, "|"); ok {
			words[name] = dialect.Word{Code: code, Text: after}
		} else {
			words[name] = dialect.Word{Text: text}
		}
	}
	return words
}

// database is the address of the store, or the command's own default.
func (o *Options) database(standard string) string {
	if o.DB == "" {
		return standard
	}
	return o.DB
}

// ledgerNote is what to say of the ledger after the database, if it has an address of
// its own.
func (o *Options) ledgerNote() string {
	if o.Ledger == "" {
		return ""
	}
	return ", ledger " + masked(o.Ledger)
}

// defaultDatabase is where serve mode keeps what it has to remember.
const defaultDatabase = "captchad.db"
