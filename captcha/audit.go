package captcha

import (
	"context"
	"time"
)

// AuditEntry is what is kept of an [Event] for those who look back.
type AuditEntry struct {
	Seq     int64 // counts the entries of one log, with gaps; the log gives it
	At      time.Time
	Step    Step
	Dialect string
	Site    string // its key
	Kind    Kind   // zero where it is not known
	ID      ID     // zero where it is not known
	Code    Code   // why it was refused; empty: it was done
	Address string // of the caller, hashed or in clear, as the operator has it
}

// AuditFilter says which entries are asked for: those that fit all that is not zero.
type AuditFilter struct {
	After        int64     // entries that come later than the one with this Seq
	Since, Until time.Time // from the first on, before the second
	Step         Step
	Site         string
	ID           ID
	Code         Code
	Done         bool // those that were not refused
}

// AuditLog keeps entries for as long as the operator wants.
type AuditLog interface {
	// AppendAudit keeps new entries, all of them or, if it fails, none.
	AppendAudit(ctx context.Context, entries []AuditEntry) error
	// Audit lists entries in the order of their Seq, at most limit of them.
	Audit(ctx context.Context, filter AuditFilter, limit int) ([]AuditEntry, error)
	// TrimAudit drops entries from before that time, at most limit of them, and
	// tells how many it has dropped.
	TrimAudit(ctx context.Context, before time.Time, limit int) (int, error)
}

// Audit is the Event as an entry, with the address hashed or in clear.
func (e Event) Audit(clearAddress bool) AuditEntry {
	entry := AuditEntry{At: e.At.UTC(), Step: e.Step, Dialect: e.Dialect, Site: e.Site, Kind: e.Kind, ID: e.ID, Code: e.Code}
	if clearAddress {
		entry.Address = e.address
	} else {
		entry.Address = e.Address()
	}
	return entry
}

// Fits tells whether an entry is one of those that are asked for.
func (f AuditFilter) Fits(entry AuditEntry) bool {
	return entry.Seq > f.After &&
		(f.Since.IsZero() || !entry.At.Before(f.Since)) &&
		(f.Until.IsZero() || entry.At.Before(f.Until)) &&
		(f.Step == "" || entry.Step == f.Step) &&
		(f.Site == "" || entry.Site == f.Site) &&
		(f.ID == ID{} || entry.ID == f.ID) &&
		(f.Code == "" && !f.Done || entry.Code == f.Code)
}
