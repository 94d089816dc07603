package paint

import "math/rand/v2"

// bokeh paints lights out of focus: clear discs of many sizes, each with a
// brighter rim, as a fast lens draws them at night.
func bokeh(c *canvas, random *rand.Rand) {
	h := anyHarmony(random)
	c.wash(harmony{h[0].light(-full / 6), h[1], h[0].mix(h[2], full/2)}, within(random, -full, full))
	for i := range 58 {
		size := within(random, 28, 46) - i*22/58
		d := disc{random.IntN(Width * sub), random.IntN(Height * sub), size * sub * 3 / 4}
		lamp(c, d, h[2+random.IntN(len(h)-2)], within(random, full/8, full*4/9), within(random, sub/2, sub*5/2))
	}
}

// lamp lays a light over what is there. Blur is the softness of its edge.
func lamp(c *canvas, d disc, tone colour, share, blur int) {
	d.each(func(i, depth int) {
		inside := ramp(depth, -blur/2, blur)
		rim := full*3/4 + ramp(depth, 4*sub, sub)/2
		c.pix[i] = c.pix[i].mix(tone, min(full, share*rim>>12)*inside>>12)
	})
}
