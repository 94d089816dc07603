package text

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/mojocn/base64Captcha"
)

// fonts are two of the library's ten: one plain, one with serifs, both solid.
// The others are outlines, shadows and ornaments, illegible at this size.
var fonts = []string{"wqy-microhei.ttc", "RitaSmith.ttf"}

// pen has the library draw single characters in one font. Nothing else of the
// library is used: it keeps no text and compares none.
type pen struct {
	driver *base64Captcha.DriverString
}

// The measures of what the library draws. Each character has a cell of its own,
// wide enough for the widest. The size of a character is any of seven, at
// random: 7/16 of the height, 8/16 and so on.
const (
	cellWidth, cellHeight = 56, 48
	bearing               = 8 // how far a character may reach to the left of its cell
	sizes                 = 7
)

// newPen loads a font. The library panics when it does not know it.
func newPen(font string) (p *pen, err error) {
	defer recovered(&err)
	// On a background that shines through, the alpha of the picture is the shape
	// of the characters, whatever colours the library throws dice for.
	background := &color.RGBA{}
	return &pen{base64Captcha.NewDriverString(cellHeight, cellWidth, 0, 0, 0, "", background, nil, []string{font})}, nil
}

// shapes are the characters of text as the library draws them now: each in
// another size every time. A shape is nil if the picture cuts it off.
func (p *pen) shapes(text string) (shapes []*image.Alpha, err error) {
	defer recovered(&err)
	driver := *p.driver
	driver.Width = cellWidth * (len(text) + 2) // an empty cell before, so that nothing is cut off, and one after
	item, err := driver.DrawCaptcha(" " + text + " ")
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if _, err := item.WriteTo(&file); err != nil {
		return nil, err
	}
	picture, err := png.Decode(&file)
	if err != nil {
		return nil, err
	}
	ink, ok := picture.(*image.NRGBA)
	if !ok {
		return nil, fmt.Errorf("base64Captcha draws a %T, want a picture that shines through", picture)
	}
	for i := range text {
		left := cellWidth*(i+1) - bearing
		shapes = append(shapes, shapeIn(ink, image.Rect(left, 0, left+cellWidth, cellHeight)))
	}
	return shapes, nil
}

// recovered turns a panic of the library into an error.
func recovered(err *error) {
	if reason := recover(); reason != nil {
		*err = fmt.Errorf("base64Captcha panics: %v", reason)
	}
}

// shapeIn cuts out of a cell what is drawn there.
func shapeIn(ink *image.NRGBA, cell image.Rectangle) *image.Alpha {
	shape := image.NewAlpha(cell)
	inked := image.Rectangle{}
	for y := cell.Min.Y; y < cell.Max.Y; y++ {
		for x := cell.Min.X; x < cell.Max.X; x++ {
			if alpha := ink.Pix[ink.PixOffset(x, y)+3]; alpha > 0 {
				shape.Pix[shape.PixOffset(x, y)] = alpha
				inked = inked.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if inked.Empty() || inked.Min.Y == cell.Min.Y || inked.Max.Y == cell.Max.Y {
		return nil
	}
	return shape.SubImage(inked).(*image.Alpha)
}
