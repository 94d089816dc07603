package captcha

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"
)

// Record is what has happened to one Challenge so far. Its methods are the rules
// of single use and of attempts; a [Ledger] promises to apply them atomically.
type Record struct {
	Attempts   int       // Answers judged so far
	SolvedAt   time.Time // zero: not solved
	RedeemedAt time.Time // zero: not redeemed
	ForgetAt   time.Time // from then on nothing hangs on the Record any more; zero: never

	Subject    string            // whom the Pass is bound to; may be empty
	PassDigest []byte            // SHA-256 of the Pass's secret; empty: no Pass
	Details    map[string]string // what the vendor's reply to a redemption tells, at most MaxDetails bytes

	AliasOf ID // set only where a Pass is found by its secret: the Challenge that it belongs to
}

// MaxDetails is how many bytes the names and values of [Record].Details have in
// all, at most. What is more is cut off.
const MaxDetails = 2048

// Pass is the visitor's proof of a solved Challenge. What the vendor's page and
// backend see is a text or an object that encodes ID and Secret.
type Pass struct {
	ID     ID     // of the Challenge; zero: found by the Secret (see [Attempt].HidesID)
	Secret string // who knows it has solved the Challenge
	// Subject is whom the Pass is bound to when it is made, and for whom it is
	// given back when it is redeemed.
	Subject string
}

// digest is what a Record keeps of the secret.
func (p Pass) digest() [sha256.Size]byte { return sha256.Sum256([]byte(p.Secret)) }

// alias names the Record that leads from the secret to the Challenge. The secret
// does not tell when that was issued, so the alias has no IssuedAt.
func (p Pass) alias() Challenge {
	sum := sha256.Sum256([]byte("alias of the pass:" + p.Secret))
	return Challenge{ID: ID(sum[:16])}
}

// Answer notes an Answer to ch that is right or not. A right one makes the
// Pass. A refusal leaves no trace: such an Answer counts as never judged, and
// its sender must not learn whether it was right.
func (r *Record) Answer(now time.Time, ch Challenge, rules Rules, right bool, pass Pass, details map[string]string) error {
	if err := r.answerable(now, ch, rules); err != nil {
		return err
	}
	r.Attempts++
	// As long as the Challenge could still be answered its Record has to stay,
	// or its attempts would start afresh.
	r.ForgetAt = ch.IssuedAt.Add(rules.Lifetime)
	if !right {
		return nil
	}
	r.SolvedAt = now
	r.Subject = pass.Subject
	digest := pass.digest()
	r.PassDigest = digest[:]
	r.Details = capped(details)
	// Twice the Pass's life, so that "used" and "expired" can be told from
	// "unknown" for a while.
	if end := now.Add(2 * rules.PassLifetime); end.After(r.ForgetAt) {
		r.ForgetAt = end
	}
	return nil
}

// answerable tells why ch can no longer be answered, if it cannot.
func (r *Record) answerable(now time.Time, ch Challenge, rules Rules) error {
	switch {
	case !now.Before(ch.IssuedAt.Add(rules.Lifetime)):
		return Refuse(Expired, "the challenge is too old")
	case !r.SolvedAt.IsZero():
		return Refuse(Used, "the challenge is already solved")
	case r.Attempts >= rules.Attempts:
		return Refuse(Exhausted, "the challenge has had too many wrong answers")
	}
	return nil
}

// Check tells why the Pass is not good now, if it is not.
func (r *Record) Check(now time.Time, rules Rules, pass Pass) error {
	digest := pass.digest()
	switch {
	case len(r.PassDigest) == 0 || subtle.ConstantTimeCompare(r.PassDigest, digest[:]) != 1:
		return Refuse(Unknown, "no such pass was given")
	case r.Subject != pass.Subject:
		return Refuse(Foreign, "the pass was given for another subject")
	case !r.RedeemedAt.IsZero():
		return Refuse(Used, "the pass is already redeemed")
	case !now.Before(r.SolvedAt.Add(rules.PassLifetime)):
		return Refuse(Expired, "the pass is too old")
	}
	return nil
}

// Redeem uses up the Pass. One that is not good uses up nothing.
func (r *Record) Redeem(now time.Time, rules Rules, pass Pass) error {
	if err := r.Check(now, rules, pass); err != nil {
		return err
	}
	r.RedeemedAt = now
	return nil
}

// capped copies details, in any order up to MaxDetails bytes.
func capped(details map[string]string) map[string]string {
	if len(details) == 0 {
		return nil
	}
	kept, size := make(map[string]string, len(details)), 0
	for name, value := range details {
		if size += len(name) + len(value); size > MaxDetails {
			break
		}
		kept[name] = value
	}
	return kept
}
