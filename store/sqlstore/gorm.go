package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// openGORM puts gorm on top of a pool. Its PrepareStmt is left off: it starts a
// goroutine that nothing ends.
func openGORM(on *sql.DB) (*gorm.DB, error) {
	db, err := gorm.Open(gormsqlite.Dialector{Conn: on}, &gorm.Config{
		// What fails is returned and logged by the caller; gorm would print
		// the values, which are secrets.
		Logger: logger.Discard,
		// change makes the transactions.
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

// change has Sites or keys changed in a transaction of their own, when it is
// their turn among the writes. An error of do undoes it. It may run more than
// once.
func (s *Store) change(ctx context.Context, do func(tx *gorm.DB) error) error {
	return s.writer.alone(ctx, func() error {
		return patiently(func() error {
			// Without ctx: whoever asked is to know the outcome.
			return s.writeGORM.WithContext(context.Background()).Transaction(do)
		})
	})
}
