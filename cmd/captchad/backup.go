package main

import (
	"fmt"

	"github.com/captchad/captchad/store"
)

// backupCommand copies the database of a running server.
type backupCommand struct {
	To string `arg:"" type:"path" help:"New file for the copy. It holds all secrets: keep it as you keep the database."`
}

// Run makes the copy.
func (b backupCommand) Run(o *Options, p *process) error {
	if err := store.Backup(p.ctx, o.database(defaultDatabase), b.To); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "%s is a copy of %s\n", b.To, o.database(defaultDatabase))
	return err
}

// restoreCommand makes a database of a backup.
type restoreCommand struct {
	From string `arg:"" type:"path" help:"File that captchad backup has made."`
}

// Run makes the database.
func (r restoreCommand) Run(o *Options, p *process) error {
	address := o.database(defaultDatabase)
	if err := store.Restore(p.ctx, r.From, address); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "%s is restored. Challenges from before now are expired, since what happened after the backup is not known.\n", masked(address))
	return err
}
