package paint

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/bandpng"
)

// StockSize is how many backgrounds there are in an epoch.
const StockSize = 64

// shelves is how many epochs a stock is kept of: the present one, and the one before, of
// which pictures are drawn again, until the next is made ahead. One takes 5 MB.
const shelves = 2

// Stock keeps backgrounds: for each epoch some, made by its random numbers and by
// nothing else. Every replica has the same ones, and a picture can be drawn again
// at any time: what is not in stock is made when it is asked for, which takes some
// milliseconds.
//
// Puzzles of one epoch share backgrounds. Who collects all of an epoch can tell what
// was painted on them, until the next one begins. So this is for puzzles that have
// nothing to hide there: the holes of a slider are to be seen anyhow, and the picture
// around them gives the right one away to whoever compares, with or without a
// collection. Words stand on backgrounds of their own.
type Stock struct {
	source  Source
	encoder bandpng.Encoder

	adding sync.Mutex               // held to change kept
	kept   atomic.Pointer[[]*shelf] // the slice itself never changes
}

// shelf is the stock of one epoch.
type shelf struct {
	epoch  captcha.Epoch
	places [StockSize]place
}

// place is where one background is, once it is made.
type place struct {
	once sync.Once
	made atomic.Pointer[Background]
}

// NewStock makes a Stock of pictures from this source; at first it is empty.
func NewStock(source Source) *Stock {
	s := &Stock{source: source}
	s.kept.Store(&[]*shelf{})
	return s
}

// Background is the one that a puzzle with this seed has.
func (s *Stock) Background(seed captcha.Seed) *Background {
	return s.take(s.shelf(seed.Epoch()), seed.Rand("background").IntN(StockSize))
}

// Prepare makes one background of the epoch that is not in stock yet, and tells
// whether there may be more to make.
func (s *Stock) Prepare(epoch captcha.Epoch) (more bool) {
	shelf := s.shelf(epoch)
	for i := range shelf.places {
		if shelf.places[i].made.Load() == nil {
			s.take(shelf, i)
			return true
		}
	}
	return false
}

// Count is how many backgrounds of the epoch are in stock. To ask makes none.
func (s *Stock) Count(epoch captcha.Epoch) int {
	shelf := find(*s.kept.Load(), epoch)
	if shelf == nil {
		return 0
	}
	made := 0
	for i := range shelf.places {
		if shelf.places[i].made.Load() != nil {
			made++
		}
	}
	return made
}

// take finds a background on its shelf, and makes it if it is not there.
func (s *Stock) take(from *shelf, i int) *Background {
	p := &from.places[i]
	p.once.Do(func() {
		picture := s.source.Background(from.epoch.Rand(fmt.Sprintf("background %d", i)))
		p.made.Store(newBackground(&s.encoder, picture))
	})
	return p.made.Load()
}

// shelf finds the shelf of an epoch, or puts up an empty one; one that is older than
// all others is not kept. No lock is taken for one that is there.
func (s *Stock) shelf(epoch captcha.Epoch) *shelf {
	if found := find(*s.kept.Load(), epoch); found != nil {
		return found
	}
	s.adding.Lock()
	defer s.adding.Unlock()
	kept := *s.kept.Load()
	if found := find(kept, epoch); found != nil {
		return found
	}
	added := &shelf{epoch: epoch}
	kept = append(slices.Clone(kept), added)
	if len(kept) > shelves {
		oldest := slices.MinFunc(kept, func(a, b *shelf) int { return int(a.epoch.Number()) - int(b.epoch.Number()) })
		kept = slices.DeleteFunc(kept, func(k *shelf) bool { return k == oldest })
	}
	s.kept.Store(&kept)
	return added
}

func find(kept []*shelf, epoch captcha.Epoch) *shelf {
	for _, k := range kept {
		if k.epoch == epoch {
			return k
		}
	}
	return nil
}
