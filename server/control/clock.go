package control

import (
	"net/http"
	"time"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// IDs hold the time of issue as the seconds since 1970, in 32 bits. Within these
// limits the clock can be set.
var (
	earliest = time.Unix(0, 0)
	latest   = time.Unix(1<<32-1, 0)
)

// clock is GET /control/v1/clock.
func (a api) clock(c *gin.Context) error {
	c.PureJSON(http.StatusOK, struct {
		Now time.Time `json:"now"`
	}{a.Clock.Now().UTC()})
	return nil
}

// moveClock is POST /control/v1/clock.
func (a api) moveClock(c *gin.Context) error {
	body, err := readBody(c, "advance", "set", "reset")
	if err != nil {
		return err
	}
	if len(body) != 1 {
		return invalid("body", "want either advance, set or reset")
	}
	for way := range body {
		err = map[string]func(dialect.Object) error{"advance": a.advance, "set": a.set, "reset": a.resetClock}[way](body)
	}
	if err != nil {
		return err
	}
	return a.clock(c)
}

func (a api) advance(body dialect.Object) error {
	text, _ := body.Text("advance")
	by, err := time.ParseDuration(text)
	if err != nil {
		return invalid("advance", `want a duration such as "2m"`)
	}
	if !showable(a.Clock.Now().Add(by)) {
		return invalid("advance", "want a time from 1970 to 2106")
	}
	a.Clock.Advance(by)
	return nil
}

func (a api) set(body dialect.Object) error {
	text, _ := body.Text("set")
	now, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return invalid("set", `want a time such as "2026-01-02T03:04:05Z"`)
	}
	if !showable(now) {
		return invalid("set", "want a time from 1970 to 2106")
	}
	a.Clock.Set(now)
	return nil
}

// resetClock undoes all moves.
func (a api) resetClock(body dialect.Object) error {
	if string(body["reset"]) != "true" {
		return invalid("reset", "want true")
	}
	a.Clock.Reset()
	return nil
}

func showable(now time.Time) bool { return !now.Before(earliest) && !now.After(latest) }
