package slider_test

import (
	"image"
	"image/color"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/slider"
)

// solid is the alpha from which a pixel of the strip belongs to the piece and
// not to its shadow.
const solid = 250

// theMaker and its stock are shared by the tests that draw a lot.
var (
	theMaker = sync.OnceValue(func() *slider.Maker { return slider.New(theStock()) })
	theStock = sync.OnceValue(func() *paint.Stock { return paint.NewStock(paint.Scenes()) })
)

// extent is the size of the solid part of a strip.
func extent(strip *image.NRGBA) (width, height int) {
	box := figure(strip)
	return box.Dx(), box.Dy()
}

func figure(strip *image.NRGBA) (box image.Rectangle) {
	for y := range strip.Rect.Dy() {
		for x := range strip.Rect.Dx() {
			if strip.NRGBAAt(x, y).A >= solid {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

// specimen is one slider, with what only the server knows.
type specimen struct {
	seed           captcha.Seed
	picture, strip *image.NRGBA
	x              int   // the solution
	places         []int // of hole and decoys

	grey, contrast []float64     // of the picture
	rim            []rimPixel    // of the figure
	core           []image.Point // of the figure, three pixels and more from its edge
	whites         []image.Point // of the figure, pure white
}

func newSpecimen(t testing.TB, n int, decoys string) *specimen {
	t.Helper()
	seed := puzzletest.SeedFor(n)
	puzzle := draw(t, theMaker(), n, map[string]string{"slider.decoys": decoys})
	s := &specimen{
		seed:    seed,
		picture: puzzletest.Pixels(t, puzzle.Picture),
		strip:   puzzletest.Pixels(t, puzzle.Piece),
		x:       solutionOf(seed),
		places:  slider.Places(seed, int(decoys[0]-'0')),
	}
	s.survey()
	return s
}

// clean is the background before there were holes in it.
func (s *specimen) clean() *image.NRGBA {
	background := theStock().Background(s.seed)
	clean := image.NewNRGBA(s.picture.Rect)
	for y := range paint.Height {
		for x := range paint.Width {
			c := background.At(x, y)
			clean.SetNRGBA(x, y, color.NRGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), 255})
		}
	}
	return clean
}

// holes compares the picture with the clean background, and tells the left ends
// of the columns that are changed.
func (s *specimen) holes() (holes []int) {
	previous, clean := false, s.clean()
	for x := range s.picture.Rect.Dx() {
		changed := false
		for y := range s.picture.Rect.Dy() {
			changed = changed || s.picture.NRGBAAt(x, y) != clean.NRGBAAt(x, y)
		}
		if changed && !previous {
			holes = append(holes, x)
		}
		previous = changed
	}
	return holes
}

func TestTheHoleIsWhereTheSolutionSays(t *testing.T) {
	t.Parallel()
	for n := range 10 {
		s := newSpecimen(t, n, "0")
		box := figure(s.strip).Add(image.Pt(s.x, 0))
		var changed image.Rectangle
		clean := s.clean()
		for y := range s.picture.Rect.Dy() {
			for x := range s.picture.Rect.Dx() {
				if s.picture.NRGBAAt(x, y) != clean.NRGBAAt(x, y) {
					changed = changed.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		if !box.In(changed) || !changed.In(box.Inset(-4)) {
			t.Errorf("seed %d: the piece belongs at %v, changed is %v", n, box, changed)
		}
	}
}

func TestThePieceShowsWhatWasInItsHole(t *testing.T) {
	t.Parallel()
	for n := range 10 {
		s := newSpecimen(t, n, "2")
		compared, clean := 0, s.clean()
		for y := 7; y < s.strip.Rect.Dy()-7; y++ {
			for x := 7; x < slider.StripWidth-7; x++ {
				if !s.deep(x, y, 6) {
					continue
				}
				compared++
				if got, want := s.strip.NRGBAAt(x, y), clean.NRGBAAt(x+s.x, y); got != want {
					t.Fatalf("seed %d: the piece has %v at %d,%d, the background %v", n, got, x, y, want)
				}
			}
		}
		if compared < 50 {
			t.Errorf("seed %d: only %d pixels of the piece are free of its shaded rim", n, compared)
		}
	}
}

// deep tells whether all pixels within that distance are in the figure.
func (s *specimen) deep(x, y, distance int) bool {
	if s.strip.NRGBAAt(x, y).A < solid {
		return false
	}
	for dy := -distance; dy <= distance; dy++ {
		for dx := -distance; dx <= distance; dx++ {
			if s.strip.NRGBAAt(x+dx, y+dy).A < solid {
				return false
			}
		}
	}
	return true
}

// R18: decoys give nothing away.
func TestDecoysAreAsTheHole(t *testing.T) {
	t.Parallel()
	for n := range 10 {
		for decoys, want := range map[string]int{"0": 1, "1": 2, "2": 3} {
			s := newSpecimen(t, n, decoys)
			if holes := s.holes(); len(holes) != want {
				t.Fatalf("seed %d with %s decoys: holes at %v", n, decoys, holes)
			}
			s.compareHoles(t, n)
		}
	}
}

// compareHoles checks that inside the figure every hole is the same as the right
// one, to the pixel.
func (s *specimen) compareHoles(t *testing.T, n int) {
	t.Helper()
	for _, place := range s.places {
		if place < slider.Least || place > slider.Most {
			t.Errorf("seed %d: a hole at %d, which is no legal answer", n, place)
		}
		for y := range s.strip.Rect.Dy() {
			for x := range slider.StripWidth {
				if s.strip.NRGBAAt(x, y).A < 255 {
					continue
				}
				if a, b := s.picture.NRGBAAt(place+x, y), s.picture.NRGBAAt(s.x+x, y); a != b {
					t.Fatalf("seed %d: %d,%d is %v in the hole at %d and %v in the right one", n, x, y, a, place, b)
				}
			}
		}
	}
}

func TestDecoysAreSpreadAsTheSolutionIs(t *testing.T) {
	t.Parallel()
	const seeds = 30_000
	for _, decoys := range []int{1, 2} {
		var counts [slider.Most + 1]int
		rank := make([]int, decoys+1) // of the hole among all places, from the left
		for n := range seeds {
			places := slider.Places(puzzletest.SeedFor(n), decoys)
			for i, x := range places[1:] {
				counts[x]++
				for _, other := range places[:i+1] {
					if away := max(x-other, other-x); away < slider.Apart {
						t.Fatalf("seed %d: %v are too near to each other", n, places)
					}
				}
			}
			hole := places[0]
			slices.Sort(places)
			rank[slices.Index(places, hole)]++
		}
		for i, n := range rank {
			expected := float64(seeds) / float64(decoys+1)
			if math.Abs(float64(n)-expected) > 4*math.Sqrt(expected) {
				t.Errorf("of %d holes, number %d from the left is the right one %d times of %d", decoys+1, i, n, seeds)
			}
		}
		// Two decoys of one seed hang together, so their counts spread a bit less
		// than independent ones would, never more.
		checkEven(t, counts[:], seeds*decoys)
	}
}

// Whoever knows all that there is to know about the insides and the edges of the
// holes still cannot tell them apart: by each measure, the right hole has the
// lowest, the middle and the highest rank equally often.
func TestNoMeasureOfAHoleTellsTheRightOne(t *testing.T) {
	const seeds = solved
	for _, m := range []struct {
		name    string
		measure func(*specimen, int) float64
	}{
		{"mean brightness", func(s *specimen, x int) float64 { mean, _, _ := s.inside(x); return mean }},
		{"variance", func(s *specimen, x int) float64 { _, variance, _ := s.inside(x); return variance }},
		{"inner edges", func(s *specimen, x int) float64 { _, _, edges := s.inside(x); return edges }},
		{"silhouette", func(s *specimen, x int) float64 { return s.silhouette(x) }},
	} {
		t.Run(m.name, func(t *testing.T) {
			var rank [3]float64
			for n := range seeds {
				s := specimenOf(t, n)
				mine, below, equal := m.measure(s, s.x), 0, 1
				for _, x := range s.places[1:] {
					if other := m.measure(s, x); other < mine {
						below++
					} else if other == mine {
						equal++
					}
				}
				for i := below; i < below+equal; i++ { // who cannot tell has to guess
					rank[i] += 1 / float64(equal)
				}
			}
			for i, n := range rank {
				if math.Abs(n-seeds/3.0) > 4*math.Sqrt(seeds*2/9.0) {
					t.Errorf("the right hole is number %d of 3 by this measure in %.0f of %d sliders", i+1, n, seeds)
				}
			}
		})
	}
}
