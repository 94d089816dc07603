// Package captcha is the domain: Challenges, Answers and Passes, and the rules
// that make a Pass worth something. It knows nothing of HTTP, vendors, pictures
// or databases, and imports the standard library alone.
//
// # The life of a Challenge
//
//	          Issue                 Answer                     Redeem
//	visitor ---------> issued ------------------> solved --------------> redeemed
//	                     |  ^                        |                      |
//	                     |  | wrong: one attempt     | PassLifetime         | again: used
//	                     |  +-- less (Wrong)         v                      v
//	                     | Lifetime               expired                refused
//	                     v or no attempts left
//	                  expired, exhausted
//
// A [Service] takes a Challenge through its life, for one [Site]:
//
//   - Issue seals the facts of a new Challenge into its [ID] and draws the
//     puzzle. It stores nothing: a flood of Challenges that nobody answers costs
//     no space, and any replica with the same keys can judge what another one
//     has issued.
//   - Answer opens the ID, judges the Answer against the [Seed] that follows
//     from it, and keeps in the Challenge's [Record] that an attempt was made.
//     A right Answer makes the [Pass]; the Record keeps a digest of it.
//   - Redeem uses the Pass up, in the same Record. Where a Site's Passes are
//     reusable it only looks; Check and Spend look or use up in any case.
//
// So a whole life is two writes. Each is one call of [Ledger].Update, which
// applies a method of Record atomically: of any number of parallel Answers no
// more than [Rules].Attempts are judged, and of any number of parallel
// redemptions one succeeds, on one machine or on many.
//
// # Refusals
//
// What the caller did wrong, or too late, is an [*Error] with a [Code]. A wrong
// Answer is a refusal that has used up an attempt; every other refusal has used
// up nothing. Any other error is a failure of ours: the step did not happen, or
// nobody was told that it did.
//
// # Plug points
//
// Three things are made elsewhere: [Ledger] and [SiteStore] (package store),
// [Maker] (below captcha/puzzle), and Dialects, which speak a vendor's API on top
// of Service (below server/dialect).
package captcha
