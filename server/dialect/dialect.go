// Package dialect says what a Dialect is: one vendor's protocol, on top of the
// core that all of them share.
//
// A Dialect lives in a folder of its own below this one, knows one vendor's
// paths, shapes and words, and turns them into the three steps of the core:
// Issue, Answer, Redeem. It knows no ledger, no maker of puzzles and no other
// Dialect. [Mount] puts it on a router and frames its handlers: they bind, ask
// the core, write, and return what went wrong; everything else (body limits,
// CORS, panics, errors in the vendor's own shape) is done here, once.
package dialect

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/gin-gonic/gin"
)

// Core is what a Dialect asks for: a [captcha.Service], or one that mock mode
// has decorated.
type Core interface {
	Now() time.Time
	Site(ctx context.Context, dialect, key string) (*captcha.Site, error)
	Sites(ctx context.Context, dialect string) ([]*captcha.Site, error)
	Issue(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, *captcha.Puzzle, error)
	IssueUndrawn(ctx context.Context, site *captcha.Site, kind captcha.Kind) (captcha.Challenge, error)
	Challenge(site *captcha.Site, id captcha.ID) (captcha.Challenge, error)
	Draw(ctx context.Context, site *captcha.Site, id captcha.ID) (captcha.Challenge, *captcha.Puzzle, error)
	Answer(ctx context.Context, site *captcha.Site, attempt captcha.Attempt) (captcha.Pass, error)
	Redeem(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error)
	Spend(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error)
	Check(ctx context.Context, site *captcha.Site, pass captcha.Pass) (captcha.Challenge, captcha.Record, error)
}

var _ Core = (*captcha.Service)(nil)

// Deps is what Dialects are made of.
type Deps struct {
	Core    Core
	Keys    captcha.KeyStore // for Dialects that sign something
	URL     string           // where the server is found from outside, without a slash at its end
	Limiter *Limiter
	Random  io.Reader // for what a vendor draws itself, such as the code of an SMS
	Outbox  Outbox    // nil in serve mode
	Faults  Faults    // nil in serve mode
	HTTP    *http.Client
	Words   map[string]Word // an operator's own words, by "dialect.code"

	Automatic Automatic // nil in serve mode
}

// Automatic knows the Challenges that ask nothing of the visitor: any Answer to them is
// right, so a page need not show the puzzle. Only mock mode has one. It decides what is
// shown; whether an Answer is right decides the Core alone.
type Automatic interface {
	Automatic(id captcha.ID) bool
}

// Outbox takes messages that nobody else delivers. Only mock mode has one.
type Outbox interface {
	Put(message Message)
}

// Message is a one-time code on its way to a person.
type Message struct {
	Site    string    `json:"site"`    // the Site's key
	Channel string    `json:"channel"` // "sms" or "email"
	To      string    `json:"to"`
	Type    string    `json:"type"` // the vendor's name for the occasion, such as "LOGIN_SMS"
	Code    string    `json:"code"` // six digits
	SentAt  time.Time `json:"sent_at"`
}

// Dialect speaks one vendor's API.
type Dialect interface {
	// Name is the vendor in one lower-case word: the Dialect of its Sites, and
	// the prefix under which its paths are found a second time.
	Name() string

	// Defaults are the rules of a new Site.
	Defaults() captcha.Rules

	// Settings lists what a Site may choose.
	Settings() []captcha.Setting

	// Kinds are the kinds of puzzle that the Site's pages may ask for; the first
	// is what they get if they do not say. A page that could choose freely
	// would choose what its bot solves best.
	Kinds(site *captcha.Site) []captcha.Kind

	// Limits are the requests a minute that one address may make in serve mode,
	// by the name that the Dialect hands to [Limiter.Allow].
	Limits() map[string]int

	// Routes are the vendor's paths.
	Routes() []Route

	// CORS says which pages may call, and how.
	CORS() CORS

	// Refuse writes what went wrong in the vendor's shape and words. Besides
	// refusals of the core and of the Dialect itself it is given [ErrNoRoute],
	// [ErrMethod] and failures, whose text is for nobody outside.
	Refuse(c *gin.Context, err error)

	Passes
}

// Names are those of the Dialects, in their order.
func Names(dialects []Dialect) []string {
	names := make([]string, 0, len(dialects))
	for _, d := range dialects {
		names = append(names, d.Name())
	}
	return names
}

// SiteChecker is a Dialect that has rules of its own for its Sites.
type SiteChecker interface {
	// CheckSite says what is wrong with a Site before it is saved.
	CheckSite(site *captcha.Site) error
}

// Preparer is a Dialect with something to do before the first request. What is
// not prepared is done when it is first needed.
type Preparer interface {
	// Prepare makes what has to be there, and fails if a server must not start.
	Prepare(ctx context.Context) error
}

// FreeRedeemer is a Dialect whose vendor does not limit how often backends ask.
type FreeRedeemer interface {
	// RedeemsFreely tells that no limit stops a redemption: that its clients would
	// take the refusal for something else.
	RedeemsFreely() bool
}

// Passes are a vendor's encoding of a [captcha.Pass]. With them the neutral API
// redeems any vendor's Pass, and mock mode makes one without a visitor.
type Passes interface {
	// Attempt is how the vendor's page would send this Answer. It takes any
	// Answer, one without sense too.
	Attempt(site *captcha.Site, id captcha.ID, given captcha.Answer, subject string) captcha.Attempt

	// PagePass is what the vendor's page gets for a solved Challenge: something
	// that encoding/json turns into the vendor's object.
	PagePass(ctx context.Context, site *captcha.Site, pass captcha.Pass) (any, error)

	// ParsePass reads what PagePass made, or just the text in it where the
	// vendor's Pass is one text. Subject is whom it is given back for. It refuses
	// with Unknown what can be no Pass.
	ParsePass(ctx context.Context, site *captcha.Site, pass json.RawMessage, subject string) (captcha.Pass, error)
}

// Route is one of a vendor's paths.
type Route struct {
	Method string
	Path   string // gin's pattern, as the vendor has it: "/captcha/get"
	Handle func(*gin.Context) error

	// Step is the one that a request to this path wants of the core, whether it gets so
	// far or not: Issued, Answered or Redeemed; "": none.
	Step captcha.Step

	MaxBody int64 // how many bytes a body may have; 0: MaxBody
}

// Word is how a vendor says that something went wrong.
type Word struct {
	Status int    `json:"status,omitempty"` // of HTTP
	Code   string `json:"code,omitempty"`   // the vendor's own
	Text   string `json:"text,omitempty"`
}

// Word is the operator's own word for one of a Dialect's codes, or else the
// standard one.
func (d Deps) Word(dialect string, standard Word) Word {
	own := d.Words[dialect+"."+standard.Code]
	if own.Status != 0 {
		standard.Status = own.Status
	}
	if own.Code != "" {
		standard.Code = own.Code
	}
	if own.Text != "" {
		standard.Text = own.Text
	}
	return standard
}

// Speaker is a Dialect that can be told to answer with any of its vendor's codes, so that
// people can test what their app does then. Only mock mode asks for it.
type Speaker interface {
	// VendorErrors are the vendor's errors, no two with one code, that Refuse writes as
	// the vendor does, whatever step they come from.
	VendorErrors() []VendorError
}
