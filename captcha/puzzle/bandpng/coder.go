package bandpng

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// coder writes one kind of deflate stream fast: a block whose Huffman code was made
// in advance, from a sample, and which knows one way only to repeat what was there
// before: what was there four bytes ago. That is the pixel on the left, if a pixel
// has four bytes; it is what an ordered dither repeats, if it has one; and runs of a
// byte.
//
// A compressor for everything has to find out in each file what repeats itself, and
// to make a code for it. Here all files are alike.
type coder struct {
	header   bitWriter // the head of the block, with the code
	literals [256]code
	repeats  [longestRepeat + 1]code // by length, with the distance
	end      code
}

// code is a row of bits, in the order in which they are written, from the lowest.
type code struct{ bits, length uint32 }

// The numbers of RFC 1951, 3.2.5 and 3.2.7.
const (
	endOfBlock      = 256
	firstLength     = 257 // symbols of lengths
	literalSymbols  = 286
	distanceSymbols = 4 // the last one means 4
	distance        = 4
	shortestRepeat  = 3
	longestRepeat   = 258
	longestCode     = 15
)

// newCoder makes a coder for bytes that are like those of the sample. Others can be
// written too, and take more bits.
func newCoder(sample []byte) *coder {
	lengths := codeLengths(countSymbols(sample))
	symbols := canonical(lengths)
	c := &coder{end: symbols[endOfBlock]}
	copy(c.literals[:], symbols)
	for n := shortestRepeat; n <= longestRepeat; n++ {
		symbol, extra := lengthSymbol(n)
		// The distance has the only code of its kind: one bit, 0.
		c.repeats[n] = symbols[symbol].then(extra).then(code{0, 1})
	}
	c.header.begin(nil, len(lengths))
	c.header.writeHeader(lengths)
	c.header.out = slices.Clone(c.header.out[:c.header.at])
	return c
}

func (a code) then(b code) code { return code{a.bits | b.bits<<a.length, a.length + b.length} }

// countSymbols counts what the sample is written with. Every symbol counts at least
// once: it has to have a code.
func countSymbols(sample []byte) []int {
	counts := slices.Repeat([]int{1}, literalSymbols)
	for i := 0; i < len(sample); {
		n := repeat(sample, i)
		if n == 0 {
			counts[sample[i]]++
			i++
			continue
		}
		symbol, _ := lengthSymbol(n)
		counts[symbol]++
		i += n
	}
	return counts
}

// repeat is how many bytes from i on are the same as four bytes before; 0 if these
// are too few to be worth it.
func repeat(plain []byte, i int) int {
	if i < distance || i+distance > len(plain) || binary.LittleEndian.Uint32(plain[i-distance:]) != binary.LittleEndian.Uint32(plain[i:]) {
		return 0
	}
	n, most := distance, min(longestRepeat, len(plain)-i)
	for n < most && plain[i+n] == plain[i+n-distance] {
		n++
	}
	return n
}

// lengthSymbol is the symbol of a length, and the bits that tell it from others with
// the same symbol.
func lengthSymbol(n int) (symbol int, extra code) {
	if n == longestRepeat {
		return literalSymbols - 1, code{}
	}
	n -= shortestRepeat
	width := max(0, bits.Len(uint(n))-3)
	return firstLength + 4*width + n>>width, code{uint32(n & (1<<width - 1)), uint32(width)}
}

// append writes plain as one block, and an empty stored block that ends at a whole
// byte.
func (c *coder) append(out, plain []byte) []byte {
	w := c.header
	w.begin(append(out, c.header.out...), len(plain))
	for i := 0; i < len(plain); {
		if n := repeat(plain, i); n > 0 {
			w.write(c.repeats[n])
			i += n
		} else {
			w.write(c.literals[plain[i]])
			i++
		}
	}
	w.write(c.end)
	w.write(code{0, 3}) // stored, and not the last block
	w.end()
	return append(w.out, 0x00, 0x00, 0xff, 0xff) // the length, 0, and its complement
}
