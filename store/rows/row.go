package rows

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/captchad/captchad/captcha"
)

// siteRow is a captcha.Site as the table holds it.
type siteRow struct {
	Key          string `gorm:"primaryKey"`
	Tag          uint32
	Name         string
	Dialect      string
	Secrets      string
	Attempts     int
	Lifetime     time.Duration
	PassLifetime time.Duration
	Reusable     bool
	Hosts        string
	Disabled     bool
	Settings     string
	CreatedAt    int64 `gorm:"autoCreateTime:nano"`
	UpdatedAt    int64 `gorm:"autoUpdateTime:nano"`
}

// TableName is the name of the table, for gorm.
func (siteRow) TableName() string { return "sites" }

// secretJSON is a captcha.Secret as the table holds it: its names stay when
// those of the Go fields change.
type secretJSON struct {
	ID    string    `json:"id,omitempty"`
	Value string    `json:"value"`
	Until time.Time `json:"until,omitzero"`
}

func newSiteRow(site *captcha.Site) (siteRow, error) {
	secrets := make([]secretJSON, len(site.Secrets))
	for i, secret := range site.Secrets {
		secrets[i] = secretJSON{ID: secret.ID, Value: secret.Value, Until: secret.Until.UTC()}
	}
	secretsText, secretsErr := json.Marshal(secrets)
	hosts, hostsErr := json.Marshal(append([]string{}, site.Hosts...))
	settings, settingsErr := json.Marshal(site.Settings)
	return siteRow{
		Key: site.Key, Tag: site.Tag(), Name: site.Name, Dialect: site.Dialect,
		Secrets: string(secretsText), Hosts: string(hosts), Settings: string(settings),
		Attempts: site.Rules.Attempts, Reusable: site.Rules.Reusable,
		Lifetime: site.Rules.Lifetime, PassLifetime: site.Rules.PassLifetime,
		Disabled: site.Disabled,
	}, errors.Join(secretsErr, hostsErr, settingsErr)
}

func (r *siteRow) site() (*captcha.Site, error) {
	site := &captcha.Site{
		Key: r.Key, Name: r.Name, Dialect: r.Dialect, Disabled: r.Disabled,
		Rules: captcha.Rules{
			Attempts: r.Attempts, Reusable: r.Reusable, Lifetime: r.Lifetime, PassLifetime: r.PassLifetime,
		},
	}
	var secrets []secretJSON
	err := errors.Join(
		json.Unmarshal([]byte(r.Secrets), &secrets),
		json.Unmarshal([]byte(r.Hosts), &site.Hosts),
		json.Unmarshal([]byte(r.Settings), &site.Settings),
	)
	for _, secret := range secrets {
		site.Secrets = append(site.Secrets, captcha.Secret(secret))
	}
	if err != nil {
		return nil, fmt.Errorf("site %s: %w", r.Key, err)
	}
	return site, nil
}

// keyRow is a captcha.Key as the table holds it.
type keyRow struct {
	ID        string `gorm:"primaryKey"`
	Purpose   string
	Secret    []byte
	CreatedAt int64           `gorm:"autoCreateTime:false"`
	RetiredAt sql.Null[int64] `gorm:"type:integer"`
}

// TableName is the name of the table, for gorm.
func (keyRow) TableName() string { return "keys" }

func newKeyRow(key captcha.Key) (row keyRow, err error) {
	row = keyRow{
		ID: key.ID, Purpose: key.Purpose, Secret: key.Secret,
		CreatedAt: EncodeTime(key.CreatedAt, &err).V,
		RetiredAt: EncodeTime(key.RetiredAt, &err),
	}
	return row, err
}

func (r *keyRow) key() captcha.Key {
	return captcha.Key{
		ID: r.ID, Purpose: r.Purpose, Secret: r.Secret,
		CreatedAt: time.Unix(0, r.CreatedAt).UTC(),
		RetiredAt: DecodeTime(r.RetiredAt),
	}
}
