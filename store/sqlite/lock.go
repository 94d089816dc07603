package sqlite

import (
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"github.com/captchad/captchad/captcha"
)

const (
	// patience is how long to ask for the write lock while another process has it.
	patience = 10 * time.Second
	// shortTimeout is how long SQLite itself asks where patiently asks again.
	shortTimeout = 50 * time.Millisecond
)

// patiently does what first of all takes the write lock, and does it again as
// long as another process has that. SQLite alone would ask more and more seldom
// the longer it waits, and hardly ever find the gaps that a busy process leaves.
func patiently(do func() error) error {
	for deadline := time.Now().Add(patience); ; {
		err := do()
		if primaryCode(err) != sqlite3.SQLITE_BUSY {
			return err
		}
		if time.Now().After(deadline) {
			return captcha.Refuse(captcha.Busy, "another program keeps the database locked")
		}
	}
}
