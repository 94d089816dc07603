package words

import (
	"math/rand/v2"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// The sizes of glyphs, in pixels: the longer side of a glyph before it is
// turned. Where there are many glyphs the large sizes are left out.
const (
	smallest = 28
	largest  = 40
)

// place is where a glyph is.
type place struct {
	x, y int // its middle
	size int
}

// reach is how far a glyph may extend from its middle, whatever its turn, and
// with its halo. No other glyph comes nearer than that.
func (p place) reach() int { return p.size * 3 / 4 }

// box is how far from the middle, sideways or up and down, a click may be.
func (p place) box() int { return p.size/2 + Slack }

// clear tells whether two glyphs stay apart.
func (p place) clear(other place) bool {
	apart := p.reach() + other.reach() + 1
	dx, dy := p.x-other.x, p.y-other.y
	return max(dx, -dx, dy, -dy) >= apart
}

// places spreads that many glyphs over the picture, at random.
//
// Which of them are asked, and in which order, another stream decides (see
// [order]), so nothing about a place tells whether and when it is to be clicked,
// not even which one was found first.
func places(seed captcha.Seed, total int) []place {
	random := seed.Rand("places")
	for { // until they fit, which for eight takes two rounds as a rule
		if found := scatter(random, total); found != nil {
			return found
		}
	}
}

// scatter puts one glyph after the other where there is room. It gives up when
// it finds no room for one.
func scatter(random *rand.Rand, total int) []place {
	found := make([]place, 0, total)
	most := largest - 3*max(0, total-6)
	for range total {
		p := place{size: smallest + random.IntN(most-smallest+1)}
		if !p.find(random, found) {
			return nil
		}
		found = append(found, p)
	}
	return found
}

func (p *place) find(random *rand.Rand, taken []place) bool {
	margin := p.reach() + 1
search:
	for range 12 {
		p.x = margin + random.IntN(paint.Width-2*margin+1)
		p.y = margin + random.IntN(paint.Height-2*margin+1)
		for _, other := range taken {
			if !p.clear(other) {
				continue search
			}
		}
		return true
	}
	return false
}

// order says which of the glyphs are asked, and in which order: every selection
// in every order is equally likely.
func order(seed captcha.Seed, total, count int) []int {
	return seed.Rand("order").Perm(total)[:count]
}
