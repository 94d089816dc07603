package paint

import (
	"math/rand/v2"
	"slices"
)

// skies are the colours of a landscape: sky above, sky low, sun, far, near.
var skies = [][]uint32{
	{0x6f8fbf, 0xf8cfae, 0xfff2d6, 0x9aa9d0, 0x1f2b4d}, // dawn
	{0x2e2c5e, 0xf08a6c, 0xffe1a0, 0xa8648a, 0x1c1638}, // dusk
	{0x9cc9d9, 0xeef3e2, 0xfffbe8, 0x9dc0b4, 0x14433f}, // morning
	{0x12203f, 0x5f86b3, 0xeaf2ff, 0x5a7fa8, 0x0b1730}, // moon
	{0xf3b6a6, 0xfbe7cf, 0xfffaf0, 0xe09a94, 0x4a2545}, // rose
	{0x7fb2c4, 0xf9dfa9, 0xfff6df, 0xc99a6a, 0x47251f}, // canyon
	{0x5a5fa8, 0xe7b4d4, 0xfdeefa, 0xa48cc8, 0x241f4a}, // violet
}

// mountains paints ridges one behind the other in the mist, under a sun, with
// trees on those in front.
func mountains(c *canvas, random *rand.Rand) {
	sky := tinted(random, skies[random.IntN(len(skies))])
	c.wash(harmony{sky[0], sky[1], sky[1]}, 0)
	sun(c, random, sky[2])
	const layers = 6
	for layer := range layers {
		near := layer * full / (layers - 1)
		base := 42 + layer*20 + within(random, -5, 5)
		line := ridge(random, base*sub, (46-3*layer)*sub, octave{73 - 6*layer, full * 5 / 8}, octave{29, full / 4}, octave{11, full / 8})
		crest := slices.Clone(line)
		if layer >= 3 {
			plant(crest, random, 3+2*layer)
		}
		tone := sky[3].mix(sky[4], near*(near+full)/2/full)
		slope(c, crest, line, tone, tone.mix(sky[1], full*5/9-near/4), 46)
	}
}

// ridge is a line of hills: for each column how far down it is, around base.
func ridge(random *rand.Rand, base, height int, octaves ...octave) []int {
	line := field(random, Width, 1, octaves...)
	for x := range line {
		line[x] = base + (full/2-line[x])*height*2/full
	}
	return line
}

// slope fills all that is under a crest, from one colour at the line of the
// ground to another that many pixels below it.
func slope(c *canvas, crest, ground []int, top, bottom colour, depth int) {
	const steps = 64
	var tones [steps + 1]colour
	for i := range tones {
		tones[i] = top.mix(bottom, i*full/steps)
	}
	for x, edge := range crest {
		for y := clamp(edge/sub-1, 0, Height); y < Height; y++ {
			middle := y*sub + sub/2
			tone := tones[clamp((middle-ground[x])*steps/(depth*sub), 0, steps)]
			if share := cover(middle - edge); share < full {
				tone = c.pix[y*Width+x].mix(tone, share)
			}
			c.pix[y*Width+x] = tone
		}
	}
}

// plant grows conifers on a line: it is lifted where one stands.
func plant(line []int, random *rand.Rand, size int) {
	for x := within(random, -size, size); x < Width; x += within(random, 2, size+5) {
		height, half := within(random, size/2, size*3/2), within(random, 3, 3+size/4)
		root := line[clamp(x, 0, Width-1)] + 2*sub
		for i := max(0, x-half); i <= min(x+half, Width-1); i++ {
			away := max(i-x, x-i)
			// Branches: the outline steps out a little on every second pixel.
			top := root - height*sub*(half-away)/half - (i&1)*sub*3/2
			line[i] = min(line[i], top)
		}
	}
}

// sun puts a sun or moon with its glow into the sky.
func sun(c *canvas, random *rand.Rand, tone colour) {
	d := disc{within(random, 30, Width-30) * sub, within(random, 18, 62) * sub, within(random, 9, 21) * sub}
	halo := disc{d.x, d.y, d.radius * 5}
	halo.each(func(i, depth int) {
		near := ramp(depth, 0, halo.radius/2)
		c.pix[i] = c.pix[i].mix(tone, near*near/full*3/5)
	})
	d.each(func(i, depth int) { c.pix[i] = c.pix[i].mix(tone, cover(depth)) })
}
