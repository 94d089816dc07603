package paint

import (
	"image"
	"slices"

	"github.com/captchad/captchad/captcha/puzzle/bandpng"
)

// Background is a picture of the [Stock]: in few colours, and nearly written as a
// PNG file. It never changes, and may be used by many at a time.
type Background struct {
	*bandpng.Base         // of the numbers of colours
	Palette       []RGB   // at most Colours of them
	packed        []byte  // the palette as a PNG file has it
	nearest       []uint8 // see table
}

// newBackground puts a picture into few colours.
func newBackground(encoder *bandpng.Encoder, picture *image.NRGBA) *Background {
	p := newPalette(picture)
	b := &Background{Palette: p, nearest: p.table()}
	for _, c := range p {
		b.packed = append(b.packed, byte(c[0]), byte(c[1]), byte(c[2]))
	}
	pixels := p.dither(picture)
	b.Base = encoder.NewBase(Width, Height, bandpng.Paletted, pixels, changed(pixels))
	return b
}

// changed is what changes are taken to consist of: the background, and as for a
// quarter further colours, by turns.
func changed(pixels []uint8) []uint8 {
	mixed := slices.Clone(pixels)
	const step = 7 // has nothing in common with the number of further colours
	for i := range len(pixels) / 3 {
		mixed = append(mixed, uint8(Colours+i*step%(256-Colours)))
	}
	return mixed
}

// How many of the upper bits of each channel Nearest looks at.
const redBits, greenBits, blueBits = 4, 5, 4

// table is the nearest colour to the middle of all colours that agree in these bits.
func (p palette) table() []uint8 {
	near := make([]uint8, 0, 1<<(redBits+greenBits+blueBits))
	for r := range 1 << redBits {
		for g := range 1 << greenBits {
			for b := range 1 << blueBits {
				near = append(near, uint8(p.nearest(RGB{middle(r, redBits), middle(g, greenBits), middle(b, blueBits)})))
			}
		}
	}
	return near
}

// middle is the middle of all channels with these upper bits.
func middle(upper, bits int) int { return upper<<(8-bits) + 1<<(7-bits) }

// dither finds the nearest colour of the palette to each pixel, made a little
// lighter and darker by turns, about half a step from one colour to the next. What
// would be the edge of two colours becomes a mixture, finer than the eye. The
// order of the turns is fixed, so even places repeat themselves, which compresses
// well.
func (p palette) dither(picture *image.NRGBA) []uint8 {
	numbers := make([]uint8, Width*Height)
	for y := range Height {
		for x := range Width {
			pixel := picture.Pix[picture.PixOffset(x, y):]
			grain := (int(bayer[y&3][x&3]) - 128) / 56
			c := RGB{int(pixel[0]) + grain, int(pixel[1]) + grain, int(pixel[2]) + grain}
			numbers[y*Width+x] = uint8(p.nearest(c))
		}
	}
	return numbers
}

// Nearest is the number of the colour that looks most like c, or nearly so; the
// channels of c are from 0 to 255.
func (b *Background) Nearest(c RGB) uint8 {
	return b.nearest[(c[0]>>(8-redBits)<<greenBits|c[1]>>(8-greenBits))<<blueBits|c[2]>>(8-blueBits)]
}

// At is the colour of a pixel.
func (b *Background) At(x, y int) RGB { return b.Palette[b.Row(y)[x]] }

// File writes a PNG file of the background with a change in it. What is drawn
// may use the numbers of further colours, the first of them Colours.
func (b *Background) File(change *bandpng.Change, further []RGB) []byte {
	var buffer [3 * 256]byte
	packed := append(buffer[:0], b.packed...)
	if len(further) > 0 {
		packed = packed[:3*Colours] // what is between is used by nobody
	}
	for _, c := range further {
		packed = append(packed, byte(c[0]), byte(c[1]), byte(c[2]))
	}
	return change.File(packed)
}
