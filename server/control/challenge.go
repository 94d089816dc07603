package control

import (
	"context"
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
	Dialect   string    `json:"dialect"`
	Kind      string    `json:"kind"`
	Solution  solution  `json:"solution"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Attempts  int       `json:"attempts"` // Answers judged so far
	Solved    bool      `json:"solved"`
	Redeemed  bool      `json:"redeemed"`
	Outcome   string    `json:"outcome"` // of the last Answer: right, or the code of a refusal; "": none was given
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
	id, err := challengeID(c)
	if err != nil {
		return err
	}
	return a.writeChallenge(c, id)
}

// challengeID is the one in the path.
func challengeID(c *gin.Context) (captcha.ID, error) {
	id, ok := captcha.ParseID(c.Param("id"))
	if !ok {
		return id, invalid("id", "want 32 lower-case hex digits")
	}
	return id, nil
}

func (a api) writeChallenge(c *gin.Context, id captcha.ID) error {
	insight, err := a.Core.Inspect(c.Request.Context(), id)
	if err != nil {
		return err
	}
	c.PureJSON(http.StatusOK, newChallengeReply(insight))
	return nil
}

func newChallengeReply(insight mock.Insight) challengeReply {
	return challengeReply{
		ID:        insight.Challenge.ID.String(),
		Site:      insight.Site.Key,
		Dialect:   insight.Site.Dialect,
		Kind:      insight.Challenge.Kind.String(),
		Solution:  *newSolution(insight.Challenge.Kind, insight.Solution),
		IssuedAt:  insight.Challenge.IssuedAt.UTC(),
		ExpiresAt: insight.ExpiresAt().UTC(),
		Attempts:  insight.Record.Attempts,
		Solved:    !insight.Record.SolvedAt.IsZero(),
		Redeemed:  !insight.Record.RedeemedAt.IsZero(),
		Outcome:   string(insight.Outcome),
	}
}

// end is POST /control/v1/challenges/{id}/expire and .../spend.
func (a api) end(as func(*mock.Core, context.Context, captcha.ID) (mock.Insight, error)) func(*gin.Context) error {
	return func(c *gin.Context) error {
		if _, err := readOptionalBody(c); err != nil {
			return err
		}
		id, err := challengeID(c)
		if err != nil {
			return err
		}
		insight, err := as(a.Core, c.Request.Context(), id)
		if err != nil {
			return err
		}
		c.PureJSON(http.StatusOK, newChallengeReply(insight))
		return nil
	}
}

// newSolution is an Answer to a puzzle of that kind on the wire; nil: it says nothing.
// Kind zero is not known: a single point is a slider's then, as one click is no Answer.
func newSolution(kind captcha.Kind, answer captcha.Answer) *solution {
	s := &solution{Text: cutText(answer.Text)}
	if kind != captcha.KindWords && len(answer.Points) == 1 {
		s.X = &answer.Points[0].X
	} else {
		for _, p := range answer.Points[:min(len(answer.Points), maxPoints)] {
			s.Points = append(s.Points, [2]float64{p.X, p.Y})
		}
	}
	if s.X == nil && s.Text == "" && s.Points == nil {
		return nil
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
	id, err := challengeID(c)
	if err != nil {
		return err
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
