package mockserver

import (
	"slices"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
)

// ReadySites are the Sites that mock mode has from the start: the vendors'
// public demo credentials where they exist. Pages of every origin may call.
func ReadySites() []*captcha.Site {
	sites := []*captcha.Site{
		{Key: "DRrYIqauawN0I8myTMoDTPys6ezGZxnm", Dialect: "oneaccess"}, // the X-client-id of the vendor's sample requests
		{Key: "aj-demo", Dialect: "ajcaptcha", Settings: captcha.Settings{"ajcaptcha.default": "on"}},
		{Key: "demo-env", Dialect: "cloudbase", Settings: captcha.Settings{"cloudbase.default": "on"}},
		{Key: "demo-once", Dialect: "cloudbase"}, // its passes are good once
		{
			Key: "647f5ed2ed8acb4be36784e01556bb71", Dialect: "geetest", // the pair of the vendor's public demo
			Secrets:  []captcha.Secret{{Value: "b09a7aafbfd83f73b35a9b530d0337bf"}},
			Settings: captcha.Settings{"geetest.kinds": "slider,words,text,audio", "geetest.scene": "demo"},
		},
		{
			Key: "a05f036b70ab447b87cc788af9a60974", Dialect: "yidun",
			Secrets:  []captcha.Secret{{ID: "f0ba0b0c4ed84b2a8f0a6f7c1d2e3f40", Value: "6308afb129ea00301bd7c79621d07591"}},
			Settings: captcha.Settings{"yidun.kinds": "slider,words,audio", "yidun.timestamp_window": "0"},
		},
		{Key: "native-demo", Dialect: "native"},
	}
	for _, site := range sites {
		d, _ := server.Find(site.Dialect)
		site.Name = site.Dialect + " demo"
		site.Rules = d.Defaults()
		site.Rules.Reusable = site.Rules.Reusable && site.Key != "demo-once"
		site.Hosts = []string{"*"}
		if site.Secrets == nil {
			site.Secrets = []captcha.Secret{{Value: site.Dialect + "-demo-secret"}}
		}
	}
	return sites
}

// ready finds the first of the ready Sites that speaks the dialect; nil: there is
// none.
func ready(sites []*captcha.Site, dialectName string) *captcha.Site {
	i := slices.IndexFunc(sites, func(s *captcha.Site) bool { return s.Dialect == dialectName })
	if i < 0 {
		return nil
	}
	return sites[i]
}
