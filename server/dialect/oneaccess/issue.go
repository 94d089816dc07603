package oneaccess

import (
	"net/http"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/gin-gonic/gin"
)

// challengeReply has the vendor's 15 keys in the vendor's order; most of them
// are always null.
type challengeReply struct {
	CaptchaID           *string `json:"captchaId"`
	ProjectCode         *string `json:"projectCode"`
	CaptchaOriginalPath *string `json:"captchaOriginalPath"`
	CaptchaFontType     *string `json:"captchaFontType"`
	CaptchaFontSize     *string `json:"captchaFontSize"`
	SecretKey           *string `json:"secretKey"`
	OriginalImage       []byte  `json:"originalImageBase64"`
	Point               *string `json:"point"`
	JigsawImage         []byte  `json:"jigsawImageBase64"`
	WordList            *string `json:"wordList"`
	PointList           *string `json:"pointList"`
	PointJSON           *string `json:"pointJson"`
	Token               string  `json:"token"`
	Result              bool    `json:"result"`
	CaptchaVerification *string `json:"captchaVerification"`
}

// issue is GET /api/v2/sdk/captcha.
func (d Dialect) issue(c *gin.Context) error {
	site, err := d.site(c, limitIssue)
	if err != nil {
		return err
	}
	challenge, puzzle, err := d.Core.Issue(c.Request.Context(), site, captcha.KindSlider)
	if err != nil {
		return err
	}
	reply := challengeReply{
		OriginalImage: puzzle.Picture.Data,
		JigsawImage:   puzzle.Piece.Data,
		Token:         challenge.ID.String(),
	}
	if site.Settings.On(secretKey) {
		key := ajpoint.Key(challenge.ID)
		reply.SecretKey = &key
	}
	c.PureJSON(http.StatusOK, reply)
	return nil
}
