package sqlstore

import (
	"fmt"
	"time"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// openGORM puts gorm on top of a pool, or of one connection. Its PrepareStmt is
// left off: it starts a goroutine that nothing ends.
func openGORM(on gorm.ConnPool) (*gorm.DB, error) {
	db, err := gorm.Open(gormsqlite.Dialector{Conn: on}, &gorm.Config{
		// What fails is returned and logged by the caller; gorm would print
		// the values, which are secrets.
		Logger: logger.Discard,
		// The writer makes the transactions.
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
