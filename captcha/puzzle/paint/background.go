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
	nearest       []uint8 // number of the colour that looks most like those of a cell
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

// table is the nearest colour to the middle of each cell.
func (p palette) table() []uint8 {
	const middle = 1 << (7 - cellBits)
	near := make([]uint8, 1<<(3*cellBits))
	for i := range near {
		channel := func(shift int) int { return i>>shift<<(8-cellBits)&0xff + middle }
		near[i] = uint8(p.nearest(RGB{channel(2 * cellBits), channel(cellBits), channel(0)}))
	}
	return near
}

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
func (b *Background) Nearest(c RGB) uint8 { return b.nearest[cellOf(c[0], c[1], c[2])] }

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
