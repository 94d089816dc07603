package text

import (
	"math"
	"math/rand/v2"
)

// The size of a picture, in pixels. The vendor's clients have it built in.
const Width, Height = 200, 50

// canvas says how much ink there is at each pixel, from 0 to 255.
type canvas [Width * Height]uint8

// cover puts ink over what is there. Letters that touch become one shape.
func (c *canvas) cover(x, y int, amount uint8) {
	pixel := &c[y*Width+x]
	*pixel = max(*pixel, amount)
}

// invert turns paper into ink and ink into paper, as far as amount says. Where
// two shapes cross, both stay visible, and yet there is no colour or thickness
// by which a program could take one of them off.
func (c *canvas) invert(x, y int, amount uint8) {
	pixel, a := &c[y*Width+x], int(amount)
	*pixel = uint8((int(*pixel)*(255-a) + (255-int(*pixel))*a + 127) / 255)
}

// stroke draws a thin curve through the letters: it joins those that stand
// apart, and cuts what it crosses.
func (c *canvas) stroke(random *rand.Rand) {
	height, length := between(random, 6, 13), between(random, 90, 200)
	start, slope := between(random, 0, 2*math.Pi), between(random, -0.12, 0.12)
	middle := Height/2 + between(random, -8, 8)
	thick := between(random, 1.8, 2.4)
	from, to := random.IntN(15), Width-random.IntN(15)
	for x := from; x < to; x++ {
		angle := start + 2*math.Pi*float64(x)/length
		y := middle + slope*float64(x-Width/2) + height*math.Sin(angle)
		steep := slope + height*2*math.Pi/length*math.Cos(angle)
		c.slice(x, fixed(y), fixed(thick/2*math.Hypot(1, steep)))
	}
}

// slice inverts a column as far as radius above and below y, both in 1/256 of a
// pixel.
func (c *canvas) slice(x, y, radius int) {
	for row := max(0, (y-radius)/one-1); row < min(Height, (y+radius)/one+2); row++ {
		distance := max(row*one-y, y-row*one)
		c.invert(x, row, uint8(min(max(radius+one/2-distance, 0), 255)))
	}
}

// specks scatters spots of pale ink, of two pixels.
func (c *canvas) specks(random *rand.Rand) {
	for range 60 {
		x, y, ink := random.IntN(Width-1), random.IntN(Height-1), uint8(40+random.IntN(120))
		across := random.IntN(2)
		c.invert(x, y, ink)
		c.invert(x+across, y+1-across, ink)
	}
}
