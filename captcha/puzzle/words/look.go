package words

import (
	"image"
	"math/rand/v2"

	"github.com/captchad/captchad/captcha/puzzle/paint"
)

var black, white = paint.RGB{6, 6, 10}, paint.RGB{252, 252, 248}

// luminance is that of WCAG 2, from 0 to a million, the curve of sRGB being taken for
// (4v² + v³)/5, which is near enough.
func luminance(c paint.RGB) int {
	linear := func(v int) int { return v * v * (4*255 + v) }
	return (2126*linear(c[0]) + 7152*linear(c[1]) + 722*linear(c[2])) / (5 * 255 * 255 * 255 / 100)
}

// contrasts tells whether two luminances differ so much that a shape of one is
// easily seen on the other. WCAG asks for 3 to 1.
func contrasts(a, b int) bool {
	const flare = 50_000
	return 10*(max(a, b)+flare) >= 36*(min(a, b)+flare)
}

// look is how a glyph looks, beside its shape.
type look struct {
	m         matrix
	from, to  paint.RGB // its colour at the upper and at the lower end
	halo      paint.RGB
	haloParts int
}

// How glyphs are bent: those in the picture, and less so those in the strip.
var inPicture, inStrip = bending{turn: 80, slant: one / 6, narrow: one / 6, fan: one / 5}, bending{turn: 18, slant: one / 16, narrow: one / 12, fan: one / 16}

// bending is the most that a glyph is bent.
type bending struct {
	turn   int // tangent of half the angle, in 1/256: 80 is 35 degrees, 18 is 8
	slant  int // sideways for each pixel of height, in parts of one
	narrow int // what it loses of its width, in parts of one
	fan    int // see matrix
}

// shape is a matrix for that size, bent by random.
func (b bending) shape(random *rand.Rand, size int) matrix {
	either := func(most int) int { return random.IntN(2*most+1) - most }
	m := sized(size).turned(either(b.turn)).slanted(either(b.slant), one-random.IntN(b.narrow+1))
	m.fanX, m.fanY = either(b.fan), either(b.fan)
	return m
}

// newLook decides on everything by random, but for light or dark: that depends
// on how light it is behind the glyph.
func newLook(random *rand.Rand, size, behind int) look {
	l := look{m: inPicture.shape(random, size)}
	near, far := black, white
	if behind < 180_000 { // as far from black as from white, in contrast
		near, far = white, black
	}
	hue := anyHue(random)
	l.from = hue
	for parts := 0; parts < 256 && !contrasts(luminance(l.from), behind); parts += 8 {
		l.from = hue.Mix(near, parts)
	}
	l.to = l.from.Mix(near, random.IntN(110))
	if random.IntN(2) == 0 {
		l.from, l.to = l.to, l.from
	}
	l.halo, l.haloParts = hue.Mix(far, 200+random.IntN(50)), 170+random.IntN(80)
	return l
}

// anyHue is a strong colour.
func anyHue(random *rand.Rand) paint.RGB {
	c := paint.RGB{200 + random.IntN(56), 30 + random.IntN(200), random.IntN(70)}
	random.Shuffle(3, func(i, j int) { c[i], c[j] = c[j], c[i] })
	return c
}

// behind is the mean luminance of a picture around a place.
func behind(picture *image.NRGBA, p place) int {
	sum, count := 0, 0
	for y := p.y - p.box(); y < p.y+p.box(); y++ {
		for x := p.x - p.box(); x < p.x+p.box(); x++ {
			at := picture.PixOffset(x, y)
			sum += luminance(paint.RGB{int(picture.Pix[at]), int(picture.Pix[at+1]), int(picture.Pix[at+2])})
			count++
		}
	}
	return sum / count
}

// stamp puts a glyph into a picture, its middle at x and y.
func (l look) stamp(p *pen, picture *image.NRGBA, shape outline, x, y, reach int) {
	drawn := p.fill(shape, l.m.placed(reach-haloWidth, shape), 2*reach)
	halo := p.blur(drawn)
	for i, amount := range halo.pix {
		if amount == 0 {
			continue
		}
		at := picture.PixOffset(x-reach+i%drawn.side, y-reach+i/drawn.side)
		pixel := picture.Pix[at : at+3 : at+3]
		seen := paint.RGB{int(pixel[0]), int(pixel[1]), int(pixel[2])}.
			Mix(l.halo, int(amount)*l.haloParts>>8).
			Mix(l.from.Mix(l.to, 256*(i/drawn.side)/drawn.side), int(drawn.pix[i])*256/255)
		pixel[0], pixel[1], pixel[2] = uint8(seen[0]), uint8(seen[1]), uint8(seen[2])
	}
}
