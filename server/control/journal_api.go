package control

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// maxWait is how long a request for the journal may wait: less than a server takes for
// writing an answer.
const maxWait = 50 * time.Second

// journal is GET /control/v1/journal: the entries that match, oldest first. With wait
// the answer comes when there are count of them, or after that time.
func (a api) journal(c *gin.Context) error {
	query := c.Request.URL.Query()
	match, err := a.readFilter(query)
	if err != nil {
		return err
	}
	wait, count, err := readWait(query)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), wait)
	defer cancel()
	found := a.Journal.Wait(ctx, count, match)
	c.PureJSON(http.StatusOK, struct {
		Count   int     `json:"count"`
		Entries []Entry `json:"entries"`
	}{len(found), found})
	return nil
}

// filters are the parameters that an entry has to have the value of.
var filters = map[string]func(Entry) string{
	"dialect": func(e Entry) string { return e.Dialect },
	"site":    func(e Entry) string { return e.Site },
	"step":    func(e Entry) string { return e.Step },
	"outcome": func(e Entry) string { return e.Outcome },
	"path":    func(e Entry) string { return e.Path },
	"id":      func(e Entry) string { return e.ID },
}

// readFilter reads which entries are asked for. A step or a dialect that there is not
// would match nothing for ever, and a test that counts would pass.
func (a api) readFilter(query url.Values) (func(Entry) bool, error) {
	after := 0
	for name := range query {
		if _, known := filters[name]; !known && !slices.Contains([]string{"after", "wait", "count"}, name) {
			return nil, invalid(name, "there is no such parameter")
		}
	}
	if _, known := steps[query.Get("step")]; query.Has("step") && !known {
		return nil, invalid("step", wantStep)
	}
	if query.Has("dialect") && a.dialect(query.Get("dialect")) < 0 {
		return nil, invalid("dialect", "want one of "+strings.Join(dialect.Names(a.Dialects), ", "))
	}
	if text := query.Get("after"); text != "" {
		var err error
		if after, err = strconv.Atoi(text); err != nil {
			return nil, invalid("after", "want the seq of an entry")
		}
	}
	return func(e Entry) bool {
		for name, of := range filters {
			if query.Has(name) && of(e) != query.Get(name) {
				return false
			}
		}
		return e.Seq > after
	}, nil
}

// readWait reads how long to wait for how many entries.
func readWait(query url.Values) (wait time.Duration, count int, err error) {
	if text := query.Get("wait"); text != "" {
		if wait, err = time.ParseDuration(text); err != nil || wait < 0 || wait > maxWait {
			return 0, 0, invalid("wait", fmt.Sprintf("want a duration up to %v, such as 10s", maxWait))
		}
		count = 1
	}
	if text := query.Get("count"); text != "" {
		if count, err = strconv.Atoi(text); err != nil || count < 1 || count > maxEntries {
			return 0, 0, invalid("count", fmt.Sprintf("want a whole number from 1 to %d", maxEntries))
		}
	}
	return wait, count, nil
}

// emptyJournal is DELETE /control/v1/journal.
func (a api) emptyJournal(c *gin.Context) error {
	a.Journal.Empty()
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
