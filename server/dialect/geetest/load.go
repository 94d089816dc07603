package geetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// loadReply is what the vendor's own loader is told, in the order of its answers.
type loadReply struct {
	Status string   `json:"status"`
	Data   loadData `json:"data"`
}

// loadData is a new Challenge, undrawn, and where the rest of the script is. Most of
// it is for the vendor's widget, which does not run here, and there because its
// loader may look.
type loadData struct {
	LotNumber       string      `json:"lot_number"`
	CaptchaType     string      `json:"captcha_type"`
	JS              string      `json:"js"`
	CSS             string      `json:"css"`
	StaticPath      string      `json:"static_path"`
	GCTPath         string      `json:"gct_path"` // ends in .js: a loader splits it there
	StaticServers   []string    `json:"static_servers,omitempty"`
	PT              string      `json:"pt"` // "0": what pages send is not encrypted
	Language        string      `json:"language"`
	Arrow           string      `json:"arrow"`
	Logo            bool        `json:"logo"`
	ShowVoice       bool        `json:"show_voice"`
	Feedback        string      `json:"feedback"`
	Guard           bool        `json:"guard"`
	CheckDevice     bool        `json:"check_device"`
	CaptchaMode     string      `json:"captcha_mode"`
	CustomTheme     customTheme `json:"custom_theme"`
	PoWDetail       powDetail   `json:"pow_detail"`
	Payload         string      `json:"payload"`
	ProcessToken    string      `json:"process_token"`
	PayloadProtocol int         `json:"payload_protocol"`
}

type customTheme struct {
	Style      string `json:"_style"`
	Color      string `json:"_color"`
	Gradient   string `json:"_gradient"`
	Hover      string `json:"_hover"`
	Brightness string `json:"_brightness"`
	Radius     string `json:"_radius"`
}

type powDetail struct {
	Version  string `json:"version"`
	Bits     int    `json:"bits"`
	Datetime string `json:"datetime"`
	HashFunc string `json:"hashfunc"`
}

// standardTheme is the vendor's.
var standardTheme = customTheme{
	Style: "stereoscopic", Color: "hsla(224,98%,66%,1)",
	Gradient:   "linear-gradient(180deg, hsla(224,98%,71%,1) 0%, hsla(224,98%,66%,1) 100%)",
	Hover:      "linear-gradient(180deg, hsla(224,98%,66%,1) 0%, hsla(224,98%,71%,1) 100%)",
	Brightness: "system", Radius: "4px",
}

// load is GET /load, a script tag of the vendor's loader.
func (d Dialect) load(c *gin.Context) error {
	query := c.Request.URL.Query()
	callback := query.Get("callback")
	if !callbacks.MatchString(callback) {
		return jsonpXSS
	}
	c.Set(callbackKey, callback)
	if err := d.Limiter.Allow(c.Request.Context(), limitLoad, dialect.Caller(c)); err != nil {
		return err
	}
	site, err := d.site(c, query.Get("captcha_id"))
	if err != nil {
		return err
	}
	if d.Fault(c.Request.Context(), Name, site.Key) == faultLoadFail {
		c.String(http.StatusInternalServerError, "Internal Server Error\n")
		return nil
	}
	if !admits(site, c.GetHeader("Referer")) {
		return notCaptcha
	}
	kind, err := d.kind(site, query.Get("risk_type"))
	if err != nil {
		return err
	}
	if err := d.checkFormer(site, query); err != nil {
		return err
	}
	challenge, err := d.Core.IssueUndrawn(c.Request.Context(), site, kind)
	if err != nil {
		return err
	}
	writeScript(c, callback, loadReply{"success", newLoadData(c, site, challenge, query.Get("lang"))})
	return nil
}

// admits tells whether the page that loads the script is one of the Site's. One
// that names no hosts has its page anywhere, and not every page tells where it is.
func admits(site *captcha.Site, referer string) bool {
	if len(site.Hosts) == 0 || referer == "" {
		return true
	}
	page, err := url.Parse(referer)
	return err == nil && site.AllowsOrigin(page.Scheme+"://"+page.Host)
}

// riskTypes are the kinds of puzzle that the vendor has. Those that we do not draw
// become the Site's standard one.
var riskTypes = []string{"ai", "slide", "match", "icon", "word", "nine", "phrase", "space", "pencil", "voice", "winlinze", "svg_icon", "svg_seed"}

// kind is what a page gets. A recording it does not: that is made when it is asked
// for, and this Challenge is not drawn yet.
func (d Dialect) kind(site *captcha.Site, riskType string) (captcha.Kind, error) {
	if riskType == "" {
		return d.Kinds(site)[0], nil
	}
	if !slices.Contains(riskTypes, riskType) {
		return 0, illegalRiskType
	}
	for _, kind := range d.Kinds(site) {
		if kind != captcha.KindAudio && usedTypes[kind] == riskType {
			return kind, nil
		}
	}
	return d.Kinds(site)[0], nil
}

// checkFormer looks at the Challenge that the page had before, if it names one. One
// of another Site is as unknown as any: to tell it apart would take a look at all
// Sites. It is not ended: a Challenge takes one Answer in any case.
func (d Dialect) checkFormer(site *captcha.Site, query url.Values) error {
	if !query.Has("lot_number") {
		return nil
	}
	id, ok := captcha.ParseID(query.Get("lot_number"))
	if !ok {
		return illegalLotNumber
	}
	_, err := d.Core.Challenge(site, id)
	return err
}

func newLoadData(c *gin.Context, site *captcha.Site, challenge captcha.Challenge, lang string) loadData {
	id := challenge.ID.String()
	return loadData{
		LotNumber: id, CaptchaType: usedTypes[challenge.Kind], JS: "/js/gcaptcha4.js", CSS: "/css/gcaptcha4.css",
		StaticPath: "/v4/static/v1", GCTPath: "/v4/gct/gct4.js", StaticServers: staticServers(c), PT: "0",
		Language: language(lang), Arrow: "arrow_1", ShowVoice: slices.Contains(site.Settings.Kinds(kinds), captcha.KindAudio),
		CaptchaMode: "risk_manage", CustomTheme: standardTheme,
		PoWDetail: powDetail{"1", 0, challenge.IssuedAt.Format("2006-01-02T15:04:05.000000-07:00"), "md5"},
		Payload:   opaque("payload", id), ProcessToken: opaque("process_token", id), PayloadProtocol: 1,
	}
}

// opaque is 64 hex digits that nobody looks at.
func opaque(purpose, id string) string {
	sum := sha256.Sum256([]byte(purpose + ":" + id))
	return hex.EncodeToString(sum[:])
}

// hosts are names and addresses, with or without a port: all that is ever told
// back of a Host header.
var hosts = regexp.MustCompile(`^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?$`)

// staticServers is where the loader finds the rest of the script: where it found
// this. A proxy is believed about that only if it is one that is believed about
// addresses: then the client's address is another than the caller's.
func staticServers(c *gin.Context) []string {
	host := c.Request.Host
	if forwarded := c.GetHeader("X-Forwarded-Host"); forwarded != "" && c.ClientIP() != c.RemoteIP() {
		host = forwarded
	}
	if !hosts.MatchString(host) {
		return nil
	}
	if strings.HasPrefix(c.Request.URL.Path, "/"+Name+"/") {
		host += "/" + Name
	}
	return []string{host}
}

// callbacks are the functions that a script may call: one plain name.
var callbacks = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]{0,63}$`)

// callbackKey is where the request keeps the function that hears of errors.
const callbackKey = "geetest.callback"

// writeScript calls the page's function. What JSON has and scripts do not, and
// what ends a script tag, is escaped by encoding/json.
func writeScript(c *gin.Context, callback string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // these are our own types
	}
	c.Data(http.StatusOK, dialect.JavaScript, fmt.Appendf(nil, "%s(%s)", callback, data))
}
