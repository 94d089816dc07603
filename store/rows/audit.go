package rows

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/captchad/captchad/captcha"
)

// auditRow is a captcha.AuditEntry as the table holds it.
type auditRow struct {
	Seq       int64 `gorm:"primaryKey;autoIncrement"`
	At        int64
	Step      string
	Dialect   string
	Site      string
	Kind      string // "": not known
	Challenge string // its ID; "": not known
	Code      string
	Address   string
}

// TableName is the name of the table, for gorm.
func (auditRow) TableName() string { return "audit" }

func newAuditRow(entry captcha.AuditEntry) auditRow {
	row := auditRow{
		At: entry.At.UnixNano(), Step: string(entry.Step), Dialect: entry.Dialect, Site: entry.Site,
		Code: string(entry.Code), Address: entry.Address,
	}
	if entry.Kind != 0 {
		row.Kind = entry.Kind.String()
	}
	if entry.ID != (captcha.ID{}) {
		row.Challenge = entry.ID.String()
	}
	return row
}

func (r auditRow) entry() captcha.AuditEntry {
	entry := captcha.AuditEntry{
		Seq: r.Seq, At: time.Unix(0, r.At).UTC(), Step: captcha.Step(r.Step), Dialect: r.Dialect, Site: r.Site,
		Code: captcha.Code(r.Code), Address: r.Address,
	}
	entry.Kind, _ = captcha.ParseKind(r.Kind) // one that this program does not know is none
	entry.ID, _ = captcha.ParseID(r.Challenge)
	return entry
}

// AppendAudit keeps new entries, all of them or none.
func (d *Directory) AppendAudit(ctx context.Context, entries []captcha.AuditEntry) error {
	if len(entries) == 0 {
		return nil
	}
	return d.change(ctx, func(tx *gorm.DB) error {
		rows := make([]auditRow, len(entries)) // made here, because gorm sets their numbers
		for i, entry := range entries {
			rows[i] = newAuditRow(entry)
		}
		if err := tx.CreateInBatches(rows, 100).Error; err != nil {
			return fmt.Errorf("write audit log: %w", err)
		}
		return nil
	})
}

// Audit lists entries in the order of their Seq, at most limit of them.
func (d *Directory) Audit(ctx context.Context, filter captcha.AuditFilter, limit int) ([]captcha.AuditEntry, error) {
	query := d.read.WithContext(ctx).Where("seq > ?", filter.After)
	if !filter.Since.IsZero() {
		query = query.Where("at >= ?", filter.Since.UnixNano())
	}
	if !filter.Until.IsZero() {
		query = query.Where("at < ?", filter.Until.UnixNano())
	}
	if filter.Step != "" {
		query = query.Where("step = ?", string(filter.Step))
	}
	if filter.Site != "" {
		query = query.Where("site = ?", filter.Site)
	}
	if filter.ID != (captcha.ID{}) {
		query = query.Where("challenge = ?", filter.ID.String())
	}
	if filter.Code != "" || filter.Done {
		query = query.Where("code = ?", string(filter.Code))
	}
	var rows []auditRow
	if err := query.Order("seq").Limit(limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read audit log: %w", err)
	}
	var entries []captcha.AuditEntry
	for _, row := range rows {
		entries = append(entries, row.entry())
	}
	return entries, nil
}

// TrimAudit drops entries from before that time, the oldest first, at most limit of
// them.
func (d *Directory) TrimAudit(ctx context.Context, before time.Time, limit int) (dropped int, err error) {
	err = d.change(ctx, func(tx *gorm.DB) error {
		due := tx.Model(&auditRow{}).Select("seq").Where("at < ?", before.UnixNano()).Order("at").Limit(limit)
		deleted := tx.Where("seq IN (?)", due).Delete(&auditRow{})
		dropped = int(deleted.RowsAffected)
		if deleted.Error != nil {
			return fmt.Errorf("trim audit log: %w", deleted.Error)
		}
		return nil
	})
	return dropped, err
}
