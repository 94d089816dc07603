package slider

import (
	"image"
	"math/rand/v2"
)

// hole makes one hole at x. Within the figure nothing is left of what was there:
// the fill, its grain and the shadow are the same for every hole.
func (c *cut) hole(picture *image.NRGBA, x int, random *rand.Rand) {
	noise := random.Uint64() | 1
	for i, depth := range c.mask.depth {
		if depth < -2*unit {
			continue
		}
		noise ^= noise << 13
		noise ^= noise >> 7
		noise ^= noise << 17
		dx, dy := i%maskSize, i/maskSize
		p := picture.PixOffset(x+dx, c.y+dy)
		pixel := picture.Pix[p : p+3 : p+3]
		seen := c.floor(dx, dy, int(noise>>40))
		if inside := cover(depth); inside < full {
			under := shade{int(pixel[0]), int(pixel[1]), int(pixel[2])}
			seen = under.mix(light, c.lit(dx, dy, depth)).mix(seen, inside)
		}
		pixel[0], pixel[1], pixel[2] = uint8(seen[0]), uint8(seen[1]), uint8(seen[2])
	}
}

// cover is the share of a pixel that lies inside the figure.
func cover(depth int) int { return clamp((depth+unit/2)*full/unit, 0, full) }

// floor is the colour of a hole's ground, with the shadow that its edge casts.
func (c *cut) floor(dx, dy, noise int) shade {
	// The edge stands between this pixel and the light if, that much nearer to
	// the light, one is no longer inside the figure.
	near := c.mask.at(dx+c.lightX*c.deep/2, dy-c.deep)
	s := c.ground[dy]
	if shadow := (c.deep*unit - near) * c.shadow / (2 * c.deep * unit); shadow > 0 {
		s = s.mix(dark, min(shadow, c.shadow))
	}
	grain := noise%(2*c.grain+1) - c.grain
	for i := range s {
		s[i] = clamp(s[i]+grain, 0, 254)
	}
	return s
}

// lit is the share of light that the edge of the picture catches just outside a
// hole, on the side away from the light.
func (c *cut) lit(dx, dy, depth int) int {
	if depth < -2*unit || depth > unit {
		return 0
	}
	near := clamp((2*unit+depth)*full/(2*unit), 0, full)
	return near * (c.rim/3 + max(0, -c.facing(dx, dy))*c.rim/full) / full
}

// facing tells how much the edge of the figure near a pixel faces the light:
// from -full, when it faces away, to full.
func (c *cut) facing(dx, dy int) int {
	gx := c.mask.at(dx-1, dy) - c.mask.at(dx+1, dy)
	gy := c.mask.at(dx, dy-1) - c.mask.at(dx, dy+1)
	return clamp((gx*c.lightX-2*gy)*full/(2*unit*9/4), -full, full)
}
