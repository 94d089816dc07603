package words

import "github.com/captchad/captchad/captcha"

// Spot is a place, for tests.
type Spot struct{ X, Y, Size, Reach, Box int }

// Spots tells tests where all glyphs are, and which are asked, in order.
func Spots(seed captcha.Seed, count, decoys int) (spots []Spot, asked []int) {
	for _, p := range places(seed, count+decoys) {
		spots = append(spots, Spot{p.x, p.y, p.size, p.reach(), p.box()})
	}
	return spots, order(seed, count+decoys, count)
}

// Rounds counts how often glyphs have to be spread until they fit.
func Rounds(seed captcha.Seed, total int) (rounds int) {
	random := seed.Rand("places")
	for rounds = 1; scatter(random, total) == nil; rounds++ {
	}
	return rounds
}

// ParseIcon tells tests whether an icon can be read.
func ParseIcon(path string) error {
	_, err := parseIcon(path)
	return err
}

// Sample is one member of an alphabet as each face shows it: how much of each
// pixel of a square is ink.
type Sample struct {
	Name  string
	Faces [][]uint8
}

// Samples draws an alphabet, upright, with that many pixels in a square of side.
func Samples(alphabet string, size, side int) ([]Sample, error) {
	alphabets, err := alphabets()
	if err != nil {
		return nil, err
	}
	var samples []Sample
	pen := newPen()
	letters := alphabets[alphabet]
	for i, name := range letters.names {
		sample := Sample{Name: name}
		for _, face := range letters.faces {
			sample.Faces = append(sample.Faces, pen.fill(face[i], sized(size), side).pix)
		}
		samples = append(samples, sample)
	}
	return samples, nil
}
