package words

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/captchad/captchad/captcha"
)

// scatter draws the glyphs at their places.
func (p *pen) scatter(picture *image.NRGBA, seed captcha.Seed, letters *alphabet, glyphs []int) {
	random := seed.Rand("looks")
	for i, at := range places(seed, len(glyphs)) {
		face := letters.faces[random.IntN(len(letters.faces))]
		look := newLook(random, at.size, behind(picture, at))
		look.stamp(p, picture, face[glyphs[i]], at.x, at.y, at.reach())
	}
}

// strip shows glyphs in order, nearly upright, dark on light paper: that can be
// read on any page. It has no colours, lest people look for them in the picture.
func (p *pen) strip(seed captcha.Seed, letters *alphabet, glyphs []int) *image.NRGBA {
	random := seed.Rand("strip")
	picture := image.NewNRGBA(image.Rect(0, 0, Cell*len(glyphs), Cell))
	draw.Draw(picture, picture.Rect, image.NewUniform(color.NRGBA{paper, paper, paper, 255}), image.Point{}, draw.Src)
	for i, glyph := range glyphs {
		face := letters.faces[random.IntN(len(letters.faces))]
		look := look{m: inStrip.shape(random, 26+random.IntN(5)), from: black, to: black}
		look.stamp(p, picture, face[glyph], i*Cell+Cell/2, Cell/2, Cell/2)
	}
	return picture
}

// paper is the grey of the strip's ground.
const paper = 244
