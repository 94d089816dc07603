package rows

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/captchad/captchad/captcha"
)

// Site finds the Site with that key, or fails with [captcha.ErrNoSite].
func (d *Directory) Site(ctx context.Context, key string) (*captcha.Site, error) {
	var row siteRow
	err := d.read.WithContext(ctx).Where("key = ?", key).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, captcha.ErrNoSite
	}
	if err != nil {
		return nil, fmt.Errorf("read site: %w", err)
	}
	return row.site()
}

// Sites lists all Sites, ordered by key.
func (d *Directory) Sites(ctx context.Context) ([]*captcha.Site, error) {
	var rows []siteRow
	if err := d.read.WithContext(ctx).Order("key").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read sites: %w", err)
	}
	var sites []*captcha.Site
	for i := range rows {
		site, err := rows[i].site()
		if err != nil {
			return nil, err
		}
		sites = append(sites, site)
	}
	return sites, nil
}

// SaveSite keeps a new Site or a changed one, or fails with
// [captcha.ErrTagTaken].
func (d *Directory) SaveSite(ctx context.Context, site *captcha.Site) error {
	row, err := newSiteRow(site)
	if err != nil {
		return fmt.Errorf("write site: %w", err)
	}
	save := func(tx *gorm.DB) error {
		// SQLite's errors do not tell gorm which rule was broken; nobody else
		// writes to it meanwhile, so asking first is as good.
		var others int64
		asked := tx.Model(&siteRow{}).Where("tag = ? AND key <> ?", row.Tag, row.Key).Count(&others)
		if asked.Error != nil {
			return fmt.Errorf("look for the site's tag: %w", asked.Error)
		}
		if others > 0 {
			return captcha.ErrTagTaken
		}
		written := row // gorm puts its stamps into it, and this may run twice
		if err := tx.Clauses(replaceSite).Create(&written).Error; err != nil {
			return fmt.Errorf("write site: %w", err)
		}
		return nil
	}
	// PostgreSQL finds the tag taken also by somebody who saves this very Site for the
	// first time just now. Once more, and asking first tells whose it is.
	for range 3 {
		if err = d.change(ctx, save); !errors.Is(err, gorm.ErrDuplicatedKey) {
			return err
		}
	}
	return captcha.ErrTagTaken
}

// replaceSite changes all of a Site that is there already, but the time when it
// was made.
var replaceSite = clause.OnConflict{
	Columns: []clause.Column{{Name: "key"}},
	DoUpdates: clause.AssignmentColumns([]string{
		"name", "dialect", "secrets", "attempts", "lifetime", "pass_lifetime", "reusable",
		"hosts", "disabled", "settings", "updated_at",
	}),
}

// DeleteSite drops the Site, or fails with [captcha.ErrNoSite].
func (d *Directory) DeleteSite(ctx context.Context, key string) error {
	return d.change(ctx, func(tx *gorm.DB) error {
		deleted := tx.Where("key = ?", key).Delete(&siteRow{})
		switch {
		case deleted.Error != nil:
			return fmt.Errorf("delete site: %w", deleted.Error)
		case deleted.RowsAffected == 0:
			return captcha.ErrNoSite
		}
		return nil
	})
}
