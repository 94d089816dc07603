package postgres

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/rows"
)

// auditTurn is the lock that those have who append to the audit log. No vacuum waits for
// it, nor stops for it, as for a lock of the table.
const auditTurn = 0x6361707463686164 // "captchad"

// changeAudit appends to the audit log when it is this replica's turn. The numbers of
// what two replicas append at the same time would not become visible in their order, and
// who reads on after the greater would never see the smaller.
func (s *Store) changeAudit(ctx context.Context, do func(tx *gorm.DB) error) error {
	return s.change(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", auditTurn).Error; err != nil {
			return fmt.Errorf("wait for the audit log: %w", err)
		}
		return do(tx)
	})
}

// AppendAudit keeps new entries, all of them or none.
func (s *Store) AppendAudit(ctx context.Context, entries []captcha.AuditEntry) error {
	return s.audit.AppendAudit(ctx, entries)
}

// How long reading a page of the audit log may take: a filter that few entries pass may
// need all of them looked at. Other statements have [sessionParameters].
const (
	auditPatience    = 5 * time.Minute
	setAuditPatience = "SET LOCAL statement_timeout = '5min'"
)

// Audit lists entries in the order of their Seq, at most limit of them.
func (s *Store) Audit(ctx context.Context, filter captcha.AuditFilter, limit int) (entries []captcha.AuditEntry, err error) {
	if !isText(filter.Site) {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, auditPatience)
	defer cancel()
	err = s.gorm.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec(setAuditPatience).Error; err != nil {
			return fmt.Errorf("read audit log: %w", err)
		}
		page := rows.NewDirectory(tx, nil) // which only reads
		entries, err = page.Audit(ctx, filter, limit)
		return err
	})
	return entries, err
}

// TrimAudit drops entries from before that time, the oldest first, at most limit of them.
func (s *Store) TrimAudit(ctx context.Context, before time.Time, limit int) (int, error) {
	return s.directory.TrimAudit(ctx, before, limit)
}
