package paint

// edge is a straight line with a side that counts as inside.
type edge struct{ nx, ny, offset int } // the normal is full long

// edgeOf is the line from a to b; inside is to the right of it, seen with y
// pointing down.
func edgeOf(a, b point) edge {
	dx, dy := b.x-a.x, b.y-a.y
	length := max(1, root((dx*dx+dy*dy)<<8)) // with four more binary digits
	e := edge{nx: -dy * full * 16 / length, ny: dx * full * 16 / length}
	e.offset = -(e.nx*a.x + e.ny*a.y)
	return e
}

// depth is how far inside a point is, in 1/sub of a pixel.
func (e edge) depth(x, y int) int { return (e.nx*x + e.ny*y + e.offset) >> 12 }

// fill paints the triangle and a soft seam of one pixel around it, which laps
// over neighbours painted before, so that no gap shows between them.
func (t triangle) fill(c *canvas, tone colour) {
	if (t[1].x-t[0].x)*(t[2].y-t[0].y) < (t[1].y-t[0].y)*(t[2].x-t[0].x) {
		t[1], t[2] = t[2], t[1]
	}
	ab, bc, ca := edgeOf(t[0], t[1]), edgeOf(t[1], t[2]), edgeOf(t[2], t[0])
	left, right := clamp(min(t[0].x, t[1].x, t[2].x)/sub-1, 0, Width), clamp(max(t[0].x, t[1].x, t[2].x)/sub+2, 0, Width)
	top, bottom := clamp(min(t[0].y, t[1].y, t[2].y)/sub-1, 0, Height), clamp(max(t[0].y, t[1].y, t[2].y)/sub+2, 0, Height)
	for y := top; y < bottom; y++ {
		row := c.row(y)
		for x := left; x < right; x++ {
			px, py := x*sub+sub/2, y*sub+sub/2
			depth := min(ab.depth(px, py), bc.depth(px, py), ca.depth(px, py))
			if depth >= 0 {
				row[x] = tone
			} else if depth > -sub {
				row[x] = row[x].mix(tone, ramp(depth, -sub, 0))
			}
		}
	}
}
