package main

import (
	"fmt"

	"github.com/captchad/captchad/store"
)

// migrateCommand brings the database up to date. serve does so by itself; this
// is for those who want it done, and seen, before.
type migrateCommand struct{}

// Run migrates.
func (migrateCommand) Run(o *Options, p *process) error {
	from, to, err := store.Migrate(p.ctx, o.database(defaultDatabase))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s: version %d, was %d\n", masked(o.database(defaultDatabase)), to, from)
	return err
}
