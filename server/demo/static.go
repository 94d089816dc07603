package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"net/http"
	"time"

	"github.com/captchad/captchad/web"
)

// staticFile is one of the files that pages load.
type staticFile struct {
	name, tag string
	body      []byte
}

// staticFiles are all there are. They are built in, so reading them cannot fail.
func staticFiles() (files []staticFile) {
	names, err := fs.Glob(web.Demo, "demo/static/*")
	if err != nil {
		panic(err)
	}
	for _, path := range names {
		body, err := web.Demo.ReadFile(path)
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(body)
		files = append(files, staticFile{
			name: path[len("demo/static/"):], tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`, body: body,
		})
	}
	return files
}

// ServeHTTP sends the file to who does not have it as it is.
func (f staticFile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", f.tag)
	http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(f.body))
}
