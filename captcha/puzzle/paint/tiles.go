package paint

import "math/rand/v2"

// tiles paints a wall of square tiles with plain shapes on them: discs, arcs,
// leaves, halves, as a printer of the 1960s would have it.
func tiles(c *canvas, random *rand.Rand) {
	h := anyHarmony(random)
	size := within(random, 34, 46)
	left, top := within(random, -size+1, 0), within(random, -size+1, 0)
	ground := 0
	for y := top; y < Height; y += size {
		for x := left; x < Width; x += size {
			ground = (ground + 1 + random.IntN(len(h)-1)) % len(h) // never the same twice in a row
			mark := (ground + 2 + random.IntN(len(h)-3)) % len(h)
			t := tile{x: x, y: y, size: size, shape: shapes[random.IntN(len(shapes))], turn: random.IntN(4)}
			t.fill(c, h[ground], h[mark], h[(mark+2)%len(h)])
		}
	}
}

// tile is one square with a shape, turned by quarters.
type tile struct {
	x, y, size int
	shape      func(x, y, size int) (mark, inner int)
	turn       int
}

func (t tile) fill(c *canvas, ground, mark, inner colour) {
	for y := max(0, t.y); y < min(t.y+t.size, Height); y++ {
		row := c.row(y)
		for x := max(0, t.x); x < min(t.x+t.size, Width); x++ {
			px, py := (x-t.x)*sub+sub/2, (y-t.y)*sub+sub/2
			for range t.turn {
				px, py = py, t.size*sub-px
			}
			m, i := t.shape(px, py, t.size*sub)
			row[x] = ground.mix(mark, cover(m)).mix(inner, cover(i))
		}
	}
}

// shapes tell, for a point of a tile, how deep it lies in the mark and in the
// smaller mark upon it; all in 1/sub of a pixel.
var shapes = []func(x, y, size int) (mark, inner int){
	func(x, y, size int) (int, int) { // a disc with a dot
		d := disc{size / 2, size / 2, size * 2 / 5}
		return d.depth(x, y), disc{size / 2, size / 2, size / 6}.depth(x, y)
	},
	func(x, y, size int) (int, int) { // a quarter with a smaller one
		return disc{0, 0, size}.depth(x, y), disc{0, 0, size / 2}.depth(x, y)
	},
	func(x, y, size int) (int, int) { // a leaf
		leaf := min(disc{0, 0, size}.depth(x, y), disc{size, size, size}.depth(x, y))
		return leaf, disc{size / 2, size / 2, size / 9}.depth(x, y)
	},
	func(x, y, size int) (int, int) { // two halves of a disc, back to back
		return max(disc{0, size / 2, size / 2}.depth(x, y), disc{size, size / 2, size / 2}.depth(x, y)), -size
	},
	func(x, y, size int) (int, int) { // a half, cut across, with a sun
		return (x - y) * 11 / 16, disc{size / 4, size * 3 / 4, size / 7}.depth(x, y)
	},
	func(x, y, size int) (int, int) { // a rainbow
		d := disc{size / 2, size, size / 2}
		return d.depth(x, y), disc{size / 2, size, size / 4}.depth(x, y)
	},
	func(x, y, size int) (int, int) { // four petals
		x, y = min(x, size-x), min(y, size-y)
		half := size / 2
		return min(disc{0, half, half}.depth(x, y), disc{half, 0, half}.depth(x, y)), disc{half, half, size / 8}.depth(x, y)
	},
}
