package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// siteReply is a Site on the wire.
type siteReply struct {
	Key          string           `json:"key"`
	Name         string           `json:"name"`
	Dialect      string           `json:"dialect"`
	Secrets      []siteSecret     `json:"secrets"`
	Attempts     int              `json:"attempts"`
	Lifetime     string           `json:"lifetime"` // "2m0s"
	PassLifetime string           `json:"pass_lifetime"`
	Reusable     bool             `json:"reusable"`
	Hosts        []string         `json:"hosts"`
	Disabled     bool             `json:"disabled"`
	Settings     captcha.Settings `json:"settings"`
	Ready        bool             `json:"ready"`           // whether mock mode has it from the start
	Magic        string           `json:"magic,omitempty"` // what its key alone decides, such as "passes"
}

type siteSecret struct {
	ID    string `json:"id"`
	Value string `json:"value"`
}

func (a api) newSiteReply(site *captcha.Site) siteReply {
	reply := siteReply{
		Key: site.Key, Name: site.Name, Dialect: site.Dialect, Secrets: []siteSecret{},
		Attempts: site.Rules.Attempts, Lifetime: site.Rules.Lifetime.String(), PassLifetime: site.Rules.PassLifetime.String(),
		Reusable: site.Rules.Reusable, Hosts: append([]string{}, site.Hosts...), Disabled: site.Disabled, Settings: site.Settings,
		Magic: a.Magic[site.Key],
	}
	for _, secret := range site.Secrets {
		reply.Secrets = append(reply.Secrets, siteSecret{secret.ID, secret.Value})
	}
	if reply.Settings == nil {
		reply.Settings = captcha.Settings{}
	}
	for _, ready := range a.Ready {
		reply.Ready = reply.Ready || ready.Key == site.Key
	}
	return reply
}

// allSites is GET /control/v1/sites.
func (a api) allSites(c *gin.Context) error {
	sites, err := a.Sites.Sites(c.Request.Context())
	if err != nil {
		return fmt.Errorf("list sites: %w", err)
	}
	reply := struct {
		Sites []siteReply `json:"sites"`
	}{[]siteReply{}}
	for _, site := range sites {
		reply.Sites = append(reply.Sites, a.newSiteReply(site))
	}
	c.PureJSON(http.StatusOK, reply)
	return nil
}

// oneSite is GET /control/v1/sites/{key}.
func (a api) oneSite(c *gin.Context) error {
	site, err := a.Sites.Site(c.Request.Context(), c.Param("key"))
	if err != nil {
		return aboutSite(err)
	}
	c.PureJSON(http.StatusOK, a.newSiteReply(site))
	return nil
}

// aboutSite is what the store says, as a refusal where it is one.
func aboutSite(err error) error {
	switch {
	case errors.Is(err, captcha.ErrNoSite):
		return captcha.Refuse(captcha.UnknownSite, "key: no site has this key")
	case errors.Is(err, captcha.ErrTagTaken):
		return invalid("key", err.Error())
	case err != nil:
		return fmt.Errorf("site: %w", err)
	}
	return nil
}

// siteMembers are those that a Site is changed by.
var siteMembers = []string{
	"key", "name", "dialect", "secrets", "attempts", "lifetime", "pass_lifetime", "reusable", "hosts", "disabled", "settings",
}

// saveSite is PUT /control/v1/sites/{key}: a new Site, or a change of one.
func (a api) saveSite(c *gin.Context) error {
	body, err := readBody(c, siteMembers...)
	if err != nil {
		return err
	}
	a.saving.Lock() // two changes of one Site come one after the other
	defer a.saving.Unlock()
	site, status, err := a.siteToChange(c.Request.Context(), c.Param("key"), body)
	if err != nil {
		return err
	}
	if err := change(site, body); err != nil {
		return err
	}
	if err := server.CheckSite(site, a.Core.Makers()); err != nil {
		return captcha.Refuse(captcha.Invalid, err.Error()) // which begins with the member
	}
	if err := a.Sites.SaveSite(c.Request.Context(), site); err != nil {
		return aboutSite(err)
	}
	c.PureJSON(status, a.newSiteReply(site))
	return nil
}

// siteToChange is the Site with that key, or a new one of the Dialect that the body names.
func (a api) siteToChange(ctx context.Context, key string, body dialect.Object) (*captcha.Site, int, error) {
	if named, ok := body.Text("key"); !ok || named != "" && named != key {
		return nil, 0, invalid("key", "want the one that the path names, or none")
	}
	speaks, ok := body.Text("dialect")
	if !ok {
		return nil, 0, invalid("dialect", "want a string")
	}
	site, err := a.Sites.Site(ctx, key)
	if err == nil && speaks != "" && speaks != site.Dialect {
		return nil, 0, invalid("dialect", "the site speaks "+site.Dialect+"; remove it first")
	}
	if err == nil {
		return site, http.StatusOK, nil
	}
	if !errors.Is(err, captcha.ErrNoSite) {
		return nil, 0, aboutSite(err)
	}
	if site, err = server.NewSite(speaks, a.Random); err != nil {
		return nil, 0, captcha.Refuse(captcha.Invalid, err.Error())
	}
	site.Key, site.Hosts = key, []string{"*"} // as the ready Sites: pages of every origin may call
	return site, http.StatusCreated, nil
}

// change takes over the members that the body has.
func change(site *captcha.Site, body dialect.Object) error {
	var secrets []siteSecret
	lifetime, passLifetime := site.Rules.Lifetime.String(), site.Rules.PassLifetime.String()
	for _, member := range []struct {
		name, want string
		into       any
	}{
		{"name", "a string", &site.Name},
		{"secrets", `a list of objects such as {"id":"","value":"secret"}`, &secrets},
		{"attempts", "a whole number", &site.Rules.Attempts},
		{"lifetime", `a duration such as "2m"`, &lifetime},
		{"pass_lifetime", `a duration such as "2m"`, &passLifetime},
		{"reusable", "true or false", &site.Rules.Reusable},
		{"hosts", "a list of strings", &site.Hosts},
		{"disabled", "true or false", &site.Disabled},
		{"settings", "an object of strings", &site.Settings},
	} {
		raw, given := body[member.name]
		if !given {
			continue
		}
		if member.name == "settings" {
			site.Settings = nil // or what it has would be added to
		}
		if string(raw) == "null" || unmarshalStrictly(raw, member.into) != nil {
			return invalid(member.name, "want "+member.want)
		}
	}
	if _, given := body["secrets"]; given {
		site.Secrets = nil
		for _, secret := range secrets {
			site.Secrets = append(site.Secrets, captcha.Secret{ID: secret.ID, Value: secret.Value})
		}
	}
	var err error
	if site.Rules.Lifetime, err = time.ParseDuration(lifetime); err != nil {
		return invalid("lifetime", `want a duration such as "2m"`)
	}
	if site.Rules.PassLifetime, err = time.ParseDuration(passLifetime); err != nil {
		return invalid("pass_lifetime", `want a duration such as "2m"`)
	}
	return nil
}

// removeSite is DELETE /control/v1/sites/{key}. What it was told to do goes with it.
func (a api) removeSite(c *gin.Context) error {
	key := c.Param("key")
	if err := a.Sites.DeleteSite(c.Request.Context(), key); err != nil {
		return aboutSite(err)
	}
	a.Core.Script.Clear(key)
	a.Faults.Set(key, Fault{}, nil)
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}

// unmarshalStrictly refuses members that there are not.
func unmarshalStrictly(raw json.RawMessage, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
