package paint

import "math/rand/v2"

// dunes paints waves of sand or sea, each with lines that follow its crest.
func dunes(c *canvas, random *rand.Rand) {
	h := anyHarmony(random)
	from, to := 4*full/5, full/12
	if chance(random, 50) {
		from, to = to, 4*full/5
	}
	c.wash(harmony{h.at(from).light(full / 4), h.at(from), h.at(from)}, 0)
	sun(c, random, h[4].light(full/2))
	const waves = 8
	gap := within(random, 8, 11)
	for wave := range waves {
		line := ridge(random, (22+wave*19+within(random, -6, 6))*sub, 34*sub, octave{within(random, 48, 80), full * 7 / 8}, octave{23, full / 8})
		tone := h.at(from + (to-from)*wave/(waves-1))
		cast(c, line)
		slope(c, line, line, tone.light(full/8), tone.light(-full/10), 50)
		furrows(c, line, tone.light(full/3), gap+wave/2)
	}
}

// cast lays a soft shadow over a line, before what throws it is painted.
func cast(c *canvas, line []int) {
	const reach = 6 * sub
	for x, edge := range line {
		for y := max(0, (edge-reach)/sub); y <= min(edge/sub, Height-1); y++ {
			near := ramp(y*sub+reach, edge, edge+reach)
			c.pix[y*Width+x] = c.pix[y*Width+x].mix(black, near*near>>14)
		}
	}
}

// furrows draws lines below a crest, each a gap further down and fainter.
func furrows(c *canvas, line []int, tone colour, gap int) {
	for x, edge := range line {
		for k := range 5 {
			middle := edge + (k*gap+gap/2)*sub + k*k*sub/2
			for y := max(0, middle/sub-1); y <= min(middle/sub+1, Height-1); y++ {
				off := y*sub + sub/2 - middle
				share := ramp(max(off, -off), sub*5/4, sub/4) * (6 - k) / 9
				c.pix[y*Width+x] = c.pix[y*Width+x].mix(tone, share)
			}
		}
	}
}
