package words_test

import (
	"cmp"
	"flag"
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/words"
)

var templates = flag.Int("templates", 10, "how many puzzles of each alphabet are set to the solver that compares shapes")

// The solvers of this file are better informed than bots: they are told where
// the glyphs are, and some also which ones are asked.

func clicks(spots []words.Spot, which []int) captcha.Answer {
	var answer captcha.Answer
	for _, i := range which {
		answer.Points = append(answer.Points, captcha.Point{X: float64(spots[i].X), Y: float64(spots[i].Y)})
	}
	return answer
}

// R4: against AJ-Captcha, whose words always stand in reading order, this is
// right every time.
func TestNoFixedOrderSolves(t *testing.T) {
	t.Parallel()
	const seeds = 4_000
	maker := newMaker(t)
	orders := []struct {
		name    string
		compare func(a, b words.Spot) int
	}{
		{"from left to right", func(a, b words.Spot) int { return a.X - b.X }},
		{"from right to left", func(a, b words.Spot) int { return b.X - a.X }},
		{"from top to bottom", func(a, b words.Spot) int { return a.Y - b.Y }},
		{"as one reads", func(a, b words.Spot) int { return cmp.Or(a.Y/52-b.Y/52, a.X-b.X) }},
		{"the largest first", func(a, b words.Spot) int { return b.Size - a.Size }},
	}
	for _, row := range []struct {
		settings     captcha.Settings
		known, blind float64 // how often chance is right: who knows which are asked, and who does not
	}{
		{nil, 1.0 / 6, 1.0 / 120},
		{chosen("4", "2", "han"), 1.0 / 24, 1.0 / 360},
		{chosen("5", "3", "han"), 1.0 / 120, 1.0 / 6720},
	} {
		count, decoys := row.settings.Int(words.Count), row.settings.Int(words.Decoys)
		for _, by := range orders {
			known, blind := 0, 0
			for n := range seeds {
				seed := puzzletest.SeedFor(n)
				spots, asked := words.Spots(seed, count, decoys)
				sorted := func(which []int) []int {
					return slices.SortedStableFunc(slices.Values(which), func(a, b int) int { return by.compare(spots[a], spots[b]) })
				}
				if maker.Accepts(seed, row.settings, clicks(spots, sorted(slices.Sorted(slices.Values(asked))))) {
					known++
				}
				if maker.Accepts(seed, row.settings, clicks(spots, sorted(rand.New(rand.NewPCG(1, uint64(n))).Perm(len(spots))[:count]))) {
					blind++
				}
			}
			t.Logf("%d of %d, %s: %.2f %% right knowing which are asked (chance: %.2f), %.3f %% not knowing (chance: %.3f)", count, count+decoys,
				by.name, 100*float64(known)/seeds, 100*row.known, 100*float64(blind)/seeds, 100*row.blind)
			if off := math.Abs(float64(known)/seeds - row.known); off > 5*math.Sqrt(row.known/seeds) {
				t.Errorf("%s, knowing which: %d of %d", by.name, known, seeds)
			}
			if off := math.Abs(float64(blind)/seeds - row.blind); off > 5*math.Sqrt(row.blind/seeds)+2.0/seeds {
				t.Errorf("%s, not knowing: %d of %d", by.name, blind, seeds)
			}
		}
	}
}

// This is a measure, and no promise: of a program that does what a person does.
// It is told where the glyphs are, takes the shapes out of the strip, and
// compares them turned and resized with what it finds there.
func TestTemplateSolverIsReported(t *testing.T) {
	t.Parallel()
	maker := newMaker(t)
	for _, alphabet := range []string{"han", "latin", "icons"} {
		settings := chosen("3", "3", alphabet)
		right, single := 0, 0
		for n := range *templates {
			seed := puzzletest.SeedFor(n)
			puzzle := draw(t, maker, n, settings)
			spots, asked := words.Spots(seed, 3, 3)
			which := matched(puzzletest.Pixels(t, puzzle.Picture), puzzletest.Pixels(t, puzzle.Piece), spots)
			for i := range asked {
				if which[i] == asked[i] {
					single++
				}
			}
			if maker.Accepts(seed, settings, clicks(spots, which)) {
				right++
			}
		}
		t.Logf("%s: told where the glyphs are, comparing shapes finds %.0f %% of them and solves %.0f %% of %d puzzles", alphabet,
			100*float64(single)/float64(3**templates), 100*float64(right)/float64(*templates), *templates)
	}
}

// matched says which glyph of the picture is each one of the strip, so that all
// together are most alike.
func matched(picture, strip *image.NRGBA, spots []words.Spot) []int {
	grey, dark := greys(picture), greys(strip)
	patches := make([][]*patch, len(spots))
	for i, spot := range spots {
		for _, dx := range []int{-4, -2, 0, 2, 4} {
			for _, dy := range []int{-4, -2, 0, 2, 4} {
				patches[i] = append(patches[i], newPatch(grey, float64(spot.X+dx), float64(spot.Y+dy), 0, 1))
			}
		}
	}
	var scores [3][6]float64
	for i := range scores {
		for turn := -40; turn <= 40; turn += 5 {
			for _, size := range []float64{0.95, 1.1, 1.25, 1.4} {
				shape := newPatch(dark, float64(i*words.Cell+words.Cell/2), words.Cell/2, float64(turn)*math.Pi/180, size)
				for j := range spots {
					for _, patch := range patches[j] {
						scores[i][j] = max(scores[i][j], shape.alike(patch))
					}
				}
			}
		}
	}
	var best []int
	most := math.Inf(-1)
	for a := range 6 {
		for b := range 6 {
			for c := range 6 {
				if sum := scores[0][a] + scores[1][b] + scores[2][c]; a != b && b != c && a != c && sum > most {
					best, most = []int{a, b, c}, sum
				}
			}
		}
	}
	return best
}

// greys is how light a picture is, softened over 2x2 pixels.
func greys(picture *image.NRGBA) *image.Gray {
	soft := image.NewGray(picture.Rect)
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			sum := 0
			for _, at := range []image.Point{{x, y}, {min(x+1, picture.Rect.Dx()-1), y}, {x, min(y+1, picture.Rect.Dy()-1)}} {
				c := picture.NRGBAAt(at.X, at.Y)
				sum += 3*int(c.R) + 6*int(c.G) + int(c.B)
			}
			soft.Pix[soft.PixOffset(x, y)] = uint8(sum / 30)
		}
	}
	return soft
}

// patch is what is around a place: how light it is, in relation to the mean.
type patch [22 * 22]float64

// newPatch takes every second pixel around a place, turned and resized. What is
// outside of the picture, and of the cell of a strip, counts as light.
func newPatch(grey *image.Gray, x, y, angle, size float64) *patch {
	sin, cos := math.Sincos(angle)
	p, sum, square := &patch{}, 0.0, 0.0
	for i := range p {
		dx, dy := float64(i%22*2-21), float64(i/22*2-21)
		fx, fy := (dx*cos+dy*sin)/size, (dy*cos-dx*sin)/size
		p[i] = 244
		if at := image.Pt(int(math.Floor(x+fx)), int(math.Floor(y+fy))); at.In(grey.Rect) && (grey.Rect.Dy() > words.Cell || max(math.Abs(fx), math.Abs(fy)) < words.Cell/2) {
			p[i] = float64(grey.GrayAt(at.X, at.Y).Y)
		}
		sum += p[i]
	}
	for i := range p {
		p[i] -= sum / float64(len(p))
		square += p[i] * p[i]
	}
	for i := range p {
		p[i] /= math.Sqrt(square)
	}
	return p
}

// alike is the correlation of two patches, of either sign: glyphs in the picture
// may be light or dark.
func (p *patch) alike(other *patch) (product float64) {
	for i := range p {
		product += p[i] * other[i]
	}
	return math.Abs(product)
}
