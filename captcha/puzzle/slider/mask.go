package slider

// maskSize is the width and height of a mask, in pixels: as wide as the strip.
// The figure in it is a few pixels smaller, which leaves room for its shadow.
const maskSize = StripWidth

// mask is the figure that hole, decoys and piece have in common.
type mask struct {
	name  string
	depth [maskSize * maskSize]int // of each pixel's middle inside the figure, in 1/unit of a pixel

	inside []pixel // wholly
	rim    []pixel // partly, or so near that a hole throws light on them
	piece  []pixel // of the piece and its shadow
	edge   []pixel // some on either side of the figure's edge
}

// pixel is one pixel of a mask. There are many.
type pixel struct {
	x, y           int16
	depth          int16
	cover          int16 // the share of it that lies inside the figure
	slopeX, slopeY int16 // how much deeper it is on its left than on its right; above than below
}

func newMask(name string, s shape) *mask {
	m := &mask{name: name}
	for i := range m.depth {
		x, y := i%maskSize, i/maskSize
		m.depth[i] = s((2*x+1-maskSize)*unit/2, (2*y+1-maskSize)*unit/2)
	}
	m.measure()
	m.sort()
	return m
}

// sort puts the pixels into the lists of those to which something is done.
func (m *mask) sort() {
	for i, depth := range m.depth {
		x, y := i%maskSize, i/maskSize
		p := pixel{
			x: int16(x), y: int16(y), depth: int16(depth), cover: int16(clamp((depth+unit/2)*full/unit, 0, full)),
			slopeX: int16(m.at(x-1, y) - m.at(x+1, y)), slopeY: int16(m.at(x, y-1) - m.at(x, y+1)),
		}
		if p.cover == full {
			m.inside = append(m.inside, p)
		} else if depth >= -2*unit {
			m.rim = append(m.rim, p)
		}
		if depth >= -shadowReach {
			m.piece = append(m.piece, p)
		}
		if i%7 == 0 && depth >= -3*unit && depth <= 6*unit {
			m.edge = append(m.edge, p)
		}
	}
}

// measure sets right how deep the pixels inside are. Where two shapes join, as a
// tab and its body, each on its own has an edge that the figure has not.
func (m *mask) measure() {
	var edge []int
	for i, depth := range m.depth {
		if depth > -unit && depth <= 0 {
			edge = append(edge, i)
		}
	}
	for i, depth := range m.depth {
		if depth < unit/2 {
			continue // where the edge is, the shapes are right
		}
		nearest := maskSize * unit
		for _, k := range edge {
			away := length((i%maskSize-k%maskSize)*unit, (i/maskSize-k/maskSize)*unit)
			nearest = min(nearest, away+m.depth[k])
		}
		m.depth[i] = max(nearest, depth)
	}
}

// at is the depth at a pixel; beyond the mask it is that of the mask's edge.
func (m *mask) at(x, y int) int {
	return m.depth[clamp(y, 0, maskSize-1)*maskSize+clamp(x, 0, maskSize-1)]
}

func clamp(n, least, most int) int { return max(least, min(n, most)) }

// newMasks makes all masks there are.
func newMasks() []*mask {
	masks := []*mask{
		newMask("hexagon", hexagon()),
		newMask("heart", heart()),
		newMask("clover", clover()),
		newMask("shield", shield()),
	}
	for tabs := range 16 {
		masks = append(masks, newMask("jigsaw", jigsaw(tabs&1 != 0, tabs&2 != 0, tabs&4 != 0, tabs&8 != 0)))
	}
	return masks
}

// half is half the height of a figure: 43 pixels in all.
const half = 43 * unit / 2

// jigsaw is a piece of a jigsaw puzzle. Each side has a tab, or else a notch;
// the more tabs, the smaller the body, so that all pieces are equally large.
func jigsaw(top, right, bottom, left bool) shape {
	const radius, rise = 5 * unit, 3 * unit // of a tab; of its middle over the side
	const tall = radius + rise
	width, cx := span(left, right, tall)
	height, cy := span(top, bottom, tall)
	s := block(cx, cy, width, height, 4*unit)
	knob := func(out bool, dx, dy int) {
		if out {
			s = either(s, disc(cx+dx*(width+rise), cy+dy*(height+rise), radius))
		} else {
			s = both(s, not(disc(cx+dx*(width-rise), cy+dy*(height-rise), radius)))
		}
	}
	knob(top, 0, -1)
	knob(right, 1, 0)
	knob(bottom, 0, 1)
	knob(left, -1, 0)
	return s
}

// span is half the length of a body between two sides, and where its middle is.
func span(before, after bool, tab int) (length, middle int) {
	length = half
	if before {
		length, middle = length-tab/2, middle+tab/2
	}
	if after {
		length, middle = length-tab/2, middle-tab/2
	}
	return length, middle
}

func hexagon() shape {
	const apothem = half*13/15 - unit
	return soft(both(
		side(1, 0, apothem), side(-1, 0, apothem),
		side(15, 26, apothem), side(-15, 26, apothem), side(15, -26, apothem), side(-15, -26, apothem),
	), unit)
}

// heart is two lobes and the point between the lines that touch both.
func heart() shape {
	const r = half * 11 / 20
	const away, up = half - r, half - r - 2*unit
	return either(
		disc(-away, -up, r), disc(away, -up, r),
		both(side(11, 10, half*16/25), side(-11, 10, half*16/25), side(0, -1, 0)),
		disc(0, 0, half/4), // where the three meet
	)
}

func clover() shape {
	const r = half * 10 / 19
	const away = half - r
	return either(
		disc(-away, -away, r), disc(away, -away, r), disc(-away, away, r), disc(away, away, r),
		block(0, 0, away, away, unit),
	)
}

func shield() shape {
	return both(block(0, 0, half*9/10, half, 3*unit), disc(-half*5/10, -half*6/10, half*32/20), disc(half*5/10, -half*6/10, half*32/20))
}
