package words

import "slices"

// rows is into how many lines a row of pixels is divided to find how much of
// each pixel an outline covers. Along a line it is found exactly.
const rows = 8

// pen fills outlines. It keeps its buffers from one to the next.
type pen struct {
	lines   [][]crossing // for each line where outlines cross it
	covered []int
	sums    []int
}

// newPen makes a pen with room for most glyphs.
func newPen() *pen {
	const room = 12 // crossings on a line
	p, all := &pen{lines: make([][]crossing, 2*largest*rows)}, make([]crossing, 2*largest*rows*room)
	for i := range p.lines {
		p.lines[i] = all[i*room : i*room : (i+1)*room]
	}
	return p
}

// crossing is where an outline crosses a line: upwards (1), as a clockwise one
// does on its left, or downwards (-1).
type crossing struct{ x, way int }

// ink is how much of each pixel of a square is covered, from 0 to 255.
type ink struct {
	side int
	pix  []uint8
}

// fill draws an outline in the middle of a square with sides of so many pixels.
func (p *pen) fill(shape outline, m matrix, side int) ink {
	lines := p.lines[:side*rows]
	for i := range lines {
		lines[i] = lines[i][:0]
	}
	for _, chain := range shape {
		a := m.of(chain[len(chain)-1])
		for _, at := range chain {
			b := m.of(at)
			cross(lines, a, b, side*steps/2)
			a = b
		}
	}
	drawn := ink{side, make([]uint8, side*side)}
	for y := range side {
		p.cover(lines[y*rows:(y+1)*rows], drawn.pix[y*side:(y+1)*side])
	}
	return drawn
}

// cross notes where the edge from a to b, moved by middle, crosses lines.
func cross(lines [][]crossing, a, b point, middle int) {
	way := -1
	if a.y > b.y {
		a, b, way = b, a, 1
	}
	const apart = steps / rows
	first := max((a.y+middle+apart/2-1)/apart, 0)
	last := min((b.y+middle+apart/2-1)/apart, len(lines))
	for i := first; i < last; i++ {
		y := i*apart + apart/2 - middle
		x := a.x + (y-a.y)*(b.x-a.x)/(b.y-a.y)
		lines[i] = append(lines[i], crossing{x + middle, way})
	}
}

// cover adds up what the lines of a row cover.
func (p *pen) cover(lines [][]crossing, row []uint8) {
	p.covered = append(p.covered[:0], make([]int, len(row)+1)...)
	for _, line := range lines {
		slices.SortFunc(line, func(a, b crossing) int { return a.x - b.x })
		winding, from := 0, 0
		for _, c := range line {
			before := winding
			winding += c.way
			if before <= 0 && winding > 0 {
				from = c.x
			} else if before > 0 && winding <= 0 {
				p.span(from, c.x)
			}
		}
	}
	for x := range row {
		row[x] = uint8(min(p.covered[x]/rows, 255))
	}
}

// span covers a line between two places.
func (p *pen) span(from, to int) {
	from, to = max(from, 0), min(to, (len(p.covered)-1)*steps)
	if from >= to {
		return
	}
	first, last := from/steps, to/steps
	if first == last {
		p.covered[first] += to - from
		return
	}
	p.covered[first] += steps - from%steps
	for x := first + 1; x < last; x++ {
		p.covered[x] += steps
	}
	p.covered[last] += to % steps
}

// haloWidth is how many pixels beyond the ink its halo reaches.
const haloWidth = 2

// blur is what lies within haloWidth of the ink, fading outwards.
func (p *pen) blur(i ink) ink {
	p.sums = append(p.sums[:0], make([]int, len(i.pix))...)
	for at, amount := range i.pix {
		if amount == 0 {
			continue
		}
		for x := max(at-haloWidth, 0); x <= min(at+haloWidth, len(i.pix)-1); x++ {
			p.sums[x] += int(amount)
		}
	}
	halo := ink{i.side, make([]uint8, len(i.pix))}
	for at := range halo.pix {
		sum := 0
		for y := max(at-haloWidth*i.side, at%i.side); y <= min(at+haloWidth*i.side, len(i.pix)-1); y += i.side {
			sum += p.sums[y]
		}
		halo.pix[at] = uint8(min(sum/6, 255))
	}
	return halo
}
