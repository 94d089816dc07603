package slider

import (
	"image"

	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// The shadow around the piece, which lifts it off the picture.
const (
	shadowReach = 5 * unit / 2
	shadowAlpha = 150
)

// strip shows what is in the picture at x, before the holes are made, in the
// form of a piece.
func (c *cut) strip(picture *image.NRGBA, x int) *image.NRGBA {
	strip := image.NewNRGBA(image.Rect(0, 0, StripWidth, paint.Height))
	for i, depth := range c.mask.depth {
		if depth < -shadowReach {
			continue
		}
		dx, dy := i%maskSize, i/maskSize
		from, to := picture.PixOffset(x+dx, c.y+dy), strip.PixOffset(dx, c.y+dy)
		s := shade{int(picture.Pix[from]), int(picture.Pix[from+1]), int(picture.Pix[from+2])}
		s = c.bevelled(s, dx, dy, depth)
		inside := cover(depth)
		around := clamp((shadowReach+depth)*shadowAlpha/shadowReach, 0, shadowAlpha)
		s = dark.mix(s, inside)
		pixel := strip.Pix[to : to+4 : to+4]
		pixel[0], pixel[1], pixel[2] = uint8(min(s[0], 254)), uint8(min(s[1], 254)), uint8(min(s[2], 254))
		pixel[3] = uint8(around + (255-around)*inside/full)
	}
	return strip
}

// bevelled shades the rim of the piece: light where it faces the light, dark
// where it faces away. So its outermost pixels do not go on in those around the
// hole, which is what a program would look for first.
func (c *cut) bevelled(s shade, dx, dy, depth int) shade {
	near := clamp((c.bevel*unit-depth)*full/(c.bevel*unit), 0, full)
	if near == 0 {
		return s
	}
	facing := c.facing(dx, dy)
	if facing >= 0 {
		return s.mix(light, near*(c.gloss/3+facing*c.gloss*2/3/full)/full)
	}
	return s.mix(dark, near*(c.gloss/3-facing*c.gloss*2/3/full)/full)
}
