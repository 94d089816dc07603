package paint

import (
	"image"
	"math"
	"math/rand/v2"
)

// full is a whole share of something: shares go from 0 to full.
const full = 1 << 12

// sub is the number of steps in a pixel, for positions between pixels.
const sub = 16

// colour has channels from 0 to 255<<8. The lower eight bits keep soft gradients
// soft until the picture is finished.
type colour struct{ r, g, b uint16 }

// rgb is the colour that is written 0xrrggbb.
func rgb(hex uint32) colour {
	return colour{uint16(hex >> 8 & 0xff00), uint16(hex & 0xff00), uint16(hex << 8 & 0xff00)}
}

// mix goes the given share of the way from c to other.
func (c colour) mix(other colour, share int) colour {
	return colour{between(c.r, other.r, share), between(c.g, other.g, share), between(c.b, other.b, share)}
}

func between(from, to uint16, share int) uint16 {
	return uint16(int(from) + (int(to)-int(from))*share>>12)
}

var (
	black = rgb(0x05060c)
	white = rgb(0xfbfaf5) // not quite: a pure white outline is what solvers look for
)

// light makes c lighter (share above zero) or darker (below).
func (c colour) light(share int) colour {
	if share < 0 {
		return c.mix(black, -share)
	}
	return c.mix(white, share)
}

// canvas is a background that is being painted.
type canvas struct{ pix []colour }

func newCanvas() *canvas { return &canvas{pix: make([]colour, Width*Height)} }

// row is one line of pixels.
func (c *canvas) row(y int) []colour { return c.pix[y*Width : (y+1)*Width] }

// wash fills the canvas with a gradient from one colour at the top to another at
// the bottom; slant leans it sideways, in shares per width.
func (c *canvas) wash(ramp harmony, slant int) {
	for y := range Height {
		row := c.row(y)
		for x := range row {
			row[x] = ramp.at(clamp((y*full/Height)+slant*(x-Width/2)/Width, 0, full))
		}
	}
}

// bayer is the 4x4 matrix of ordered dithering, for steps of 1/256.
var bayer = [4][4]uint16{{8, 136, 40, 168}, {200, 72, 232, 104}, {56, 184, 24, 152}, {248, 120, 216, 88}}

// finish rounds to eight bits a channel. Ordered dithering by less than one
// step, finer than the eye, keeps soft gradients free of bands, and unlike
// random grain it compresses well.
func (c *canvas) finish() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, Width, Height))
	for y := range Height {
		to := img.Pix[y*img.Stride : (y+1)*img.Stride]
		grain := &bayer[y&3]
		for x, from := range c.row(y) {
			g := grain[x&3]
			pixel := to[4*x : 4*x+4 : 4*x+4]
			pixel[0], pixel[1], pixel[2], pixel[3] = uint8((from.r+g)>>8), uint8((from.g+g)>>8), uint8((from.b+g)>>8), 255
		}
	}
	return img
}

func clamp(n, least, most int) int { return max(least, min(n, most)) }

// root is the square root, rounded down. The square root of IEEE 754 is exact to
// the last bit, so it is the one float that all machines agree on.
func root(n int) int { return int(math.Sqrt(float64(n))) }

// ramp rises from 0 at from to full at to.
func ramp(n, from, to int) int { return clamp((n-from)*full/(to-from), 0, full) }

// within is a number from least to most.
func within(random *rand.Rand, least, most int) int { return least + random.IntN(most-least+1) }

// chance is true with that many percent.
func chance(random *rand.Rand, percent int) bool { return random.IntN(100) < percent }
