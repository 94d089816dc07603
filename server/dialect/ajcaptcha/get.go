package ajcaptcha

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/gin-gonic/gin"
)

// captchaData has AJ-Captcha's 19 keys in its order: the class that its server
// both reads and writes. Most of them are always null.
type captchaData struct {
	CaptchaID           *string         `json:"captchaId"`
	ProjectCode         *string         `json:"projectCode"`
	CaptchaType         *string         `json:"captchaType"`
	CaptchaOriginalPath *string         `json:"captchaOriginalPath"`
	CaptchaFontType     *string         `json:"captchaFontType"`
	CaptchaFontSize     *string         `json:"captchaFontSize"`
	SecretKey           *string         `json:"secretKey"`
	OriginalImage       []byte          `json:"originalImageBase64"`
	Point               *string         `json:"point"`
	JigsawImage         []byte          `json:"jigsawImageBase64"`
	WordList            []string        `json:"wordList"`
	PointList           *string         `json:"pointList"`
	PointJSON           *string         `json:"pointJson"`
	Token               string          `json:"token"`
	Result              bool            `json:"result"`
	CaptchaVerification *string         `json:"captchaVerification"`
	ClientUID           *string         `json:"clientUid"`
	TS                  json.RawMessage `json:"ts"`
	BrowserInfo         *string         `json:"browserInfo"`
}

// get is POST /captcha/get.
func (d Dialect) get(c *gin.Context) error {
	site, err := d.site(c)
	if err != nil {
		return err
	}
	body, err := dialect.ReadObject(c)
	if err != nil {
		return err
	}
	kind, err := d.kindOf(site, body)
	if err != nil {
		return err
	}
	if err := d.lock.check(caller(c, site)); err != nil {
		return err
	}
	if err := d.allow(c, site, limitGet, limitedGet); err != nil {
		return err
	}
	challenge, puzzle, err := d.Core.Issue(c.Request.Context(), site, kind)
	if captcha.CodeOf(err) == captcha.Internal {
		return errors.Join(errNoPicture, fmt.Errorf("issue: %w", err))
	}
	if err != nil {
		return err
	}
	data := captchaData{OriginalImage: puzzle.Picture.Data, Token: challenge.ID.String(), WordList: puzzle.Words}
	if kind == captcha.KindSlider {
		data.JigsawImage = puzzle.Piece.Data
	}
	if site.Settings.On(withAES) {
		key := ajpoint.Key(challenge.ID)
		data.SecretKey = &key
	}
	succeed(c, nil, data)
	return nil
}
