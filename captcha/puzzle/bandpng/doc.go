// Package bandpng writes many PNG files that are alike but for some rows: each
// costs little more than to compress these rows.
//
// A [Base] is the picture that the files have in common, cut into bands of a few
// rows. Each band is compressed once, thoroughly, when the Base is made. A
// [Change] is a copy of the rows that one file has for itself. Writing it
// compresses the bands that it touches, in little time (see coder), and copies the
// others as they are:
//
//	signature, IHDR, PLTE, tRNS
//	IDAT  78 01                      the header of a zlib stream
//	IDAT  band 0, ready
//	IDAT  bands 1 to 3, changed
//	IDAT  band 4, ready
//	...
//	IDAT  03 00, Adler-32            an empty last block, and the checksum
//	IEND
//
// Why that is a valid file:
//
//   - The contents of all IDAT chunks, one after the other, are one zlib stream;
//     where it is cut into chunks means nothing (RFC 2083, 4.1.3). So each band is
//     a chunk, with its checksum made in advance.
//   - A deflate stream is a row of blocks that end at any bit. Each band ends with
//     an empty stored block, which ends at a whole byte (RFC 1951, 3.2.4), so what
//     follows can be appended as bytes.
//   - Matches may reach back into former blocks, but a compressor that has been
//     reset knows none: no band refers to another one, whose content may be
//     different in this file.
//   - Every row has its own filter byte, "none", so no row depends on the one above.
//   - The Adler-32 of the whole follows from those of its parts and their lengths
//     (see adler).
package bandpng
