package yidun

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/captchad/captchad/server/dialect"
)

// readForm reads the body, and the body alone: what stands in the query is neither
// signed nor looked at.
func readForm(r *http.Request) (dialect.Form, error) {
	// Clients add a charset, and not always one that exists.
	mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(mediaType), "application/x-www-form-urlencoded") {
		dialect.Because(r.Context(), func() string {
			return fmt.Sprintf("want Content-Type application/x-www-form-urlencoded, got %q", mediaType)
		})
		return nil, paramError
	}
	body, err := dialect.ReadBody(r.Body, r.ContentLength) // which the frame limits to maxBody
	if err != nil {
		return nil, paramError
	}
	switch strings.ToLower(strings.Join(r.Header.Values("Content-Encoding"), ",")) {
	case "", "identity":
	case "gzip":
		if body, err = inflate(body); err != nil {
			return nil, paramError
		}
	default:
		return nil, paramError
	}
	return parseForm(string(body))
}

// inflate undoes gzip, and stops where a body that is small on the wire would
// become a large one.
func inflate(body []byte) ([]byte, error) {
	compressed, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	inflated, err := io.ReadAll(io.LimitReader(compressed, maxBody+1))
	if len(inflated) > maxBody {
		return nil, paramError
	}
	return inflated, err
}

// parseForm refuses what cannot be read in one way only: a bad %-escape, a ";" as
// a separator, a name that comes twice. A bare name has an empty value: the
// vendor's Java SDK sends one so, and signs its name.
func parseForm(body string) (dialect.Form, error) {
	fields, twice := make(dialect.Form, 8), false
	good := dialect.EachField(body, func(name, value string) {
		if _, given := fields[name]; given {
			twice = true
		}
		fields[name] = value
	})
	if !good || twice {
		return nil, paramError
	}
	return fields, nil
}
