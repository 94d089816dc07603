package bandpng

import (
	"encoding/binary"
	"slices"
)

// bitWriter packs bits into bytes, the lowest first (RFC 1951, 3.1.1).
type bitWriter struct {
	out     []byte // with room behind what is written
	at      int    // bytes that are written
	pending uint64
	count   uint32 // of pending bits: less than eight
}

// begin makes room behind out for that many bytes of any code.
func (w *bitWriter) begin(out []byte, n int) {
	w.at = len(out)
	w.out = slices.Grow(out, 2*n+64)
	w.out = w.out[:cap(w.out)]
}

// write appends at most 32 bits. Whole bytes and some more are written each time,
// which takes less than to find out whether there are any.
func (w *bitWriter) write(c code) {
	w.pending |= uint64(c.bits) << w.count
	w.count += c.length
	binary.LittleEndian.PutUint64(w.out[w.at:], w.pending)
	w.at += int(w.count >> 3)
	w.pending >>= w.count &^ 7
	w.count &= 7
}

// end fills the last byte with zeros.
func (w *bitWriter) end() {
	if w.count > 0 {
		w.at++ // it is there already
	}
	w.out, w.pending, w.count = w.out[:w.at], 0, 0
}

// writeHeader begins a block that is not the last one, with a code of its own: the
// lengths of its codes, four bits each. (They could be packed, for some 70 bytes
// less.)
func (w *bitWriter) writeHeader(lengths []uint32) {
	w.write(code{0, 1})                                  // not the last block
	w.write(code{2, 2})                                  // with its own code
	w.write(code{uint32(len(lengths) - firstLength), 5}) // lengths of literals and repeats
	w.write(code{distanceSymbols - 1, 5})                // and of distances
	w.write(code{19 - 4, 4})                             // and of the lengths' own code:
	for _, unused := range [3]uint32{0, 0, 0} {          // no repetitions,
		w.write(code{unused, 3})
	}
	for range longestCode + 1 { // and all others of the same length, so that their codes are they themselves
		w.write(code{4, 3})
	}
	own := canonical(slices.Repeat([]uint32{4}, longestCode+1))
	for _, length := range lengths {
		w.write(own[length])
	}
	for range distanceSymbols - 1 {
		w.write(own[0])
	}
	w.write(own[1])
}
