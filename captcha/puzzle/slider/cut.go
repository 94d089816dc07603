package slider

import (
	"math/rand/v2"

	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// full is a whole share: shares go from 0 to full.
const full = 256

// cut is how piece and holes of one slider look. All of it is the same for hole
// and decoys.
type cut struct {
	background *paint.Background
	mask       *mask
	y          int // where the top of the mask is in the picture

	above, below paint.RGB // the ground of the holes, at its upper and its lower end
	grain        int       // noise of the ground: up to that many steps either way
	lightX       int       // where the light comes from: -1 left, 1 right; always from above
	deep, shadow int       // the shadow inside the holes: how far it reaches, and its share
	rim          int       // share of light on the far edge of the holes
	bevel, gloss int       // the shaded rim of the piece: how wide, and its share
}

var (
	dark  = paint.RGB{12, 14, 26}
	light = paint.RGB{248, 244, 236}
)

// newCut decides how the slider looks. What it reads of the picture it reads
// alike for all places, so the look does not tell which of them is the hole.
func newCut(random *rand.Rand, background *paint.Background, m *mask, places []int) *cut {
	c := &cut{background: background, mask: m}
	c.y = c.height(random, places)
	mean := c.mean(places)
	towards := dark
	if mean[0]*3+mean[1]*6+mean[2] < 1050 {
		towards = light
	}
	top := within(random, 130, 190)
	bottom := top + within(random, -30, 30)
	c.above, c.below = mean.Mix(towards, top), mean.Mix(towards, bottom)
	c.grain = within(random, 1, 4)
	c.lightX = 1 - 2*random.IntN(2)
	c.deep, c.shadow = within(random, 3, 6), within(random, 70, 130)
	c.rim = within(random, 60, 120)
	c.bevel, c.gloss = within(random, 3, 4), within(random, 130, 175)
	return c
}

func within(random *rand.Rand, least, most int) int { return least + random.IntN(most-least+1) }

// height chooses where the top of the mask is: of some random heights the one
// where the places differ most from each other along their edges. There a
// person finds the right one at a glance.
func (c *cut) height(random *rand.Rand, places []int) int {
	const tries = 6
	best, most := 0, -1
	for range tries {
		y := random.IntN(paint.Height - maskSize + 1)
		if least := c.difference(places, y); least > most {
			best, most = y, least
		}
	}
	return best
}

// difference tells how much those two places differ that are most alike.
func (c *cut) difference(places []int, y int) int {
	least := 1 << 30
	for i, a := range places {
		for _, b := range places[:i] {
			sum := 0
			for _, p := range c.mask.edge {
				row := c.background.Row(y + int(p.y))[p.x:]
				one, other := &c.background.Palette[row[a]], &c.background.Palette[row[b]]
				for channel := range one {
					off := one[channel] - other[channel]
					sum += min(max(off, -off), 48) // any clear difference is as good as another
				}
			}
			least = min(least, sum)
		}
	}
	return least
}

// mean is the average colour of all places together.
func (c *cut) mean(places []int) paint.RGB {
	var sum paint.RGB
	n := 0
	for dy := 1; dy < maskSize; dy += 3 {
		row := c.background.Row(c.y + dy)
		for _, x := range places {
			for dx := 1; dx < maskSize; dx += 3 {
				seen := &c.background.Palette[row[x+dx]]
				for channel := range sum {
					sum[channel] += seen[channel]
				}
				n++
			}
		}
	}
	return paint.RGB{sum[0] / n, sum[1] / n, sum[2] / n}
}
