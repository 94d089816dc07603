package paint

import (
	"cmp"
	"image"
	"slices"
	"sort"
)

// Colours is how many colours a [Background] has of its own. A PNG can have 256:
// those who draw on a background choose the others.
const Colours = 160

// RGB is red, green and blue, from 0 to 255.
type RGB [3]int

// How much the channels count for how a colour looks.
const redWeight, greenWeight, blueWeight = 3, 6, 1

// Apart is how different two colours look: the square of their distance.
func (c RGB) Apart(d RGB) int {
	r, g, b := c[0]-d[0], c[1]-d[1], c[2]-d[2]
	return redWeight*r*r + greenWeight*g*g + blueWeight*b*b
}

// Mix goes so many of 256 parts of the way from c to other.
func (c RGB) Mix(other RGB, parts int) RGB {
	for i := range c {
		c[i] += (other[i] - c[i]) * parts / 256
	}
	return c
}

// palette is a choice of colours, sorted by green.
type palette []RGB

// nearest is the number of the colour that looks most like c. It begins with those
// that are as green, and goes no further either way than green alone allows.
func (p palette) nearest(c RGB) int {
	best, least := 0, 1<<30
	try := func(i int) (further bool) {
		if green := c[1] - p[i][1]; greenWeight*green*green >= least {
			return false
		}
		if apart := c.Apart(p[i]); apart < least {
			best, least = i, apart
		}
		return true
	}
	middle := sort.Search(len(p), func(i int) bool { return p[i][1] >= c[1] })
	for i := middle; i < len(p) && try(i); i++ {
	}
	for i := middle - 1; i >= 0 && try(i); i-- {
	}
	return best
}

// cell is all pixels of a picture whose colours agree in their upper five bits.
type cell struct {
	sum   RGB
	count int
}

func (c cell) mean(channel int) int { return c.sum[channel] / c.count }

func (c cell) colour() RGB { return RGB{c.mean(0), c.mean(1), c.mean(2)} }

const cellBits = 5

// cellOf is the number of the cell that a colour belongs to.
func cellOf(r, g, b int) int {
	const drop = 8 - cellBits
	return (r>>drop<<cellBits|g>>drop)<<cellBits | b>>drop
}

// cellsOf counts the colours of a picture.
func cellsOf(picture *image.NRGBA) []cell {
	all := make([]cell, 1<<(3*cellBits))
	for i := 0; i < len(picture.Pix); i += 4 {
		r, g, b := int(picture.Pix[i]), int(picture.Pix[i+1]), int(picture.Pix[i+2])
		c := &all[cellOf(r, g, b)]
		c.sum[0], c.sum[1], c.sum[2], c.count = c.sum[0]+r, c.sum[1]+g, c.sum[2]+b, c.count+1
	}
	return slices.DeleteFunc(all, func(c cell) bool { return c.count == 0 })
}

// newPalette chooses the colours for a picture: it cuts the box of all its colours
// in two, and again that box whose colours differ most, as often as it may
// (Heckbert's median cut, with Wan, Wong and Prusinkiewicz' rule for what to cut
// and where); then it moves each colour to the middle of what is nearest to it, a
// few times (Lloyd's k-means).
func newPalette(picture *image.NRGBA) palette {
	cells := cellsOf(picture)
	boxes := []box{newBox(cells)}
	for len(boxes) < Colours {
		widest := 0
		for i, b := range boxes {
			if b.spread > boxes[widest].spread {
				widest = i
			}
		}
		if boxes[widest].spread == 0 {
			break // there are fewer cells than colours
		}
		lower, upper := boxes[widest].cut()
		boxes[widest] = lower
		boxes = append(boxes, upper)
	}
	chosen := make(palette, len(boxes))
	for i, b := range boxes {
		chosen[i] = b.colour()
	}
	for range 3 {
		chosen.sort()
		chosen.settle(cells)
	}
	chosen.sort()
	return chosen
}

func (p palette) sort() {
	slices.SortFunc(p, func(a, b RGB) int { return cmp.Or(a[1]-b[1], a[0]-b[0], a[2]-b[2]) })
}

// settle moves each colour to the middle of the cells that it is nearest to.
func (p palette) settle(cells []cell) {
	near := make([]cell, len(p))
	for _, c := range cells {
		near[p.nearest(c.colour())].add(c)
	}
	for i, c := range near {
		if c.count > 0 {
			p[i] = c.colour()
		}
	}
}

func (c *cell) add(other cell) {
	for channel := range c.sum {
		c.sum[channel] += other.sum[channel]
	}
	c.count += other.count
}

// box is a part of the space of colours.
type box struct {
	cells   []cell
	channel int // along which its cells differ most
	mean    int // of the cells, along it
	spread  int // the sum of the squares of how far they are from the mean
}

func newBox(cells []cell) box {
	b := box{cells: cells}
	if len(cells) < 2 {
		return b
	}
	for channel, weight := range [3]int{redWeight, greenWeight, blueWeight} {
		sum, squares, count := 0, 0, 0
		for _, c := range cells {
			v := c.mean(channel)
			sum, squares, count = sum+v*c.count, squares+v*v*c.count, count+c.count
		}
		if spread := weight * (squares - sum*sum/count); spread > b.spread {
			b.channel, b.mean, b.spread = channel, sum/count, spread
		}
	}
	return b
}

func (b box) colour() RGB {
	var all cell
	for _, c := range b.cells {
		all.add(c)
	}
	return all.colour()
}

// cut divides the box at its mean: there are cells on either side.
func (b box) cut() (lower, upper box) {
	var below, above []cell
	for _, c := range b.cells {
		if c.mean(b.channel) <= b.mean {
			below = append(below, c)
		} else {
			above = append(above, c)
		}
	}
	return newBox(below), newBox(above)
}
