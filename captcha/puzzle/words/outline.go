package words

import "math"

// point is a place in an outline, in units.
type point struct{ x, y int }

// outline is a shape: the ground that its closed curves, here chains of straight
// lines, wind around more often clockwise than the other way. Everything is in
// whole numbers, as in paint, so that every machine draws the same pixels.
type outline [][]point

// half is how far an outline that is [outline.fitted] reaches from its middle.
const half = 1 << 11

// curve appends the cubic Bezier curve that begins where the last one ended.
func curve(chain []point, b, c, d point) []point {
	a := chain[len(chain)-1]
	long := span(a, b) + span(b, c) + span(c, d)
	n := min(2+long/160, 12)
	for t := 1; t < n; t++ {
		s := n - t
		at := func(a, b, c, d int) int { return (s*s*s*a + 3*s*s*t*b + 3*s*t*t*c + t*t*t*d) / (n * n * n) }
		chain = append(chain, point{at(a.x, b.x, c.x, d.x), at(a.y, b.y, c.y, d.y)})
	}
	return append(chain, d)
}

func span(a, b point) int { return max(a.x-b.x, b.x-a.x) + max(a.y-b.y, b.y-a.y) }

// area is twice the area that a chain winds around clockwise.
func area(chain []point) (sum int) {
	for i, b := range chain {
		a := chain[(i+len(chain)-1)%len(chain)]
		sum += a.x*b.y - b.x*a.y
	}
	return sum
}

// fitted moves an outline to the middle, and makes it as large as fits between
// -half and half in both directions.
func (shape outline) fitted() outline {
	least, most := shape.bounds(func(p point) point { return p })
	side := max(most.x-least.x, most.y-least.y, 1)
	fitted := make(outline, len(shape))
	for i, chain := range shape {
		for _, p := range chain {
			fitted[i] = append(fitted[i], point{
				(2*p.x - least.x - most.x) * half / side,
				(2*p.y - least.y - most.y) * half / side,
			})
		}
	}
	return fitted
}

// one is the number 1 in a matrix.
const one = 1 << 12

// matrix turns, slants and resizes, and before that makes wider towards one side.
type matrix struct {
	xx, xy, yx, yy int
	x, y           int // what it moves by, in the end
	fanX, fanY     int // how much wider and taller, in parts of one, at the lower and right edge
}

// steps is how many times a pixel is divided, for places between pixels.
const steps = 256

// sized is the matrix that makes a fitted outline that many pixels large, its
// units being steps then.
func sized(pixels int) matrix {
	scale := pixels * steps * one / (2 * half)
	return matrix{xx: scale, yy: scale}
}

// turned adds a turn by the angle whose half has the tangent k/256. The sine
// and the cosine of such an angle are fractions of whole numbers.
func (m matrix) turned(k int) matrix {
	whole := 256*256 + k*k
	cos, sin := (256*256-k*k)*one/whole, 2*256*k*one/whole
	t := m
	t.xx, t.xy = (cos*m.xx-sin*m.yx)/one, (cos*m.xy-sin*m.yy)/one
	t.yx, t.yy = (sin*m.xx+cos*m.yx)/one, (sin*m.xy+cos*m.yy)/one
	return t
}

// slanted adds a slant: by how much of a pixel a pixel's height moves sideways,
// in parts of one, and makes it narrower, to that part of one.
func (m matrix) slanted(by, width int) matrix {
	t := m
	t.xx, t.xy = m.xx*width/one, m.xy+m.xx*by/one
	t.yx, t.yy = m.yx*width/one, m.yy+m.yx*by/one
	return t
}

func (m matrix) of(p point) point {
	x := p.x + p.x*p.y/half*m.fanX/one
	y := p.y + p.x*p.y/half*m.fanY/one
	return point{(m.xx*x+m.xy*y)/one + m.x, (m.yx*x+m.yy*y)/one + m.y}
}

// placed moves the shape to the middle again, once it has been turned and all,
// and makes it smaller if it reaches farther than so many pixels then.
func (m matrix) placed(reach int, shape outline) matrix {
	least, most := shape.bounds(m.of)
	far := max(reach*steps, (most.x-least.x+1)/2, (most.y-least.y+1)/2)
	resize := func(n int) int { return n * reach * steps / far }
	m.xx, m.xy, m.yx, m.yy = resize(m.xx), resize(m.xy), resize(m.yx), resize(m.yy)
	m.x, m.y = resize(-(least.x+most.x)/2), resize(-(least.y+most.y)/2)
	return m
}

// bounds are the corners of the smallest box around the shape, seen by view.
func (shape outline) bounds(view func(point) point) (least, most point) {
	least, most = point{math.MaxInt, math.MaxInt}, point{math.MinInt, math.MinInt}
	for _, chain := range shape {
		for _, p := range chain {
			at := view(p)
			least.x, least.y = min(least.x, at.x), min(least.y, at.y)
			most.x, most.y = max(most.x, at.x), max(most.y, at.y)
		}
	}
	return least, most
}
