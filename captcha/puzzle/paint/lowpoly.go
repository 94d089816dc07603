package paint

import "math/rand/v2"

// lowPoly paints a folded sheet: triangles whose colour follows a gradient and
// whose shade follows the side from which the light falls on them.
func lowPoly(c *canvas, random *rand.Rand) {
	h := anyHarmony(random)[:5]
	cell := within(random, 24, 32)
	corners := jittered(random, cell)
	hue := field(random, Width/coarse+1, Height/coarse+1, octave{90 / coarse, full})
	slant := within(random, -full, full)
	for y := 0; y+1 < len(corners); y++ {
		for x := 0; x+1 < len(corners[y]); x++ {
			a, b := corners[y][x], corners[y][x+1]
			d, e := corners[y+1][x], corners[y+1][x+1]
			first, second := triangle{a, b, d}, triangle{b, e, d}
			if chance(random, 50) {
				first, second = triangle{a, b, e}, triangle{a, e, d}
			}
			for _, t := range []triangle{first, second} {
				t.fill(c, facet(t, h, hue, slant).light(within(random, -full/4, full/5)))
			}
		}
	}
}

// coarse is the distance in pixels at which the gradient's noise is known: facets
// are larger than that.
const coarse = 8

type point struct{ x, y int }

type triangle [3]point

// jittered is a grid of points over the canvas and beyond, each moved a little;
// in 1/sub of a pixel.
func jittered(random *rand.Rand, cell int) [][]point {
	var grid [][]point
	for y := -cell; y <= Height+2*cell; y += cell {
		var row []point
		for x := -cell; x <= Width+2*cell; x += cell {
			row = append(row, point{
				(x + within(random, -cell/3, cell/3)) * sub,
				(y + within(random, -cell/3, cell/3)) * sub,
			})
		}
		grid = append(grid, row)
	}
	return grid
}

// facet is the colour of the gradient in the middle of t.
func facet(t triangle, h harmony, hue []int, slant int) colour {
	x := clamp((t[0].x+t[1].x+t[2].x)/(3*sub), 0, Width-1)
	y := clamp((t[0].y+t[1].y+t[2].y)/(3*sub), 0, Height-1)
	return h.at(clamp(full/4+hue[y/coarse*(Width/coarse+1)+x/coarse]/2+(y-Height/2)*full/(2*Height)+slant*(x-Width/2)/(2*Width)+full/8, 0, full))
}
