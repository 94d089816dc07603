package text

import (
	"math"
	"math/rand/v2"
)

// letter is one glyph put into its place in the picture.
type letter struct {
	*glyph
	x, y           int // its middle, in 1/256 of a pixel
	radius         int // there is no ink further away from its middle, in pixels
	xx, xy, yx, yy int // the matrix that leads from the picture to the glyph, in 1/256
}

// The measures of a line of letters, in pixels.
const (
	margin = 10 // least paper to the left and right
	gap    = 5  // between letters; turning and bending closes many
	tall   = 29 // a glyph as tall as most; a tail like that of a Q is on top of that
	broad  = 30 // a glyph as broad as W and M, which need no stretching
	inside = Width - 2*margin
)

// layout spreads a text over the picture: letters of one height, more or less,
// each turned, stretched and slanted a little.
func layout(random *rand.Rand, faces []face, text string) []letter {
	letters, high, wide := make([]letter, len(text)), make([]float64, len(text)), make([]float64, len(text))
	total := 0.0
	for i := range letters {
		g := faces[random.IntN(len(faces))][text[i]]
		high[i], wide[i] = measure(random, g)
		letters[i].glyph = g
		total += wide[i] + gap
	}
	shrink := min(1, inside/total)
	left := margin + between(random, 0.1, 0.9)*(inside-total*shrink)
	for i := range letters {
		l := &letters[i]
		l.x = fixed(left + wide[i]*shrink/2)
		l.y = fixed(Height/2 + between(random, -3, 3))
		// Where the line is too long, letters become narrow rather than small.
		l.turn(random, wide[i]*shrink, high[i]*math.Sqrt(shrink))
		left += (wide[i] + gap) * shrink
	}
	return letters
}

// measure says how high and wide a glyph becomes.
func measure(random *rand.Rand, g *glyph) (high, wide float64) {
	scale, stretch := between(random, 30, 34)/float64(min(g.height, tall)), between(random, 1, 1.3)
	if g.width > broad {
		stretch = 1
	}
	return float64(g.height) * scale, float64(g.width) * scale * stretch
}

// turn sets the matrix: the inverse of stretching to this size, slanting and
// turning.
func (l *letter) turn(random *rand.Rand, wide, high float64) {
	sin, cos := math.Sincos(between(random, -0.22, 0.22))
	slant := between(random, -0.15, 0.15)
	sx, sy := float64(l.width)/wide, float64(l.height)/high
	l.xx, l.xy = fixed((cos-slant*sin)*sx), fixed((sin+slant*cos)*sx)
	l.yx, l.yy = fixed(-sin*sy), fixed(cos*sy)
	l.radius = int(math.Hypot(wide, high)*0.6) + reach
}

// draw puts the letter on the canvas, bent by the wave.
func (l *letter) draw(c *canvas, bend *wave) {
	middleX, middleY := l.x/one, l.y/one
	for y := max(0, middleY-l.radius); y < min(Height, middleY+l.radius); y++ {
		for x := max(0, middleX-l.radius); x < min(Width, middleX+l.radius); x++ {
			fromX, fromY := bend.source(x, y)
			dx, dy := fromX-l.x, fromY-l.y
			c.cover(x, y, l.at((l.width*one+1)/2+(l.xx*dx+l.xy*dy)/one, (l.height*one+1)/2+(l.yx*dx+l.yy*dy)/one))
		}
	}
}
