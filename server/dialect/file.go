package dialect

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// Filer is a Dialect whose pages load files from the vendor: its browser script
// above all.
type Filer interface {
	Files() []File
}

// File is one of a vendor's static files. Pages of every origin may load it.
type File struct {
	Path string // gin's pattern, as the vendor has it: "/v4/gt4.js"
	Type string // media type, with its charset
	Body string
}

// JavaScript is the media type of scripts.
const JavaScript = "application/javascript; charset=utf-8"

// fileAge is how many seconds browsers keep a file before they ask again: an
// update of captchad reaches every page within minutes, and an unchanged file
// costs no more than the question.
const fileAge = "300"

// serve answers GET and HEAD. The file is compressed once, when it is first asked
// for: most servers that start, in tests above all, are never asked.
func (f File) serve() gin.HandlerFunc {
	plain := []byte(f.Body)
	digest := sha256.Sum256(plain)
	tag := base64.RawURLEncoding.EncodeToString(digest[:12])
	compress := sync.OnceValue(func() []byte { return gzipped(plain) })
	return func(c *gin.Context) {
		header := c.Writer.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Cross-Origin-Resource-Policy", "cross-origin")
		header.Set("Cache-Control", "public, max-age="+fileAge)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Vary", "Accept-Encoding")
		body, etag := plain, `"`+tag+`"`
		if acceptsGzip(c.GetHeader("Accept-Encoding")) {
			if compressed := compress(); len(compressed) < len(plain) {
				body, etag = compressed, `"`+tag+`-gzip"`
				header.Set("Content-Encoding", "gzip")
			}
		}
		header.Set("ETag", etag)
		if asked := c.GetHeader("If-None-Match"); asked == "*" || strings.Contains(asked, etag) {
			header.Del("Content-Encoding")
			c.Status(http.StatusNotModified)
			c.Writer.WriteHeaderNow()
			return
		}
		header.Set("Content-Length", strconv.Itoa(len(body)))
		c.Data(http.StatusOK, f.Type, body)
	}
}

// acceptsGzip reads Accept-Encoding as far as it matters here.
func acceptsGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, quality, _ := strings.Cut(strings.ReplaceAll(coding, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return strings.TrimRight(quality, ".0") != "q=" // 0, 0.0, 0.000
		}
	}
	return false
}

func gzipped(body []byte) []byte {
	var out bytes.Buffer
	writer, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // fails for unknown levels only
	_, _ = writer.Write(body)                                    // a bytes.Buffer takes all
	_ = writer.Close()
	return out.Bytes()
}
