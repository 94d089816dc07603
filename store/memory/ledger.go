package memory

import (
	"bytes"
	"context"
	"maps"
	"sync"
	"time"

	"github.com/captchad/captchad/captcha"
)

// shardCount is high enough that requests about different Challenges seldom
// meet at one lock, whatever the number of processors.
const shardCount = 64

// shard keeps the Records whose IDs begin alike.
type shard struct {
	mu      sync.Mutex
	records map[captcha.ID]captcha.Record
}

// forgetBatch is how many Records one call of Forget drops at most.
const forgetBatch = 1024

// Update keeps what change makes of the Record. The change runs once, under a
// lock: it must not use the Store, and should be quick. A panic of it reaches the
// caller and nothing is kept.
func (s *Store) Update(ctx context.Context, ch captcha.Challenge, change func(*captcha.Record) error) error {
	if err := s.usable(ctx); err != nil {
		return err
	}
	shard := s.shard(ch.ID)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	// The change may hold on to the maps and slices that it saw, so it gets
	// copies, and what it made is copied again.
	record := cloneRecord(shard.records[ch.ID])
	if err := change(&record); err != nil {
		return err
	}
	shard.records[ch.ID] = cloneRecord(record)
	return nil
}

// Record reads the Record of ch: the zero Record if there is none.
func (s *Store) Record(ctx context.Context, ch captcha.Challenge) (captcha.Record, error) {
	if err := s.usable(ctx); err != nil {
		return captcha.Record{}, err
	}
	shard := s.shard(ch.ID)
	shard.mu.Lock()
	defer shard.mu.Unlock()
	return cloneRecord(shard.records[ch.ID]), nil
}

// Forget drops Records whose ForgetAt is before the given time, at most
// forgetBatch of them. A Record without a ForgetAt stays.
func (s *Store) Forget(ctx context.Context, before time.Time) (int, error) {
	forgotten := 0
	for i := range s.shards {
		if err := s.usable(ctx); err != nil {
			return forgotten, err
		}
		forgotten += s.shards[i].forget(before, forgetBatch-forgotten)
	}
	return forgotten, nil
}

func (s *shard) forget(before time.Time, most int) (forgotten int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, record := range s.records {
		if forgotten == most {
			return forgotten
		}
		if !record.ForgetAt.IsZero() && record.ForgetAt.Before(before) {
			delete(s.records, id)
			forgotten++
		}
	}
	return forgotten
}

// shard is where the Record of id is. IDs are sealed or hashed, so their first
// bytes are spread evenly.
func (s *Store) shard(id captcha.ID) *shard { return &s.shards[id[0]%shardCount] }

func cloneRecord(r captcha.Record) captcha.Record {
	r.PassDigest = bytes.Clone(r.PassDigest)
	r.Details = maps.Clone(r.Details)
	return r
}
