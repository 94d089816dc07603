package slider

import (
	"github.com/captchad/captchad/captcha/puzzle/bandpng"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// The shadow around the piece, which lifts it off the picture.
const (
	shadowReach = 5 * unit / 2
	shadowAlpha = 150
)

// newBlank is a strip that is transparent everywhere. Pieces are taken to have any
// colours, in the form of the mask.
func newBlank(m *mask) *bandpng.Base {
	sample := make([]byte, 4*maskSize*maskSize)
	for i, p := range m.piece {
		at := 4 * (int(p.y)*maskSize + int(p.x))
		sample[at], sample[at+1], sample[at+2], sample[at+3] = uint8(i*7), uint8(i*11), uint8(i*13), uint8(int(p.cover)*255/full)
	}
	var encoder bandpng.Encoder
	return encoder.NewBase(StripWidth, paint.Height, bandpng.TrueColourAlpha, make([]byte, 4*StripWidth*paint.Height), sample)
}

// strip shows what is in the background at x, in the form of a piece.
func (c *cut) strip(blank *bandpng.Base, x int) []byte {
	change := blank.Change(c.y, c.y+maskSize)
	for i := range c.mask.piece {
		p := &c.mask.piece[i]
		y := c.y + int(p.y)
		seen, alpha := c.background.At(x+int(p.x), y), 255
		if int(p.depth) < c.bevel*unit {
			seen, alpha = c.fringe(seen, p)
		}
		to := change.Row(y)[4*p.x : 4*p.x+4]
		to[0], to[1], to[2], to[3] = uint8(min(seen[0], 254)), uint8(min(seen[1], 254)), uint8(min(seen[2], 254)), uint8(alpha)
	}
	return change.File(nil)
}

// fringe is the colour and the opacity of the piece near its edge: first comes a
// shaded rim, light where it faces the light and dark where it faces away, so that
// its outermost pixels do not go on in those around the hole, which is what a
// program would look for first; outside of the edge the shadow.
func (c *cut) fringe(seen paint.RGB, p *pixel) (paint.RGB, int) {
	depth, cover := int(p.depth), int(p.cover)
	around := clamp((shadowReach+depth)*shadowAlpha/shadowReach, 0, shadowAlpha)
	if cover == 0 {
		return dark, around
	}
	near := min((c.bevel*unit-depth)*full/(c.bevel*unit), full)
	if facing := c.facing(p); facing >= 0 {
		seen = seen.Mix(light, near*(c.gloss/3+facing*c.gloss*2/3/full)/full)
	} else {
		seen = seen.Mix(dark, near*(c.gloss/3-facing*c.gloss*2/3/full)/full)
	}
	return dark.Mix(seen, cover), around + (255-around)*cover/full
}
