package rows

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/captchad/captchad/captcha"
)

// Directory keeps Sites, keys and the audit log in the tables sites, keys and audit of a SQL database. Make
// one with [NewDirectory].
type Directory struct {
	read   *gorm.DB
	change Change
}

// Change has a transaction done, and undone if do fails. It tells the outcome even if
// ctx has ended meanwhile. It may run do more than once.
type Change func(ctx context.Context, do func(tx *gorm.DB) error) error

var (
	_ captcha.SiteStore = (*Directory)(nil)
	_ captcha.KeyStore  = (*Directory)(nil)
	_ captcha.AuditLog  = (*Directory)(nil)
)

// NewDirectory makes a Directory that reads from one place and changes by another way.
func NewDirectory(read *gorm.DB, change Change) Directory { return Directory{read, change} }

// OpenGORM puts gorm on top of a database that is open already. Its PrepareStmt is
// left off: it starts a goroutine that nothing ends.
func OpenGORM(database gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(database, &gorm.Config{
		// What fails is returned and logged by the caller; gorm would print
		// the values, which are secrets.
		Logger: logger.Discard,
		// Change makes the transactions.
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		TranslateError:         true,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	return db, nil
}
