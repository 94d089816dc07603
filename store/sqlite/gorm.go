package sqlite

import (
	"context"
	"database/sql"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"

	"github.com/captchad/captchad/store/rows"
)

// openGORM puts gorm on top of a pool.
func openGORM(on *sql.DB) (*gorm.DB, error) {
	return rows.OpenGORM(gormsqlite.Dialector{Conn: on})
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
