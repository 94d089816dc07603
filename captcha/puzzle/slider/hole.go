package slider

import (
	"math/rand/v2"

	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// The colours of a hole's ground, which the background leaves free: from its upper
// to its lower end, in the light and in the shadow of the edge, with grain.
const (
	grounds, shadows, grains = 4, 8, 3
	floors                   = grounds * shadows * grains
)

var _ [256 - paint.Colours - floors]struct{} // there are no more

// picture makes a hole at each place. All holes have the same ground, to the grain,
// and nothing is left there of what was in the picture.
func (c *cut) picture(places []int, random *rand.Rand) []byte {
	colours := c.floors()
	noise := grain(random.Uint64() | 1)
	change := c.background.Change(c.y, c.y+maskSize)
	for i := range c.mask.inside {
		p := &c.mask.inside[i]
		row, ground := change.Row(c.y + int(p.y))[p.x:], c.ground(p, &noise)
		for _, x := range places {
			row[x] = ground
		}
	}
	for i := range c.mask.rim {
		p := &c.mask.rim[i]
		row, ground, lit := change.Row(c.y + int(p.y))[p.x:], c.ground(p, &noise), c.lit(p)
		for _, x := range places {
			row[x] = c.border(int(p.cover), lit, row[x], ground, colours)
		}
	}
	return c.background.File(change, colours)
}

// floors are the colours of the ground.
func (c *cut) floors() []paint.RGB {
	colours := make([]paint.RGB, 0, floors)
	for g := range grounds {
		lit := c.above.Mix(c.below, g*full/(grounds-1))
		for s := range shadows {
			shaded := lit.Mix(dark, s*c.shadow/(shadows-1))
			for n := range grains {
				tone := shaded
				for channel := range tone {
					tone[channel] = clamp(tone[channel]+(n-1)*c.grain, 0, 254)
				}
				colours = append(colours, tone)
			}
		}
	}
	return colours
}

// grain is a source of noise (Marsaglia's xorshift).
type grain uint64

func (n *grain) next() uint64 {
	*n ^= *n << 13
	*n ^= *n >> 7
	*n ^= *n << 17
	return uint64(*n)
}

// ground is the number of the colour that the ground of a hole has at a pixel.
func (c *cut) ground(p *pixel, random *grain) uint8 {
	noise := random.next()
	// Between two grounds chance decides, so no step is to be seen.
	g := min((int(p.y)*full/maskSize*(grounds-1)+int(noise>>40&0xff))/full, grounds-1)
	s := (c.shade(p)*(shadows-1) + full/2) / full
	return uint8(paint.Colours + (g*shadows+s)*grains + int(noise>>56)%grains)
}

// shade is how much shadow the edge of a hole casts on its ground: the edge stands
// between a pixel and the light if, that much nearer to the light, one is no longer
// inside the figure.
func (c *cut) shade(p *pixel) int {
	near := c.mask.at(int(p.x)+c.lightX*c.deep/2, int(p.y)-c.deep)
	return clamp((c.deep*unit-near)*full/(2*c.deep*unit), 0, full)
}

// border is the number of the colour of a pixel on the edge of a hole: of the
// picture, with the light that its edge catches, and of the ground, each as far as
// it covers the pixel.
func (c *cut) border(cover, lit int, under, ground uint8, colours []paint.RGB) uint8 {
	seen := c.background.Palette[under].Mix(light, lit)
	if cover == 0 {
		return c.background.Nearest(seen)
	}
	floor := colours[ground-paint.Colours]
	seen = seen.Mix(floor, cover)
	number := c.background.Nearest(seen)
	if floor.Apart(seen) < c.background.Palette[number].Apart(seen) {
		return ground
	}
	return number
}

// lit is the share of light that the edge of the picture catches just outside a
// hole, on the side away from the light.
func (c *cut) lit(p *pixel) int {
	if p.depth > unit {
		return 0
	}
	near := clamp((2*unit+int(p.depth))*full/(2*unit), 0, full)
	return near * (c.rim/3 + max(0, -c.facing(p))*c.rim/full) / full
}

// facing tells how much the edge of the figure near a pixel faces the light:
// from -full, when it faces away, to full.
func (c *cut) facing(p *pixel) int {
	return clamp((int(p.slopeX)*c.lightX-2*int(p.slopeY))*full/(2*unit*9/4), -full, full)
}
