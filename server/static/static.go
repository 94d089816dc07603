// Package static serves the files that our own pages load: they are built in, and a
// browser that has one is not sent it again.
package static

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"time"
)

// File is one of them. It is a handler.
type File struct {
	Name string // without its folder
	tag  string
	body []byte
}

// Files are those that match one of the patterns, as [fs.Glob] takes them. What is
// built in can be read, so it panics rather than fail.
func Files(built fs.FS, patterns ...string) (files []File) {
	for _, pattern := range patterns {
		names, err := fs.Glob(built, pattern)
		if err != nil {
			panic(err)
		}
		for _, name := range names {
			body, err := fs.ReadFile(built, name)
			if err != nil {
				panic(err)
			}
			sum := sha256.Sum256(body)
			files = append(files, File{path.Base(name), `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, body})
		}
	}
	return files
}

// ServeHTTP sends the file to who does not have it as it is.
func (f File) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", f.tag)
	http.ServeContent(w, r, f.Name, time.Time{}, bytes.NewReader(f.body))
}
