// Package controlclient calls the control API of a captchad in mock mode: from tests
// and tools in Go, in the same process or in another. It needs the standard library
// alone.
package controlclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls one server. Make one with [New].
type Client struct {
	base string
	http *http.Client
}

// New makes a Client of the server at that URL, such as "http://127.0.0.1:7480". Nil
// stands for http.DefaultClient.
func New(serverURL string, client *http.Client) *Client {
	if client == nil {
		client = http.DefaultClient
	}
	return &Client{strings.TrimSuffix(serverURL, "/") + "/control/v1", client}
}

// Error is what the server refuses a call with.
type Error struct {
	Status  int    `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"` // begins with the field that is wrong, if one is
}

// Error is the code and the message.
func (e *Error) Error() string { return fmt.Sprintf("control API: %s: %s", e.Code, e.Message) }

// Challenge is all there is to know about one.
type Challenge struct {
	ID        string    `json:"id"`
	Site      string    `json:"site"` // its key
	Dialect   string    `json:"dialect"`
	Kind      string    `json:"kind"`
	Solution  Solution  `json:"solution"`
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Attempts  int       `json:"attempts"` // Answers judged so far
	Solved    bool      `json:"solved"`
	Redeemed  bool      `json:"redeemed"`
	Outcome   string    `json:"outcome"` // of the last Answer: right, or the code of a refusal; "": none was given
}

// Solution is the right Answer, with the members that mean something to the kind of
// puzzle.
type Solution struct {
	X      float64      `json:"x"`      // of a slider, in pixels of the picture
	Text   string       `json:"text"`   // of what is typed
	Points [][2]float64 `json:"points"` // of clicks, in order
}

// Pass is one as the vendor's page gets it.
type Pass struct {
	ID   string          `json:"id"` // of its Challenge
	Pass json.RawMessage `json:"pass"`
}

// Text is a member of a Pass that is an object, such as GeeTest's "pass_token"; "" if
// it has no such text.
func (p Pass) Text(member string) string {
	var members map[string]any
	_ = json.Unmarshal(p.Pass, &members) // what is no object has no members
	text, _ := members[member].(string)
	return text
}

// Plan says how the next steps of one kind end at one Site.
type Plan struct {
	Site    string `json:"site"`
	Step    string `json:"step"`    // issue, answer or redeem
	Outcome string `json:"outcome"` // right, automatic (of an issue), the code of a refusal (wrong, expired, used, ...), or "code:" and the vendor's own
	Times   int    `json:"times"`   // how many steps; 0: all for which nothing else is planned
}

// Message is a one-time code that nobody delivered.
type Message struct {
	Site    string    `json:"site"`
	Channel string    `json:"channel"` // sms or email
	To      string    `json:"to"`
	Type    string    `json:"type"`
	Code    string    `json:"code"`
	SentAt  time.Time `json:"sent_at"`
}

// Challenge looks into one.
func (c *Client) Challenge(ctx context.Context, id string) (Challenge, error) {
	var found Challenge
	err := c.call(ctx, "GET", "/challenges/"+url.PathEscape(id), nil, &found)
	return found, err
}

// Challenges lists those of a Site ("": of all) that were issued lately, newest first and
// at most so many; 0 stands for 50.
func (c *Client) Challenges(ctx context.Context, site string, limit int) ([]Challenge, error) {
	query := url.Values{}
	if site != "" {
		query.Set("site", site)
	}
	if limit != 0 {
		query.Set("limit", fmt.Sprint(limit))
	}
	var list struct{ Challenges []Challenge }
	err := c.call(ctx, "GET", "/challenges?"+query.Encode(), nil, &list)
	return list.Challenges, err
}

// Latest looks into the Challenge that was issued last.
func (c *Client) Latest(ctx context.Context) (Challenge, error) { return c.Challenge(ctx, "latest") }

// Picture is what the visitor of a Challenge sees, or hears: part is "picture" or "strip".
func (c *Client) Picture(ctx context.Context, id, part string) (mediaType string, data []byte, err error) {
	err = c.receive(ctx, "GET", "/challenges/"+url.PathEscape(id)+"/picture?part="+url.QueryEscape(part), nil, func(r *http.Response) error {
		mediaType = r.Header.Get("Content-Type")
		data, err = io.ReadAll(r.Body)
		return err
	})
	return mediaType, data, err
}

// Expire lets a Challenge and its Pass be too old from now on, without moving the clock.
func (c *Client) Expire(ctx context.Context, id string) (Challenge, error) {
	return c.end(ctx, id, "expire")
}

// Spend lets a Challenge be solved and its Pass redeemed from now on.
func (c *Client) Spend(ctx context.Context, id string) (Challenge, error) {
	return c.end(ctx, id, "spend")
}

func (c *Client) end(ctx context.Context, id, how string) (Challenge, error) {
	var ended Challenge
	err := c.call(ctx, "POST", "/challenges/"+url.PathEscape(id)+"/"+how, nil, &ended)
	return ended, err
}

// Solve solves a Challenge that a page has on show. Subject is whom the Pass is bound
// to, with vendors that bind it; else it is empty.
func (c *Client) Solve(ctx context.Context, id, subject string) (Pass, error) {
	var pass Pass
	err := c.call(ctx, "POST", "/challenges/"+url.PathEscape(id)+"/solve", map[string]string{"subject": subject}, &pass)
	return pass, err
}

// Mint makes a genuine Pass of the Site with that key, without a visitor.
func (c *Client) Mint(ctx context.Context, site, subject string) (Pass, error) {
	var pass Pass
	err := c.call(ctx, "POST", "/passes", map[string]string{"site": site, "subject": subject}, &pass)
	return pass, err
}

// Plan says how the next steps end, behind those that are planned already.
func (c *Client) Plan(ctx context.Context, plan Plan) error {
	return c.call(ctx, "POST", "/script", plan, nil)
}

// Plans are those that are not used up.
func (c *Client) Plans(ctx context.Context) ([]Plan, error) {
	var script struct{ Plans []Plan }
	err := c.call(ctx, "GET", "/script", nil, &script)
	return script.Plans, err
}

// KnownOutcomes lists how the steps of each vendor can end, by vendor and step.
func (c *Client) KnownOutcomes(ctx context.Context) (map[string]map[string][]string, error) {
	var known struct {
		Dialects map[string]map[string][]string
	}
	err := c.call(ctx, "GET", "/script/known", nil, &known)
	return known.Dialects, err
}

// ClearPlans drops those of a Site; "": all.
func (c *Client) ClearPlans(ctx context.Context, site string) error {
	return c.call(ctx, "DELETE", "/script?site="+url.QueryEscape(site), nil, nil)
}

// Fault is what a Site does wrong.
type Fault struct {
	Fault       string  `json:"fault"`                 // such as "http:503", "delay:1500", "empty", "badjson", "drop"
	Times       int     `json:"times,omitempty"`       // how many requests; 0: until it is told otherwise
	Probability float64 `json:"probability,omitempty"` // of each request to go wrong; 0: all do
}

// SetFault has a Site do something wrong until it is told otherwise; "normal" tells it
// otherwise.
func (c *Client) SetFault(ctx context.Context, site, fault string) error {
	return c.Set(ctx, site, Fault{Fault: fault})
}

// DropFault has a Site do all right again.
func (c *Client) DropFault(ctx context.Context, site string) error {
	return c.call(ctx, "DELETE", "/faults/"+url.PathEscape(site), nil, nil)
}

// SetDialectFault has all Sites of a vendor do something wrong that have no fault of their
// own.
func (c *Client) SetDialectFault(ctx context.Context, dialect string, fault Fault) error {
	return c.call(ctx, "PUT", "/faults/dialects/"+url.PathEscape(dialect), fault, nil)
}

// DropDialectFault has them do all right again.
func (c *Client) DropDialectFault(ctx context.Context, dialect string) error {
	return c.call(ctx, "DELETE", "/faults/dialects/"+url.PathEscape(dialect), nil, nil)
}

// Faults are what Sites are told to do wrong, by their keys, and vendors, by their names.
func (c *Client) Faults(ctx context.Context) (bySite, byDialect map[string]Fault, err error) {
	var faults struct{ Faults, Dialects map[string]Fault }
	err = c.call(ctx, "GET", "/faults", nil, &faults)
	return faults.Faults, faults.Dialects, err
}

// KnownFault is something that a vendor can be told to do wrong.
type KnownFault struct {
	Fault string `json:"fault"` // with a number or text to fill in: "http:<status>"
	Help  string `json:"help"`
}

// KnownFaults lists what each vendor can be told to do wrong.
func (c *Client) KnownFaults(ctx context.Context) (map[string][]KnownFault, error) {
	var known struct{ Dialects map[string][]KnownFault }
	err := c.call(ctx, "GET", "/faults/known", nil, &known)
	return known.Dialects, err
}

// Set has a Site do something wrong.
func (c *Client) Set(ctx context.Context, site string, fault Fault) error {
	return c.call(ctx, "PUT", "/faults/"+url.PathEscape(site), fault, nil)
}

// Now is what the server's clock shows.
func (c *Client) Now(ctx context.Context) (time.Time, error) {
	var shown struct{ Now time.Time }
	err := c.call(ctx, "GET", "/clock", nil, &shown)
	return shown.Now, err
}

// Advance moves the server's clock, and tells what it shows then.
func (c *Client) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	return c.clock(ctx, map[string]string{"advance": by.String()})
}

// SetClock sets the server's clock, and tells what it shows then.
func (c *Client) SetClock(ctx context.Context, now time.Time) (time.Time, error) {
	return c.clock(ctx, map[string]string{"set": now.Format(time.RFC3339)})
}

func (c *Client) clock(ctx context.Context, move map[string]string) (time.Time, error) {
	var shown struct{ Now time.Time }
	err := c.call(ctx, "POST", "/clock", move, &shown)
	return shown.Now, err
}

// Entry is one request that was made to a vendor's paths, and what became of it.
type Entry struct {
	Seq     int       `json:"seq"`
	At      time.Time `json:"at"`
	Dialect string    `json:"dialect"`
	Site    string    `json:"site"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Query   string    `json:"query"`
	Type    string    `json:"type"`
	Body    string    `json:"body"`
	Step    string    `json:"step"` // issue, answer or redeem: what the request was for, whether it got so far or not
	ID      string    `json:"id"`
	Outcome string    `json:"outcome"` // right, the code of a refusal, "code:" and the vendor's own, fault, or refused
	Answer  *Solution `json:"answer"`  // what the visitor gave, as far as it could be read; nil: nothing
	// Track is how the pointer went, where the dialect is told: x, y, and the
	// milliseconds since the first place.
	Track   [][3]float64 `json:"track"`
	Status  int          `json:"status"`
	Reply   string       `json:"reply"`
	Because string       `json:"because"` // why it was refused, and what would have been right
}

// Filter says which entries are meant: those that have all that is not empty.
type Filter struct {
	Dialect, Site, Step, Outcome, Path, ID string
	After                                  int // the Seq of an entry: only later ones
}

// Journal lists the entries that match, oldest first.
func (c *Client) Journal(ctx context.Context, match Filter) ([]Entry, error) {
	return c.journal(ctx, match.query())
}

// Await lists the entries that match as soon as there are so many, or after that
// time, at most 50 s.
func (c *Client) Await(ctx context.Context, match Filter, count int, wait time.Duration) ([]Entry, error) {
	query := match.query()
	query.Set("count", fmt.Sprint(count))
	query.Set("wait", wait.String())
	return c.journal(ctx, query)
}

// EmptyJournal forgets all entries.
func (c *Client) EmptyJournal(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/journal", nil, nil)
}

func (c *Client) journal(ctx context.Context, query url.Values) ([]Entry, error) {
	var journal struct{ Entries []Entry }
	err := c.call(ctx, "GET", "/journal?"+query.Encode(), nil, &journal)
	return journal.Entries, err
}

func (f Filter) query() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{
		"dialect": f.Dialect, "site": f.Site, "step": f.Step, "outcome": f.Outcome, "path": f.Path, "id": f.ID,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if f.After > 0 {
		query.Set("after", fmt.Sprint(f.After))
	}
	return query
}

// Reset makes everything as it was at the start, but for Challenges.
func (c *Client) Reset(ctx context.Context) error { return c.call(ctx, "POST", "/reset", nil, nil) }

// Outbox lists the messages that nobody delivered, newest first.
func (c *Client) Outbox(ctx context.Context) ([]Message, error) {
	var outbox struct{ Messages []Message }
	err := c.call(ctx, "GET", "/outbox", nil, &outbox)
	return outbox.Messages, err
}

// EmptyOutbox forgets them.
func (c *Client) EmptyOutbox(ctx context.Context) error {
	return c.call(ctx, "DELETE", "/outbox", nil, nil)
}

// call sends a request with that body, if it is not nil, and reads the answer into
// what is pointed to, if it is not nil. A refusal is an [*Error].
func (c *Client) call(ctx context.Context, method, path string, body, into any) error {
	return c.receive(ctx, method, path, body, func(response *http.Response) error {
		if into == nil {
			return nil
		}
		return json.NewDecoder(response.Body).Decode(into)
	})
}

// receive is call for whoever reads the answer himself.
func (c *Client) receive(ctx context.Context, method, path string, body any, read func(*http.Response) error) error {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return fmt.Errorf("control API: %w", err)
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, &sent)
	if err != nil {
		return fmt.Errorf("control API: %w", err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("control API: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		refusal := &Error{Status: response.StatusCode}
		if json.NewDecoder(response.Body).Decode(refusal) != nil || refusal.Code == "" {
			return fmt.Errorf("control API: %s: is this captchad in mock mode?", response.Status)
		}
		return refusal
	}
	if err := read(response); err != nil {
		return fmt.Errorf("control API: %w", err)
	}
	return nil
}
