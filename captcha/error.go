package captcha

import "errors"

// Code says why something was refused. Each Dialect has a table from codes to
// its vendor's words.
type Code string

// The codes.
const (
	UnknownSite  Code = "unknown_site"  // no Site has this key, or it speaks another Dialect
	DisabledSite Code = "disabled_site" // the Site is switched off
	Unknown      Code = "unknown"       // never issued, not for this Site, altered, or long forgotten
	Foreign      Code = "foreign"       // a good Pass, given back for another Subject
	Wrong        Code = "wrong"         // the Answer was judged and is not right
	Expired      Code = "expired"       // the Challenge or the Pass is too old
	Used         Code = "used"          // the Challenge is solved, or the Pass redeemed, already
	Exhausted    Code = "exhausted"     // too many wrong Answers
	Limited      Code = "limited"       // too many requests from one address
	Invalid      Code = "invalid"       // the request cannot be understood
	Busy         Code = "busy"          // too much to do, or shutting down: try again later
	Internal     Code = "internal"      // our own failure
)

// Error is a refusal: something that the caller did, or let pass, and is told.
// Any other error is a failure of ours and is told to the log alone.
type Error struct {
	Code    Code
	Message string // for people; holds no secret, solution or Pass
}

// Error is the message.
func (e *Error) Error() string { return e.Message }

// Refuse makes a refusal.
func Refuse(code Code, message string) error { return &Error{Code: code, Message: message} }

// CodeOf is the code of the refusal in err: "" for a nil error, Internal for an
// error that is no refusal.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Code
	}
	return Internal
}
