package bandpng

import (
	"encoding/binary"
	"fmt"
)

// Change is what one file has for itself: some rows of its Base, to be drawn on.
type Change struct {
	base          *Base
	first, behind int    // bands that are touched
	rows          []byte // of these bands
	packed        []byte // the same, compressed
}

// Change copies the rows from top to the one before bottom. It panics if there
// are none, or not so many.
func (b *Base) Change(top, bottom int) *Change {
	if top < 0 || bottom > b.height || top >= bottom {
		panic(fmt.Sprintf("bandpng: no rows %d to %d of %d", top, bottom, b.height))
	}
	c, ok := b.encoder.changes.Get().(*Change)
	if !ok {
		c = &Change{}
	}
	c.base, c.first, c.behind = b, top/bandRows, (bottom+bandRows-1)/bandRows
	c.rows = append(c.rows[:0], b.rowsOf(c.first*bandRows, min(c.behind*bandRows, b.height))...)
	return c
}

// Row is the pixels of one row of those that were asked for, to be drawn on.
func (c *Change) Row(y int) []byte {
	start := (y - c.first*bandRows) * c.base.stride
	return c.rows[start+1 : start+c.base.stride]
}

// File writes the PNG file and gives the Change back: it must not be used any
// more. A palette is three bytes for each colour, red, green and blue; there is
// none for other colour types than [Paletted].
func (c *Change) File(palette []byte) []byte {
	c.packed = c.base.coder.append(c.packed[:0], c.rows)
	out := make([]byte, 0, c.size(palette))
	out = append(out, c.base.header...)
	if len(palette) > 0 {
		out = AppendChunk(out, "PLTE", palette)
	}
	out = c.appendStream(out)
	out = AppendChunk(out, "IEND", nil)
	c.base.encoder.changes.Put(c)
	return out
}

// What a zlib stream begins with, for a window of 32 KB; and an empty block by
// which deflate ends: the last one, of fixed codes, end of block.
const (
	zlibHeader = "\x78\x01"
	lastBlock  = "\x03\x00"
)

// appendStream writes the IDAT chunks.
func (c *Change) appendStream(out []byte) []byte {
	out = AppendChunk(out, "IDAT", []byte(zlibHeader))
	sum := nothing
	for _, ready := range c.base.bands[:c.first] {
		out, sum = append(out, ready.chunk...), sum.then(ready.sum)
	}
	out, sum = AppendChunk(out, "IDAT", c.packed), sum.then(adlerOf(c.rows))
	for _, ready := range c.base.bands[c.behind:] {
		out, sum = append(out, ready.chunk...), sum.then(ready.sum)
	}
	var end [len(lastBlock) + 4]byte
	copy(end[:], lastBlock)
	binary.BigEndian.PutUint32(end[len(lastBlock):], sum.sum)
	return AppendChunk(out, "IDAT", end[:])
}

// size is how long the file will be, at most.
func (c *Change) size(palette []byte) int {
	const chunk = 12 // length, name and checksum
	size := len(c.base.header) + 5*chunk + len(zlibHeader) + len(lastBlock) + 4 + len(palette) + len(c.packed)
	for _, ready := range c.base.bands[:c.first] {
		size += len(ready.chunk)
	}
	for _, ready := range c.base.bands[c.behind:] {
		size += len(ready.chunk)
	}
	return size
}
