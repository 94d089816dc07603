package text

import (
	"fmt"
	"image"
	"strings"
	"sync"
)

// face holds the glyphs of one font, by character.
type face map[byte]*glyph

// glyph is the shape of one character: how much ink there is at each pixel.
type glyph struct {
	width, height int
	ink           []uint8
}

// glyphs are a constant table, of the Alphabet in each font. It takes a while to
// draw, so it is made once.
var glyphs = sync.OnceValues(func() ([]face, error) { return drawFaces(Alphabet) })

// drawFaces has the library draw these characters in each font, all fonts at
// the same time.
func drawFaces(characters string) ([]face, error) {
	faces, errs := make([]face, len(fonts)), make([]error, len(fonts))
	var group sync.WaitGroup
	for i, font := range fonts {
		group.Go(func() { faces[i], errs[i] = newFace(font, characters, patience) })
	}
	group.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("draw the font %s: %w", fonts[i], err)
		}
	}
	return faces, nil
}

// patience is how often a character is drawn before we give up on finding all
// its sizes. Twenty times is usual. That so many do not do is less likely than 1
// in 10^12 even for the tail of a Q, which is often cut off.
const patience = 400

// newFace has the library draw each character until it has been seen in every
// size, and keeps the largest. So the glyphs are the same on every machine,
// though the library draws at random.
func newFace(font, characters string, patience int) (face, error) {
	pen, err := newPen(font)
	if err != nil {
		return nil, err
	}
	face, seen := face{}, map[byte]map[string]bool{}
	missing := characters
	for range patience {
		shapes, err := pen.shapes(missing)
		if err != nil {
			return nil, err
		}
		for i, shape := range shapes {
			if shape != nil {
				face.keep(missing[i], newGlyph(shape), seen)
			}
		}
		missing = strings.Map(func(character rune) rune {
			if len(seen[byte(character)]) == sizes {
				return -1
			}
			return character
		}, missing)
		if missing == "" {
			return face, nil
		}
	}
	return nil, fmt.Errorf("it does not show %s in %d sizes", missing, sizes)
}

// keep notes that a character has been seen in this size, and keeps it if it is
// the largest so far.
func (f face) keep(character byte, g *glyph, seen map[byte]map[string]bool) {
	if seen[character] == nil {
		seen[character] = map[string]bool{}
	}
	seen[character][fmt.Sprint(g.width, " ", string(g.ink))] = true
	if known := f[character]; known == nil || len(g.ink) > len(known.ink) {
		f[character] = g
	}
}

func newGlyph(shape *image.Alpha) *glyph {
	size := shape.Rect.Size()
	g := &glyph{width: size.X, height: size.Y}
	for y := range size.Y {
		g.ink = append(g.ink, shape.Pix[y*shape.Stride:y*shape.Stride+size.X]...)
	}
	return g
}

// at is how much ink there is at that place, in 1/256 of a pixel, between its
// four neighbours.
func (g *glyph) at(x, y int) uint8 {
	column, row, right, below := x>>8, y>>8, x&255, y&255
	if column < -1 || row < -1 || column >= g.width || row >= g.height {
		return 0
	}
	upper := g.pixel(column, row)*(one-right) + g.pixel(column+1, row)*right
	lower := g.pixel(column, row+1)*(one-right) + g.pixel(column+1, row+1)*right
	return uint8((upper*(one-below) + lower*below) >> 16)
}

func (g *glyph) pixel(x, y int) int {
	if x < 0 || y < 0 || x >= g.width || y >= g.height {
		return 0
	}
	return int(g.ink[y*g.width+x])
}
