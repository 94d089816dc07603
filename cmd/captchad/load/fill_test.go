package load_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/cmd/captchad/load"
	"github.com/captchad/captchad/store/memory"
)

// noting is a ledger that notes what it was told.
type noting struct {
	captcha.Ledger
	broken error

	mu      sync.Mutex
	records map[captcha.ID]captcha.Record
}

func (n *noting) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) error {
	if n.broken != nil {
		return n.broken
	}
	return n.Ledger.Update(ctx, ch, func(r *captcha.Record) error {
		err := change(r)
		n.mu.Lock()
		defer n.mu.Unlock()
		n.records[ch.ID] = *r
		return err
	})
}

// fast is a ledger that takes many at once.
type fast struct {
	captcha.Ledger
	records []captcha.Record
}

func (f *fast) Fill(_ context.Context, n int, make func(int) (captcha.Challenge, captcha.Record)) error {
	for i := range n {
		_, record := make(i)
		f.records = append(f.records, record)
	}
	return nil
}

func TestFillKeepsRecordsThatAreOldAndStay(t *testing.T) {
	const n = 700
	ledger := &noting{Ledger: memory.New(), records: map[captcha.ID]captcha.Record{}}
	check(t, load.Fill(t.Context(), ledger, newKeys(t), &captcha.Site{Key: "k"}, n))
	if len(ledger.records) != n {
		t.Fatalf("%d records, want %d", len(ledger.records), n)
	}
	for _, record := range ledger.records {
		if record.SolvedAt.IsZero() || record.RedeemedAt.IsZero() || record.ForgetAt.Before(time.Now().Add(time.Minute)) {
			t.Fatalf("record %+v", record)
		}
	}
}

func TestFillTakesTheFasterWayWhereThereIsOne(t *testing.T) {
	ledger := &fast{}
	check(t, load.Fill(t.Context(), ledger, newKeys(t), &captcha.Site{Key: "k"}, 5))
	if len(ledger.records) != 5 {
		t.Errorf("%d records", len(ledger.records))
	}
}

func TestFillSaysWhyItFailed(t *testing.T) {
	broken := errors.New("disk full")
	err := load.Fill(t.Context(), &noting{broken: broken}, newKeys(t), &captcha.Site{Key: "k"}, 100)
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
