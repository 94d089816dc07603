package metrics

import (
	"cmp"
	"net/http"
	"strconv"
	"sync"

	"github.com/captchad/captchad/server"
)

// siteLabels give the first Sites that are seen labels of their own.
type siteLabels struct {
	most  int
	mu    sync.RWMutex
	known map[string]bool
}

func newSiteLabels(most int) *siteLabels { return &siteLabels{most: most, known: map[string]bool{}} }

// otherSites is the label of those beyond the number.
const otherSites = "other"

func (l *siteLabels) label(key string) string {
	l.mu.RLock()
	known, full := l.known[key], len(l.known) >= l.most
	l.mu.RUnlock()
	switch {
	case known:
		return key
	case full:
		return otherSites
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.known[key] && len(l.known) >= l.most {
		return otherSites
	}
	l.known[key] = true
	return key
}

// orNone is the label of what may be missing.
func orNone(value string) string { return cmp.Or(value, "none") }

// orOK is the label of a refusal's code, or of none.
func orOK(code string) string { return cmp.Or(code, "ok") }

// outcome is the label of what came of a request. What no Dialect has answered, and
// nobody's path among it, has no code of its own.
func outcome(answer server.Answer) string {
	if answer.Code == "" && answer.Status >= http.StatusBadRequest {
		return "error"
	}
	return orOK(answer.Code)
}

// statusLabel is the status in decimal, or "other" for what is none of HTTP's: a fault
// of mock mode can ask for anything.
func statusLabel(status int) string {
	if status < 100 || status > 599 {
		return "other"
	}
	return strconv.Itoa(status)
}
