package words_test

import (
	"image"
	"math"
	"slices"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/words"
)

// The glyphs are where the solution says, which is found without drawing: what
// differs from the bare background is around the places, and nothing is cut off.
func TestGlyphsAreDrawnWhereTheSolutionIs(t *testing.T) {
	t.Parallel()
	maker := newMaker(t)
	for _, alphabet := range []string{"han", "latin", "icons"} {
		for n := range 12 {
			seed := puzzletest.SeedFor(n)
			settings := chosen("4", "2", alphabet)
			bare := paint.Scenes().Background(seed.Rand("background"))
			drawn := puzzletest.Pixels(t, draw(t, maker, n, settings).Picture)
			spots, asked := words.Spots(seed, 4, 2)
			for i, point := range maker.Solution(seed, settings).Points {
				if spot := spots[asked[i]]; point.X != float64(spot.X) || point.Y != float64(spot.Y) {
					t.Fatalf("%s, seed %d: the solution is at %v, the glyph at %+v", alphabet, n, point, spot)
				}
			}
			found := 0
			for _, spot := range spots {
				square := image.Rect(spot.X-spot.Reach, spot.Y-spot.Reach, spot.X+spot.Reach, spot.Y+spot.Reach)
				changed, count := difference(bare, drawn, square)
				found += count
				middle := changed.Min.Add(changed.Max).Sub(image.Pt(2*spot.X, 2*spot.Y)).Div(2)
				if max(middle.X, -middle.X, middle.Y, -middle.Y) > 1 {
					t.Errorf("%s, seed %d: the glyph at %+v is drawn %v beside it", alphabet, n, spot, middle)
				}
				if changed.Dx() < 10 || changed.Dy() < 10 || max(changed.Dx(), changed.Dy()) < 2*spot.Size/3 {
					t.Errorf("%s, seed %d: the glyph at %+v is %v", alphabet, n, spot, changed.Size())
				}
			}
			if _, all := difference(bare, drawn, drawn.Rect); all != found {
				t.Errorf("%s, seed %d: %d pixels differ outside of all places", alphabet, n, all-found)
			}
		}
	}
}

// difference is where two pictures differ, and in how many pixels.
func difference(a, b *image.NRGBA, within image.Rectangle) (where image.Rectangle, count int) {
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if a.NRGBAAt(x, y) != b.NRGBAAt(x, y) {
				where = where.Union(image.Rect(x, y, x+1, y+1))
				count++
			}
		}
	}
	return where, count
}

// R21. A glyph and its halo have a contrast of 3 to 1 at least, as WCAG asks, on
// every background; so glyphs can be seen by people who see no colours.
func TestGlyphsStandOut(t *testing.T) {
	t.Parallel()
	least := math.Inf(1)
	for _, family := range paint.Families() {
		maker, err := words.New(family)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 8 {
			seed := puzzletest.SeedFor(n)
			drawn, bare := puzzletest.Pixels(t, draw(t, maker, n, nil).Picture), family.Background(seed.Rand("background"))
			spots, _ := words.Spots(seed, 3, 3)
			for _, spot := range spots {
				var lights []float64
				for y := spot.Y - spot.Reach; y < spot.Y+spot.Reach; y++ {
					for x := spot.X - spot.Reach; x < spot.X+spot.Reach; x++ {
						if drawn.NRGBAAt(x, y) != bare.NRGBAAt(x, y) {
							lights = append(lights, luminance(drawn, x, y))
						}
					}
				}
				slices.Sort(lights)
				dark, light := lights[len(lights)/8], lights[len(lights)*7/8]
				contrast := (light + 0.05) / (dark + 0.05)
				least = min(least, contrast)
				if contrast < 3 {
					t.Errorf("%s, seed %d: the glyph at %d,%d has a contrast of %.1f", family.Name, n, spot.X, spot.Y, contrast)
				}
			}
		}
	}
	t.Logf("the least contrast is %.1f", least)
}

// luminance is the relative luminance of WCAG 2.
func luminance(picture *image.NRGBA, x, y int) float64 {
	linear := func(v uint8) float64 {
		if s := float64(v) / 255; s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		}
		return float64(v) / 255 / 12.92
	}
	c := picture.NRGBAAt(x, y)
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
