package bandpng

import "math/bits"

// codeLengths are the lengths of a Huffman code for symbols that are used that
// often, none longer than deflate allows. Where one would be, the counts are evened
// out.
func codeLengths(counts []int) []uint32 {
	for {
		lengths, longest := huffman(counts)
		if longest <= longestCode {
			return lengths
		}
		for i := range counts {
			counts[i] = counts[i]/2 + 1
		}
	}
}

// huffman builds the tree by joining the two lightest nodes again and again (David
// Huffman, 1952), and tells how deep each symbol is in it.
func huffman(counts []int) (lengths []uint32, longest uint32) {
	type node struct{ weight, parent int }
	nodes := make([]node, 0, 2*len(counts))
	var roots []int
	for i, count := range counts {
		nodes, roots = append(nodes, node{count, -1}), append(roots, i)
	}
	lightest := func() int {
		found := 0
		for i, root := range roots {
			if nodes[root].weight < nodes[roots[found]].weight {
				found = i
			}
		}
		root := roots[found]
		roots[found] = roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		return root
	}
	for len(roots) > 1 {
		a, b := lightest(), lightest()
		nodes[a].parent, nodes[b].parent = len(nodes), len(nodes)
		roots = append(roots, len(nodes))
		nodes = append(nodes, node{nodes[a].weight + nodes[b].weight, -1})
	}
	lengths = make([]uint32, len(counts))
	for i := range lengths {
		for at := nodes[i].parent; at >= 0; at = nodes[at].parent {
			lengths[i]++
		}
		longest = max(longest, lengths[i])
	}
	return lengths, longest
}

// canonical are the codes that follow from their lengths (RFC 1951, 3.2.2). Unlike
// all other numbers, codes are written from their highest bit.
func canonical(lengths []uint32) []code {
	codes := make([]code, len(lengths))
	next := uint16(0)
	for length := uint32(1); length <= longestCode; length++ {
		next <<= 1
		for symbol, own := range lengths {
			if own == length {
				codes[symbol] = code{uint32(bits.Reverse16(next) >> (16 - length)), length}
				next++
			}
		}
	}
	return codes
}
