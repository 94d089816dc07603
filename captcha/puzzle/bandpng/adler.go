package bandpng

import "hash/adler32"

// adler is the checksum of a part of a zlib stream's plain text, and the part's
// length.
type adler struct{ sum, length uint32 }

// nothing is the checksum of no bytes.
var nothing = adler{sum: 1}

func adlerOf(plain []byte) adler { return adler{adler32.Checksum(plain), uint32(len(plain))} }

// then is the checksum of a followed by b. By RFC 1950, 9, the lower half of a sum
// is one more than the sum of the bytes, and the upper half adds up what the lower
// half is after each of them: so each byte of b adds to it all that a has summed up.
func (a adler) then(b adler) adler {
	const base = 65521
	low, high := a.sum&0xffff, a.sum>>16
	carried := uint64(b.length) % base * uint64(low+base-1) % base
	newLow := (low + b.sum&0xffff + base - 1) % base
	newHigh := (high + b.sum>>16 + uint32(carried)) % base
	return adler{newHigh<<16 | newLow, a.length + b.length}
}
