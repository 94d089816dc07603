package bandpng

import (
	"encoding/binary"
	"hash/crc32"
)

// ColourType is what a pixel consists of (RFC 2083, 4.1.1); each part has eight
// bits.
type ColourType byte

// The colour types.
const (
	TrueColour      ColourType = 2 // red, green, blue
	Paletted        ColourType = 3 // the number of a colour of the palette
	TrueColourAlpha ColourType = 6 // red, green, blue, alpha, not premultiplied
)

// Bytes is how many bytes a pixel has.
func (t ColourType) Bytes() int {
	switch t {
	case Paletted:
		return 1
	case TrueColour:
		return 3
	default:
		return 4
	}
}

// AppendHeader begins a PNG file: its signature and its header.
func AppendHeader(out []byte, width, height int, pixel ColourType) []byte {
	out = append(out, "\x89PNG\r\n\x1a\n"...)
	var header [13]byte
	binary.BigEndian.PutUint32(header[0:], uint32(width))
	binary.BigEndian.PutUint32(header[4:], uint32(height))
	header[8], header[9] = 8, byte(pixel)
	return AppendChunk(out, "IHDR", header[:])
}

// AppendChunk appends one chunk of a PNG file, with its length and checksum.
func AppendChunk(out []byte, name string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	start := len(out)
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[start:]))
}
