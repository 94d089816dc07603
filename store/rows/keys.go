package rows

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/captchad/captchad/captcha"
)

// Keys lists the keys for one purpose, oldest first. Of keys as old as each
// other the order is that of their IDs, so that all who read them see the same
// first one.
func (d *Directory) Keys(ctx context.Context, purpose string) ([]captcha.Key, error) {
	var rows []keyRow
	err := d.read.WithContext(ctx).Where("purpose = ?", purpose).Order("created_at, id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	var keys []captcha.Key
	for i := range rows {
		keys = append(keys, rows[i].key())
	}
	return keys, nil
}

// AddKey keeps a new key. It fails if there is one with this ID already.
func (d *Directory) AddKey(ctx context.Context, key captcha.Key) error {
	row, err := newKeyRow(key)
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return d.change(ctx, func(tx *gorm.DB) error {
		written := row
		created := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&written)
		switch {
		case created.Error != nil:
			return fmt.Errorf("write key: %w", created.Error)
		case created.RowsAffected == 0:
			return fmt.Errorf("there is a key %q already", key.ID)
		}
		return nil
	})
}

// SaveKey changes a key, or fails with [captcha.ErrNoKey].
func (d *Directory) SaveKey(ctx context.Context, key captcha.Key) error {
	row, err := newKeyRow(key)
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return d.change(ctx, func(tx *gorm.DB) error {
		return onKey(tx.Model(&keyRow{}).Where("id = ?", row.ID).Select("*").Updates(row))
	})
}

// RemoveKey drops a key, or fails with [captcha.ErrNoKey].
func (d *Directory) RemoveKey(ctx context.Context, id string) error {
	return d.change(ctx, func(tx *gorm.DB) error {
		return onKey(tx.Where("id = ?", id).Delete(&keyRow{}))
	})
}

// onKey is what writing to one key came to.
func onKey(written *gorm.DB) error {
	if written.Error != nil {
		return fmt.Errorf("write key: %w", written.Error)
	}
	if written.RowsAffected == 0 {
		return captcha.ErrNoKey
	}
	return nil
}
