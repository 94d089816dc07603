package paint

import "math/rand/v2"

// octave is one layer of noise: random values at the corners of square cells,
// smoothly joined.
type octave struct {
	cell   int // pixels
	weight int // share in the sum
}

// field is a smooth random landscape: a value from 0 to about full for each
// pixel of width x height. This is value noise (Ken Perlin's fractal sum over a
// lattice of random numbers); the weights should add up to full.
func field(random *rand.Rand, width, height int, octaves ...octave) []int {
	values := make([]int, width*height)
	for _, o := range octaves {
		o.add(random, values, width, height)
	}
	return values
}

func (o octave) add(random *rand.Rand, values []int, width, height int) {
	columns := width/o.cell + 2
	upper, lower := o.corners(random, columns), o.corners(random, columns)
	ease := o.ease()
	for y := range height {
		if y > 0 && y%o.cell == 0 {
			upper, lower = lower, o.corners(random, columns)
		}
		row := values[y*width : (y+1)*width]
		down := ease[y%o.cell]
		for cell := 0; cell*o.cell < width; cell++ {
			left := upper[cell] + (lower[cell]-upper[cell])*down>>12
			right := upper[cell+1] + (lower[cell+1]-upper[cell+1])*down>>12
			for i := range min(o.cell, width-cell*o.cell) {
				row[cell*o.cell+i] += left + (right-left)*ease[i]>>12
			}
		}
	}
}

func (o octave) corners(random *rand.Rand, n int) []int {
	corners := make([]int, n)
	for i := range corners {
		corners[i] = random.IntN(o.weight + 1)
	}
	return corners
}

// ease is the curve 3t^2 - 2t^3 over one cell.
func (o octave) ease() []int {
	curve := make([]int, o.cell)
	for i := range curve {
		curve[i] = i * i * (3*o.cell - 2*i) * full / (o.cell * o.cell * o.cell)
	}
	return curve
}
