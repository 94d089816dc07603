package control

import (
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/mock"
	"github.com/gin-gonic/gin"
)

// challengeReply is all there is to know about a Challenge.
type challengeReply struct {
	ID        string    `json:"id"`
	Site      string    `json:"site"`
	Kind      string    `json:"kind"`
	Solution  solution  `json:"solution"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Attempts  int       `json:"attempts"` // Answers judged so far
	Solved    bool      `json:"solved"`
	Redeemed  bool      `json:"redeemed"`
}

// solution is the right Answer, with the members that mean something to the kind
// of puzzle.
type solution struct {
	X      *float64     `json:"x,omitempty"`      // of a slider
	Text   string       `json:"text,omitempty"`   // of what is typed
	Points [][2]float64 `json:"points,omitempty"` // of clicks, in order
}

// challenge is GET /control/v1/challenges/{id}.
func (a api) challenge(c *gin.Context) error {
	id, ok := captcha.ParseID(c.Param("id"))
	if !ok {
		return invalid("id", "want 32 lower-case hex digits")
	}
	insight, err := a.Core.Inspect(c.Request.Context(), id)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, challengeReply{
		ID:        id.String(),
		Site:      insight.Site.Key,
		Kind:      insight.Challenge.Kind.String(),
		Solution:  newSolution(insight),
		IssuedAt:  insight.Challenge.IssuedAt.UTC(),
		ExpiresAt: insight.ExpiresAt().UTC(),
		Attempts:  insight.Record.Attempts,
		Solved:    !insight.Record.SolvedAt.IsZero(),
		Redeemed:  !insight.Record.RedeemedAt.IsZero(),
	})
	return nil
}

func newSolution(insight mock.Insight) solution {
	s := solution{Text: insight.Solution.Text}
	if insight.Challenge.Kind == captcha.KindSlider {
		s.X = &insight.Solution.Points[0].X
	}
	if insight.Challenge.Kind == captcha.KindWords {
		for _, p := range insight.Solution.Points {
			s.Points = append(s.Points, [2]float64{p.X, p.Y})
		}
	}
	return s
}

// solve is POST /control/v1/challenges/{id}/solve: the Pass of a Challenge that a
// page has on show, as if its visitor had solved it. It uses up an attempt.
func (a api) solve(c *gin.Context) error {
	body, err := readOptionalBody(c, "subject")
	if err != nil {
		return err
	}
	subject, ok := body.Text("subject")
	if !ok {
		return invalid("subject", "want a string")
	}
	id, ok := captcha.ParseID(c.Param("id"))
	if !ok {
		return invalid("id", "want 32 lower-case hex digits")
	}
	insight, err := a.Core.Inspect(c.Request.Context(), id)
	if err != nil {
		return err
	}
	site, speaks, err := a.find(c.Request.Context(), "", insight.Site.Key)
	if err != nil {
		return err
	}
	attempt, err := attemptFor(speaks, site, id, insight.Solution, subject)
	if err != nil {
		return err
	}
	pass, err := a.Core.Solve(c.Request.Context(), site, attempt)
	if err != nil {
		return err
	}
	return writePass(c, speaks, site, id, pass)
}
