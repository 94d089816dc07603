package memory

import (
	"context"
	"slices"
	"time"

	"github.com/captchad/captchad/captcha"
)

// maxAudit is how many entries are kept: the latest ones.
const maxAudit = 10_000

// AppendAudit keeps new entries.
func (s *Store) AppendAudit(ctx context.Context, entries []captcha.AuditEntry) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, entry := range entries {
		s.auditSeq++
		entry.Seq = s.auditSeq
		s.audit = append(s.audit, entry)
	}
	s.audit = slices.Delete(s.audit, 0, max(0, len(s.audit)-maxAudit))
	return nil
}

// Audit lists entries in the order of their Seq, at most limit of them.
func (s *Store) Audit(ctx context.Context, filter captcha.AuditFilter, limit int) ([]captcha.AuditEntry, error) {
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []captcha.AuditEntry
	for _, entry := range s.audit {
		if len(found) < limit && filter.Fits(entry) {
			found = append(found, entry)
		}
	}
	return found, nil
}

// TrimAudit drops entries from before that time, at most limit of them.
func (s *Store) TrimAudit(ctx context.Context, before time.Time, limit int) (dropped int, err error) {
	if err := s.usable(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.audit = slices.DeleteFunc(s.audit, func(entry captcha.AuditEntry) bool {
		due := dropped < limit && entry.At.Before(before)
		if due {
			dropped++
		}
		return due
	})
	return dropped, nil
}
