package slider

import (
	"image"
	"math/rand/v2"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// full is a whole share: shares go from 0 to full.
const full = 256

// cut is how piece and holes of one slider look. All of it is the same for hole
// and decoys.
type cut struct {
	mask *mask
	y    int // where the top of the mask is in the picture

	ground       [maskSize]shade // of the holes, row by row
	grain        int             // noise of the ground: up to that many steps either way
	lightX       int             // where the light comes from: -1 left, 1 right; always from above
	deep, shadow int             // the shadow inside the holes: how far it reaches, and its share
	rim          int             // share of light on the far edge of the holes
	bevel, gloss int             // the shaded rim of the piece: how wide, and its share
}

// shade is one colour, eight bits a channel.
type shade [3]int

var (
	dark  = shade{12, 14, 26}
	light = shade{248, 244, 236}
)

func (s shade) mix(other shade, share int) shade {
	for i := range s {
		s[i] += (other[i] - s[i]) * share / full
	}
	return s
}

// newCut decides how the slider looks. What it reads of the picture it reads
// alike for all places, so the look does not tell which of them is the hole.
func newCut(random *rand.Rand, picture *image.NRGBA, m *mask, places []int) *cut {
	c := &cut{mask: m, y: height(random, picture, m, places)}
	mean := c.mean(picture, places)
	towards := dark
	if mean[0]*3+mean[1]*6+mean[2] < 1050 {
		towards = light
	}
	top := within(random, 130, 190)
	bottom := top + within(random, -30, 30)
	for dy := range c.ground {
		c.ground[dy] = mean.mix(towards, top+(bottom-top)*dy/maskSize)
	}
	c.grain = within(random, 1, 4)
	c.lightX = 1 - 2*random.IntN(2)
	c.deep, c.shadow = within(random, 3, 6), within(random, 70, 130)
	c.rim = within(random, 60, 120)
	c.bevel, c.gloss = within(random, 3, 4), within(random, 130, 175)
	return c
}

func within(random *rand.Rand, least, most int) int { return least + random.IntN(most-least+1) }

// media is the picture as it travels.
func (m *Maker) media(img *image.NRGBA) captcha.Media {
	return captcha.Media{
		Type: "image/png", Width: img.Rect.Dx(), Height: img.Rect.Dy(),
		Data: m.encoder.Encode(img),
	}
}

// height chooses where the top of the mask is: of some random heights the one
// where the places differ most from each other along their edges. There a
// person finds the right one at a glance.
func height(random *rand.Rand, picture *image.NRGBA, m *mask, places []int) int {
	const tries = 6
	best, most := 0, -1
	for range tries {
		y := random.IntN(paint.Height - maskSize + 1)
		if least := difference(picture, m, places, y); least > most {
			best, most = y, least
		}
	}
	return best
}

// difference tells how much those two places differ that are most alike.
func difference(picture *image.NRGBA, m *mask, places []int, y int) int {
	least := 1 << 30
	for i, a := range places {
		for _, b := range places[:i] {
			sum := 0
			for k := 0; k < len(m.depth); k += 3 {
				if d := m.depth[k]; d < -3*unit || d > 6*unit {
					continue
				}
				p := picture.PixOffset(a+k%maskSize, y+k/maskSize)
				q := picture.PixOffset(b+k%maskSize, y+k/maskSize)
				for channel := range 3 {
					off := int(picture.Pix[p+channel]) - int(picture.Pix[q+channel])
					sum += min(max(off, -off), 48) // any clear difference is as good as another
				}
			}
			least = min(least, sum)
		}
	}
	return least
}

// mean is the average colour of all places together.
func (c *cut) mean(picture *image.NRGBA, places []int) shade {
	var sum shade
	n := 0
	for _, x := range places {
		for dy := 1; dy < maskSize; dy += 3 {
			for dx := 1; dx < maskSize; dx += 3 {
				p := picture.PixOffset(x+dx, c.y+dy)
				for channel := range sum {
					sum[channel] += int(picture.Pix[p+channel])
				}
				n++
			}
		}
	}
	return shade{sum[0] / n, sum[1] / n, sum[2] / n}
}
