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

//go:embed sqlite/*.sql
var files embed.FS

// SQLite are the steps for SQLite.
func SQLite() fs.FS {
	steps, err := fs.Sub(files, "sqlite")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return steps
}
