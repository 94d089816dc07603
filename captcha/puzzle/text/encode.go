package text

import (
	"bytes"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/png"
	"math/rand/v2"
	"sync"

	"github.com/captchad/captchad/captcha"
)

// shades is how many steps there are from paper to ink: as many as make a PNG of
// four bits a pixel.
const shades = 16

// newRamp picks two colours and what is between them: light paper first, dark
// ink last.
func newRamp(random *rand.Rand) color.Palette {
	var paper, ink [3]int
	for i := range paper {
		paper[i], ink[i] = 215+random.IntN(41), random.IntN(110)
	}
	ramp := make(color.Palette, shades)
	for step := range ramp {
		mix := func(i int) uint8 { return uint8((paper[i]*(shades-1-step) + ink[i]*step) / (shades - 1)) }
		ramp[step] = color.RGBA{mix(0), mix(1), mix(2), 255}
	}
	return ramp
}

// encoder writes pictures. It keeps the buffers of the PNG encoder, which take
// longer to make than to use, and may be used by many at a time.
type encoder struct{ buffers sync.Pool }

// Get is for the PNG encoder.
func (e *encoder) Get() *png.EncoderBuffer {
	buffer, _ := e.buffers.Get().(*png.EncoderBuffer) // nil if there is none: it makes one then
	return buffer
}

// Put is for the PNG encoder.
func (e *encoder) Put(buffer *png.EncoderBuffer) { e.buffers.Put(buffer) }

// encode makes a file of that format.
func (e *encoder) encode(c *canvas, format string, ramp color.Palette) (captcha.Media, error) {
	var file bytes.Buffer
	var err error
	if format == formatPNG {
		fast := png.Encoder{CompressionLevel: png.BestSpeed, BufferPool: e}
		err = fast.Encode(&file, c.inOwnColours(ramp))
	} else {
		err = gif.Encode(&file, c.inPlan9Colours(ramp), nil)
	}
	return captcha.Media{Type: "image/" + format, Width: Width, Height: Height, Data: file.Bytes()}, err
}

func (c *canvas) inOwnColours(ramp color.Palette) *image.Paletted {
	var indices [shades]uint8
	for step := range indices {
		indices[step] = uint8(step)
	}
	return c.paletted(ramp, indices)
}

// inPlan9Colours keeps to the 256 colours that Go's GIF encoder takes when it is
// not told otherwise, because the vendor's pictures have exactly these. Only the
// shades of the ramp are looked up in it, not each pixel: that is what makes GIF
// slow otherwise.
func (c *canvas) inPlan9Colours(ramp color.Palette) *image.Paletted {
	plan9 := color.Palette(palette.Plan9)
	var indices [shades]uint8
	for step, shade := range ramp {
		indices[step] = uint8(plan9.Index(shade))
	}
	return c.paletted(plan9, indices)
}

// paletted is the canvas in these colours; indices says which of them is each
// shade.
func (c *canvas) paletted(colours color.Palette, indices [shades]uint8) *image.Paletted {
	var nearest [256]uint8
	for ink := range nearest {
		nearest[ink] = indices[(ink*(shades-1)+127)/255]
	}
	picture := image.NewPaletted(image.Rect(0, 0, Width, Height), colours)
	for i, ink := range c {
		picture.Pix[i] = nearest[ink]
	}
	return picture
}
