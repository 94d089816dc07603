package text

import (
	"math"
	"math/rand/v2"
)

// one pixel. Places are counted in 1/256 of it: floating point says where things
// go, is rounded at once, and all that shows is reckoned in whole numbers, which
// are the same on every machine.
const one = 256

// wave bends the whole picture: each column is moved up or down, and each row
// sideways.
type wave struct {
	down   [Width]int
	across [Height]int
}

// reach is further than a wave moves anything, in pixels.
const reach = 6

func newWave(random *rand.Rand) *wave {
	w := &wave{}
	swing(w.down[:], random, between(random, 1.5, 3.2), between(random, 60, 110))
	swing(w.down[:], random, between(random, 0.4, 0.9), between(random, 22, 34))
	swing(w.across[:], random, between(random, 1.5, 3), between(random, 30, 50))
	return w
}

// swing adds a sine of this height and length, in pixels, that starts anywhere.
func swing(moves []int, random *rand.Rand, height, length float64) {
	start := between(random, 0, 2*math.Pi)
	for i := range moves {
		moves[i] += fixed(height * math.Sin(start+2*math.Pi*float64(i)/length))
	}
}

// source tells which place of the straight picture is seen at this pixel.
func (w *wave) source(x, y int) (fromX, fromY int) {
	return x*one + w.across[y], y*one + w.down[x]
}

func fixed(pixels float64) int { return int(math.Round(pixels * one)) }

func between(random *rand.Rand, least, most float64) float64 {
	return least + (most-least)*random.Float64()
}
