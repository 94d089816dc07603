package paint

import "math/rand/v2"

// papercut paints sheets of coloured paper, one above the other, each cut along
// the contour line of a landscape and casting its shadow on the one below.
func papercut(c *canvas, random *rand.Rand) {
	h := anyHarmony(random)
	h, accent := h[:5], h[5]
	if chance(random, 50) {
		h = harmony{h[4], h[3], h[2], h[1], h[0]}
	}
	const sheets = 7
	land := field(random, Width, Height, octave{within(random, 58, 76), full * 3 / 4}, octave{27, full / 4})
	step := full * 5 / 8 / sheets
	low := full * 3 / 16
	leanX, leanY := within(random, 2, 4), within(random, 3, 5)
	if chance(random, 50) {
		leanX = -leanX
	}
	for i := range c.pix {
		c.pix[i] = h.at(0)
	}
	for sheet := 1; sheet < sheets; sheet++ {
		tone := accent // on top
		if sheet < sheets-1 {
			tone = h.at(sheet * full / (sheets - 2))
		}
		cutSheet(c, land, low+sheet*step, tone, leanX, leanY)
	}
}

// cutSheet lays one sheet where the land is higher than level.
func cutSheet(c *canvas, land []int, level int, tone colour, leanX, leanY int) {
	for y := range Height {
		for x := range Width {
			i := y*Width + x
			if land[i] < level-full/5 || land[i] > level+full/3 {
				continue // far below; or so high that the next sheets hide all
			}
			over := rise(land, i, level)
			if over == full {
				c.pix[i] = tone
				continue
			}
			caster := clamp(y-leanY, 0, Height-1)*Width + clamp(x-leanX, 0, Width-1)
			if shade := ramp(land[caster]-level, -full/40, full/40); shade > 0 {
				c.pix[i] = c.pix[i].mix(black, shade*3/10)
			}
			if over > 0 {
				c.pix[i] = c.pix[i].mix(tone, over)
			}
		}
	}
}

// rise is the share of a pixel that is higher than level: the height over it,
// measured by the steepness of the land there.
func rise(land []int, i, level int) int {
	over := land[i] - level
	if over > full/8 {
		return full
	}
	if over < -full/8 {
		return 0
	}
	right, down := land[min(i+1, len(land)-1)]-land[i], land[min(i+Width, len(land)-1)]-land[i]
	steep := max(right, -right) + max(down, -down)
	return ramp(over, -steep/2-1, steep/2+1)
}
