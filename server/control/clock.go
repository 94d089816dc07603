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
	body, err := readBody(c, "advance", "set")
	if err != nil {
		return err
	}
	_, advances := body["advance"]
	_, sets := body["set"]
	switch {
	case advances == sets:
		return invalid("body", "want either advance or set")
	case advances:
		err = a.advance(body)
	default:
		err = a.set(body)
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

func showable(now time.Time) bool { return !now.Before(earliest) && !now.After(latest) }
