package slider_test

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/slider"
)

func newMaker() *slider.Maker { return slider.New(paint.NewStock(paint.Scenes())) }

// blindRate is how often a blind guess is right: 11 of 211 positions, less what
// lies beyond the ends.
const blindRate = (11*211 - 2*15) / (211.0 * 211)

func decoys(n string) captcha.Settings { return captcha.Settings{"slider.decoys": n} }

func TestMakerKeepsTheLaws(t *testing.T) {
	t.Parallel()
	puzzletest.Run(t, puzzletest.Subject{
		Maker: newMaker(),
		Guess: func(random *rand.Rand) captcha.Answer {
			return at(float64(slider.Least + random.IntN(slider.Most-slider.Least+1)))
		},
		Rate:     blindRate,
		Settings: []captcha.Settings{decoys("0"), decoys("1")},
	})
}

func at(x float64) captcha.Answer {
	return captcha.Answer{Points: []captcha.Point{{X: x, Y: slider.WireY}}}
}

func solutionOf(seed captcha.Seed) int {
	return int(theMaker().Solution(seed, nil).Points[0].X)
}

func TestAnAnswerIsJudgedByHowFarItIsOff(t *testing.T) {
	maker, seed := newMaker(), puzzletest.SeedFor(1)
	right := float64(solutionOf(seed))
	for _, row := range []struct {
		name  string
		given captcha.Answer
		want  bool
	}{
		{"exactly right", at(right), true},
		{"five to the left", at(right - 5), true},
		{"five to the right", at(right + 5), true},
		{"a little more than five to the left", at(right - 5.001), false},
		{"a little more than five to the right", at(right + 5.001), false},
		{"between two pixels", at(right + 4.5), true},
		{"another height, which is for the dialect to judge", captcha.Answer{Points: []captcha.Point{{X: right, Y: 77}}}, true},
		{"no point", captcha.Answer{}, false},
		{"two points", captcha.Answer{Points: []captcha.Point{{X: right}, {X: right}}}, false},
		{"not a number", at(math.NaN()), false},
		{"infinity", at(math.Inf(1)), false},
		{"negative infinity", at(math.Inf(-1)), false},
		{"the largest number", at(math.MaxFloat64), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := maker.Accepts(seed, nil, row.given); got != row.want {
				t.Errorf("accepted: %v, want %v", got, row.want)
			}
		})
	}
}

func TestSolutionsAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	const seeds = 40_000
	maker := newMaker()
	var counts [slider.Most + 1]int
	for n := range seeds {
		answer := maker.Solution(puzzletest.SeedFor(n), nil)
		if len(answer.Points) != 1 || answer.Points[0].Y != slider.WireY {
			t.Fatalf("the solution is %v, want one point with y %d", answer, slider.WireY)
		}
		counts[int(answer.Points[0].X)]++
	}
	checkEven(t, counts[:], seeds)
}

// checkEven compares counts with an even spread over all legal positions, by
// Pearson's chi-squared. With 210 degrees of freedom its mean is 210 and its
// standard deviation 20.5.
func checkEven(t *testing.T, counts []int, total int) {
	t.Helper()
	expected := float64(total) / (slider.Most - slider.Least + 1)
	sum := 0.0
	for x, n := range counts {
		if x < slider.Least && n > 0 {
			t.Errorf("%d at %d, which is not legal", n, x)
		}
		if x >= slider.Least {
			sum += (float64(n) - expected) * (float64(n) - expected) / expected
		}
	}
	if sum > 210+4*20.5 {
		t.Errorf("chi-squared is %.0f, want about 210", sum)
	}
}

func TestPictureAndStripHaveTheSizesThatClientsExpect(t *testing.T) {
	for n := range 10 {
		puzzle := draw(t, newMaker(), n, nil)
		if p := puzzle.Picture; p.Type != "image/png" || p.Width != 310 || p.Height != 155 {
			t.Errorf("the picture is %s, %dx%d", p.Type, p.Width, p.Height)
		}
		if p := puzzle.Piece; p.Type != "image/png" || p.Width != 47 || p.Height != 155 {
			t.Errorf("the strip is %s, %dx%d", p.Type, p.Width, p.Height)
		}
		if bytes := len(puzzle.Picture.Data) + len(puzzle.Piece.Data); bytes > 100_000 {
			t.Errorf("both together have %d bytes: too much for a response of 200 KB in base64", bytes)
		}
		width, height := extent(puzzletest.Pixels(t, puzzle.Piece))
		if width < 35 || width > 45 || height < 36 || height > 45 {
			t.Errorf("the piece is %dx%d pixels", width, height)
		}
	}
}

func draw(t testing.TB, maker captcha.Maker, n int, settings captcha.Settings) *captcha.Puzzle {
	t.Helper()
	puzzle, err := maker.Draw(puzzletest.SeedFor(n), settings)
	if err != nil {
		t.Fatal(err)
	}
	return puzzle
}

// R19.
func TestEveryMaskIsUsed(t *testing.T) {
	seen := map[int]bool{}
	for n := range 400 {
		seen[puzzletest.SeedFor(n).Rand("style").IntN(theMaker().Masks())] = true
	}
	if len(seen) != theMaker().Masks() {
		t.Errorf("%d of %d masks are used", len(seen), theMaker().Masks())
	}
}

// R20: neither the height nor the decoys are searched for without end, even where
// every place looks the same.
func TestOnePhotographIsEnough(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewNRGBA(image.Rect(0, 0, 310, 155))); err != nil {
		t.Fatal(err)
	}
	photos, err := paint.Photos(fstest.MapFS{"blank.png": {Data: file.Bytes()}})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 10 {
		draw(t, slider.New(paint.NewStock(photos)), n, nil)
	}
}
