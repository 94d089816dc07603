package sqlite

import (
	"context"

	"github.com/captchad/captchad/captcha"
)

// fillBatch is how many Records of [Store.Fill] share a transaction.
const fillBatch = 10_000

// Fill writes n Records quickly, many in a transaction. It is for load tests,
// which ask how the Store does among so many. The i-th Record, from 0 on, is what
// record tells for i; it may be asked again. None of the Challenges may have a
// Record already.
func (s *Store) Fill(ctx context.Context, n int, record func(i int) (captcha.Challenge, captcha.Record)) error {
	for first := 0; first < n; first += fillBatch {
		err := s.writer.do(ctx, func(tx *session) (refused, failed error) {
			for i := first; i < min(first+fillBatch, n); i++ {
				ch, filled := record(i)
				if refused, failed := tx.keep(ch, 0, &filled); refused != nil || failed != nil {
					return refused, failed
				}
			}
			return nil, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
