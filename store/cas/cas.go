// Package cas applies changes to Records in databases that many replicas share, by
// compare-and-set: read a Record, change it, and keep it unless somebody else has kept
// another meanwhile; then begin again. So no lock is held in the database while a change
// runs, and a replica that dies leaves none behind.
package cas

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/captchad/captchad/captcha"
)

// Version tells one state of a Record from all others that it had or will have: each
// state gets a random one. The zero Version is that of a Record that is not there.
type Version int64

func newVersion() Version { return Version(1 + rand.Int64N(1<<63-1)) }

// Table is where the Records are. The time that its methods take is limited by ctx.
type Table interface {
	// Find reads the Record of ch and its Version. It refuses, as Expired, what was
	// issued before the Table began to remember.
	Find(ctx context.Context, ch captcha.Challenge) (captcha.Record, Version, error)
	// Swap keeps the Record of ch as its Version next if it still has the Version
	// before, and tells false if it has another one. It refuses what Find refuses. After
	// an error that is no refusal nobody knows whether the Record was kept.
	Swap(ctx context.Context, ch captcha.Challenge, record *captcha.Record, before, next Version) (bool, error)
}

// Margin is how much longer than it has to be a Record is kept: the clocks of replicas may
// differ by as much, and none is to forget what is good for another.
const Margin = time.Minute

// How long to go on.
const (
	// Patience is how long one call of the database may take. What a caller waits for
	// is at most four times as long.
	Patience = 3 * time.Second
	// turnPatience is how long to wait for others who have the same Challenge in hand.
	turnPatience = 2 * Patience
	// tries is how often to begin again. Callers in one process take turns, so only
	// other processes are in the way, and one of them gets on each time.
	tries = 32
	// longestPause is how long to wait at most before the last try, and less before each
	// one that comes earlier.
	longestPause = 20 * time.Millisecond
	// failures is how often the database may fail: a connection that broke is made again
	// once.
	failures = 2
)

// patiently is the ctx of one call of the database. It goes on when the caller is gone: a
// call that is cancelled costs its connection, and many visitors who go away would cost
// all of them.
func patiently(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), Patience)
}

// Updater changes the Records of a Table. Make one with [New].
type Updater struct {
	table Table
	turns turns
}

// New makes an Updater.
func New(table Table) *Updater { return &Updater{table: table, turns: newTurns()} }

// Update is that of [captcha.Ledger]. The change runs on the caller's goroutine. Update
// refuses with Busy when too many change the same Challenge.
//
// Once a changed Record was sent to be kept Update waits for the outcome, even if ctx
// ends. Where the connection breaks at that moment it looks again what was kept. If it
// cannot even do that it fails, and the caller has to take the change as not kept.
func (u *Updater) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) error {
	leave, err := u.turns.wait(ctx, ch.ID)
	if err != nil {
		return err
	}
	defer leave()
	doing := update{table: u.table, ch: ch, change: change}
	for try := range tries {
		if try > 0 {
			time.Sleep(rand.N(longestPause * time.Duration(try) / tries))
		}
		kept, err := doing.try(ctx)
		switch {
		case kept || err != nil:
			return err
		case ctx.Err() != nil && len(doing.unsure) == 0:
			return ctx.Err()
		}
	}
	return doing.told(captcha.Refuse(captcha.Busy, "too many change the same challenge at once"))
}

// Record is that of [captcha.Ledger]. It refuses what the Table refuses.
func (u *Updater) Record(ctx context.Context, ch captcha.Challenge) (captcha.Record, error) {
	if err := ctx.Err(); err != nil {
		return captcha.Record{}, err
	}
	record, _, err := find(ctx, u.table, ch)
	return record, err
}

// update is one Update.
type update struct {
	table  Table
	ch     captcha.Challenge
	change func(*captcha.Record) error

	failed int
	unsure []Version // what may have been kept
}

// try tells whether the change is kept, or why it will not be. Neither: try again.
func (u *update) try(ctx context.Context) (kept bool, err error) {
	record, before, err := find(ctx, u.table, u.ch)
	if err != nil {
		return false, u.failure(ctx, err)
	}
	if len(u.unsure) == 0 && ctx.Err() != nil {
		return false, ctx.Err()
	}
	if slices.Contains(u.unsure, before) {
		return true, nil
	}
	if err := u.change(&record); err != nil {
		return false, err
	}
	next := newVersion()
	kept, err = u.swap(ctx, &record, before, next)
	if err != nil && !isRefusal(err) {
		u.unsure = append(u.unsure, next)
	}
	if err != nil {
		return false, u.failure(ctx, err)
	}
	return kept, nil
}

// failure is nil if another try may do better.
func (u *update) failure(ctx context.Context, err error) error {
	u.failed++
	late := ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded)
	if u.failed == failures || len(u.unsure) == 0 && (isRefusal(err) || late) {
		return u.told(err)
	}
	return nil
}

// told is what the caller hears. A refusal says that nothing was kept, which nobody knows
// once something is unsure.
func (u *update) told(err error) error {
	if len(u.unsure) > 0 && isRefusal(err) {
		return fmt.Errorf("find out whether a change was kept: %v", err)
	}
	return err
}

func isRefusal(err error) bool { return captcha.CodeOf(err) != captcha.Internal }

func find(ctx context.Context, table Table, ch captcha.Challenge) (captcha.Record, Version, error) {
	ctx, cancel := patiently(ctx)
	defer cancel()
	return table.Find(ctx, ch)
}

func (u *update) swap(ctx context.Context, record *captcha.Record, before, next Version) (bool, error) {
	ctx, cancel := patiently(ctx)
	defer cancel()
	return u.table.Swap(ctx, u.ch, record, before, next)
}
