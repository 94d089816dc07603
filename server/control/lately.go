package control

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// How many Challenges are listed: unless the request says otherwise, and at most.
const (
	standardLimit = 50
	maxLimit      = 200
)

// challenges is GET /control/v1/challenges: those that were issued lately, newest first.
func (a api) challenges(c *gin.Context) error {
	query := c.Request.URL.Query()
	for name := range query {
		if name != "site" && name != "limit" {
			return invalid(name, "there is no such parameter")
		}
	}
	limit := standardLimit
	if query.Has("limit") {
		var err error
		if limit, err = strconv.Atoi(query.Get("limit")); err != nil || limit < 1 || limit > maxLimit {
			return invalid("limit", fmt.Sprintf("want a whole number from 1 to %d", maxLimit))
		}
	}
	insights, err := a.Core.Lately(c.Request.Context(), query.Get("site"), limit)
	if err != nil {
		return err
	}
	reply := struct {
		Challenges []challengeReply `json:"challenges"`
	}{[]challengeReply{}}
	for _, insight := range insights {
		reply.Challenges = append(reply.Challenges, newChallengeReply(insight))
	}
	c.PureJSON(http.StatusOK, reply)
	return nil
}

// latestChallenge is GET /control/v1/challenges/latest.
func (a api) latestChallenge(c *gin.Context) error {
	insights, err := a.Core.Lately(c.Request.Context(), "", 1)
	if err != nil {
		return err
	}
	if len(insights) == 0 {
		return captcha.Refuse(captcha.Unknown, "no challenge was issued yet")
	}
	c.PureJSON(http.StatusOK, newChallengeReply(insights[0]))
	return nil
}

// The parts of a Puzzle that can be looked at, or listened to.
const (
	partPicture = "picture"
	partStrip   = "strip"
)

// picture is GET /control/v1/challenges/{id}/picture.
func (a api) picture(c *gin.Context) error {
	part := c.DefaultQuery("part", partPicture)
	if !slices.Contains([]string{partPicture, partStrip}, part) {
		return invalid("part", "want picture or strip")
	}
	id, err := challengeID(c)
	if err != nil {
		return err
	}
	puzzle, err := a.Core.Picture(c.Request.Context(), id)
	if err != nil {
		return err
	}
	media := puzzle.Picture
	if part == partStrip {
		media = puzzle.Piece
	}
	if len(media.Data) == 0 {
		return captcha.Refuse(captcha.Unknown, "part: a puzzle of this kind has no "+part)
	}
	c.Data(http.StatusOK, media.Type, media.Data)
	return nil
}
