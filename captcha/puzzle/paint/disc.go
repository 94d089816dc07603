package paint

// disc is a circle; positions and radius are in 1/sub of a pixel.
type disc struct{ x, y, radius int }

// depth is how far inside the disc a point is, in 1/sub of a pixel: less than
// zero outside. It is right near the rim, where it matters, and takes no square
// root.
func (d disc) depth(x, y int) int {
	dx, dy := x-d.x, y-d.y
	return (d.radius*d.radius - dx*dx - dy*dy) / (2 * d.radius)
}

// each calls visit for all pixels that the disc may touch, with the depth of
// their centre.
func (d disc) each(visit func(i, depth int)) {
	reach := d.radius + sub
	top, bottom := clamp((d.y-reach)/sub, 0, Height), clamp((d.y+reach)/sub+1, 0, Height)
	left, right := clamp((d.x-reach)/sub, 0, Width), clamp((d.x+reach)/sub+1, 0, Width)
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			if depth := d.depth(x*sub+sub/2, y*sub+sub/2); depth > -sub {
				visit(y*Width+x, depth)
			}
		}
	}
}

// cover is the share of a pixel that lies inside an edge, by the depth of its
// centre.
func cover(depth int) int { return ramp(depth, -sub/2, sub/2) }
