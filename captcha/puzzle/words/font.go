package words

import (
	_ "embed"
	"fmt"
	"slices"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The two fonts are Noto Sans CJK SC and Noto Serif CJK SC, bold, reduced to the
// characters in characters.txt by scripts/words-font. Their licence, the SIL Open
// Font License 1.1, is in font/OFL.txt and goes with every program that has them.
var (
	//go:embed font/characters.txt
	charactersText string
	//go:embed font/sans.otf
	sansFile []byte
	//go:embed font/serif.otf
	serifFile []byte
	//go:embed font/OFL.txt
	fontLicence string
)

// FontLicence is the licence of the fonts that are part of this package.
func FontLicence() string { return fontLicence }

// readFont finds the outlines of characters in a font.
func readFont(file []byte, characters []rune) ([]outline, error) {
	font, err := sfnt.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	var buffer sfnt.Buffer
	var shapes []outline
	for _, character := range characters {
		index, err := font.GlyphIndex(&buffer, character)
		if err != nil || index == 0 {
			return nil, fmt.Errorf("the font has no character %c (scripts/words-font puts it in): %w", character, err)
		}
		segments, err := font.LoadGlyph(&buffer, index, fixed.Int26_6(unitsPerEm), nil)
		if err != nil {
			return nil, fmt.Errorf("read the outline of %c: %w", character, err)
		}
		shapes = append(shapes, newOutline(segments).fitted())
	}
	return shapes, nil
}

// unitsPerEm is the size at which outlines are read.
const unitsPerEm = 4000

func newOutline(segments sfnt.Segments) outline {
	var shape outline
	last := func() *[]point { return &shape[len(shape)-1] }
	for _, segment := range segments {
		var p [3]point
		for i, at := range segment.Args {
			p[i] = point{int(at.X), int(at.Y)}
		}
		switch segment.Op {
		case sfnt.SegmentOpMoveTo:
			shape = append(shape, []point{p[0]})
		case sfnt.SegmentOpLineTo:
			*last() = append(*last(), p[0])
		case sfnt.SegmentOpQuadTo:
			a := (*last())[len(*last())-1]
			*last() = curve(*last(), third(a, p[0]), third(p[1], p[0]), p[1])
		case sfnt.SegmentOpCubeTo:
			*last() = curve(*last(), p[0], p[1], p[2])
		}
	}
	return shape.clockwise()
}

// third is the place a third of the way from b to a.
func third(a, b point) point { return point{(a.x + 2*b.x) / 3, (a.y + 2*b.y) / 3} }

// clockwise sees that a font's outlines wind clockwise around what is solid.
func (shape outline) clockwise() outline {
	sum := 0
	for _, chain := range shape {
		sum += area(chain)
	}
	if sum < 0 {
		for _, chain := range shape {
			slices.Reverse(chain)
		}
	}
	return shape
}
