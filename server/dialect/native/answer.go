package native

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// answerReply tells the page its Pass, as the vendor's own page gets it.
type answerReply struct {
	ID        string    `json:"id"`
	Pass      any       `json:"pass"`
	ExpiresAt time.Time `json:"expires_at"`
}

// answer is POST /native/v1/challenges/{id}/answers. What cannot be understood is
// refused before anything is judged, and uses up no attempt.
func (d Dialect) answer(c *gin.Context) error {
	if err := d.Limiter.Allow(c.Request.Context(), limitAnswer, dialect.Caller(c)); err != nil {
		return err
	}
	body, err := readBody(c, "site", "answer", "subject", "track", "page")
	if err != nil {
		return err
	}
	page, err := readPage(body["page"])
	if err != nil {
		return err
	}
	track, err := readTrack(body["track"])
	if err != nil {
		return err
	}
	given, err := readAnswer(body["answer"])
	if err != nil {
		return err
	}
	subject, err := optional(body, "subject", maxSubject)
	if err != nil {
		return err
	}
	site, err := d.pageSite(c, body)
	if err != nil {
		return err
	}
	id, err := challengeID(c)
	if err != nil {
		return err
	}
	visitor := dialect.VisitorOf(c)
	visitor.ClientType, visitor.UserInfo, visitor.Failures = page.ClientType, page.UserInfo, page.Failures
	return d.judge(c, site, captcha.Attempt{
		ID: id, Answer: given, Subject: subject, Track: track, Details: visitor.Details(),
	})
}

// judge has the Answer judged as if the vendor's own page had sent it, so that
// the vendor's own Pass comes out.
func (d Dialect) judge(c *gin.Context, site *captcha.Site, given captcha.Attempt) error {
	vendor, err := d.vendor(site)
	if err != nil {
		return err
	}
	attempt := vendor.Attempt(site, given.ID, given.Answer, given.Subject)
	if attempt.Subject != given.Subject {
		return noSubjects
	}
	attempt.Track, attempt.Details = given.Track, given.Details
	now := d.Core.Now() // before the Pass is made, so its end is not told too late
	pass, err := d.Core.Answer(c.Request.Context(), site, attempt)
	if err != nil {
		return err
	}
	onPage, err := vendor.PagePass(c.Request.Context(), site, pass)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, answerReply{
		ID:        given.ID.String(),
		Pass:      onPage,
		ExpiresAt: stamp(now.Add(site.Rules.PassLifetime)),
	})
	return nil
}

// sliderY is the height of every point of a slider, for all vendors alike. Some
// of them make the Pass out of the whole point.
const sliderY = 5

// maxText is how many bytes a typed Answer may have.
const maxText = 64

// maxClicks is how many points an Answer may have.
const maxClicks = 16

// readAnswer reads what the visitor gave: {"x": 123.4} for a slider, {"text": "AB12"}
// for what is typed, {"points": [[12, 34.5], ...]} for clicks. It is never the
// zero Answer.
func readAnswer(raw json.RawMessage) (captcha.Answer, error) {
	object, err := dialect.ParseObject(raw)
	if err != nil {
		return captcha.Answer{}, invalid("answer: want an object")
	}
	if err := object.Only("x", "text", "points"); err != nil {
		return captcha.Answer{}, err
	}
	if len(object) > 1 {
		return captcha.Answer{}, invalid("answer: want one member")
	}
	if _, typed := object["text"]; typed {
		return readTyped(object)
	}
	if points, clicked := object["points"]; clicked {
		return readClicks(points)
	}
	x, ok := object.Number("x")
	if !ok {
		return captcha.Answer{}, invalid("answer.x: want a number")
	}
	return captcha.Answer{Points: []captcha.Point{{X: x, Y: sliderY}}}, nil
}

func readTyped(object dialect.Object) (captcha.Answer, error) {
	text, ok := object.Text("text")
	if text = strings.TrimSpace(text); !ok || text == "" || len(text) > maxText {
		return captcha.Answer{}, invalid(fmt.Sprintf("answer.text: want a string of 1 to %d bytes", maxText))
	}
	return captcha.Answer{Text: text}, nil
}

func readClicks(raw json.RawMessage) (captcha.Answer, error) {
	var pairs [][]*float64
	if json.Unmarshal(raw, &pairs) != nil || len(pairs) == 0 || len(pairs) > maxClicks {
		return captcha.Answer{}, invalid(fmt.Sprintf("answer.points: want 1 to %d points", maxClicks))
	}
	var answer captcha.Answer
	for _, pair := range pairs {
		if len(pair) != 2 || pair[0] == nil || pair[1] == nil {
			return captcha.Answer{}, invalid("answer.points: want [x, y] for each point")
		}
		answer.Points = append(answer.Points, captcha.Point{X: *pair[0], Y: *pair[1]})
	}
	return answer, nil
}
