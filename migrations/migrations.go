// Package migrations holds the steps that make and change the tables, as SQL,
// one folder per engine. Each step is a file that goose understands; its number
// is the version that the database has afterwards.
//
// A step that was released is never edited: what has to change is a new step.
// There are no steps back, because they would throw records away.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// SQLite are the steps for SQLite.
func SQLite() fs.FS { return folder("sqlite") }

// Postgres are the steps for PostgreSQL.
func Postgres() fs.FS { return folder("postgres") }

func folder(name string) fs.FS {
	steps, err := fs.Sub(files, name)
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return steps
}
