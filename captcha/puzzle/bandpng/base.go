package bandpng

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/klauspost/compress/flate"
)

// bandRows is how many rows a band has. Small bands compress worse, large ones
// make a [Change] compress more rows than it has.
const bandRows = 8

// Encoder keeps what writing takes from one file to the next. The zero Encoder is
// ready to use, also by many at a time.
type Encoder struct{ changes sync.Pool }

// Base is a picture of which many variations are written. It never changes, and
// may be used by many at a time.
type Base struct {
	encoder       *Encoder
	width, height int
	stride        int    // bytes in a row, with its filter byte in front
	rows          []byte // as PNG compresses them: each behind its filter byte, 0 for "none"
	header        []byte // signature and IHDR
	bands         []band
	coder         *coder // of changes
}

// band is a few rows, ready to be copied into a file.
type band struct {
	chunk []byte // an IDAT
	sum   adler
}

// NewBase makes a Base of pixels, row by row from the top. The sample is pixels too,
// any number of them: they show which bytes, and which repetitions, changes will
// mostly have. It panics if the number of pixels is not that of a picture of this
// size.
func (e *Encoder) NewBase(width, height int, pixel ColourType, pixels, sample []byte) *Base {
	line := width * pixel.Bytes()
	if width < 1 || height < 1 || len(pixels) != line*height {
		panic(fmt.Sprintf("bandpng: %d bytes are no %dx%d pixels", len(pixels), width, height))
	}
	b := &Base{
		encoder: e, width: width, height: height, stride: 1 + line,
		rows:   make([]byte, (1+line)*height),
		header: AppendHeader(nil, width, height, pixel),
		coder:  newCoder(sample),
	}
	for y := range height {
		copy(b.rows[y*b.stride+1:(y+1)*b.stride], pixels[y*line:(y+1)*line])
	}
	b.compress()
	return b
}

// compress makes the bands.
func (b *Base) compress() {
	var packed bytes.Buffer
	deflate, _ := flate.NewWriter(&packed, flate.BestCompression) // fails for unknown levels only
	for top := 0; top < b.height; top += bandRows {
		plain := b.rowsOf(top, min(top+bandRows, b.height))
		packed.Reset()
		deflate.Reset(&packed)
		_, _ = deflate.Write(plain) // a bytes.Buffer takes everything
		_ = deflate.Flush()
		b.bands = append(b.bands, band{AppendChunk(nil, "IDAT", packed.Bytes()), adlerOf(plain)})
	}
}

// rowsOf are the rows from top to the one before bottom, each behind its filter byte.
func (b *Base) rowsOf(top, bottom int) []byte { return b.rows[top*b.stride : bottom*b.stride] }

// Row is the pixels of one row. They are not to be changed.
func (b *Base) Row(y int) []byte { return b.rows[y*b.stride+1 : (y+1)*b.stride] }
