package words_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/words"
)

func newMaker(t testing.TB) *words.Maker {
	t.Helper()
	maker, err := words.New(paint.Scenes())
	if err != nil {
		t.Fatal(err)
	}
	return maker
}

func draw(t testing.TB, maker *words.Maker, n int, settings captcha.Settings) *captcha.Puzzle {
	t.Helper()
	puzzle, err := maker.Draw(puzzletest.SeedFor(n), settings)
	if err != nil {
		t.Fatal(err)
	}
	return puzzle
}

func chosen(count, decoys, alphabet string) captcha.Settings {
	return captcha.Settings{"words.count": count, "words.decoys": decoys, "words.alphabet": alphabet}
}

// somewhere is a click where glyphs are most often.
func somewhere(random *rand.Rand) captcha.Point {
	return captcha.Point{X: 30 + random.Float64()*(paint.Width-60), Y: 30 + random.Float64()*(paint.Height-60)}
}

func TestMakerKeepsTheLaws(t *testing.T) {
	t.Parallel()
	puzzletest.Run(t, puzzletest.Subject{
		Maker: newMaker(t),
		Guess: func(random *rand.Rand) captcha.Answer {
			return captcha.Answer{Points: []captcha.Point{somewhere(random), somewhere(random), somewhere(random)}}
		},
		Rate: 0.0004,
		Settings: []captcha.Settings{
			chosen("3", "1", "icons"), chosen("4", "2", "latin"), chosen("5", "3", "han"),
		},
	})
}

func TestAnAnswerIsJudgedByHowFarItIsOff(t *testing.T) {
	maker, seed := newMaker(t), puzzletest.SeedFor(1)
	right := maker.Solution(seed, nil).Points
	spots, asked := words.Spots(seed, 3, 3)
	box := float64(spots[asked[1]].Box)
	moved := func(i int, dx, dy float64) []captcha.Point {
		points := slices.Clone(right)
		points[i] = captcha.Point{X: points[i].X + dx, Y: points[i].Y + dy}
		return points
	}
	for _, row := range []struct {
		name  string
		given []captcha.Point
		want  bool
	}{
		{"exactly right", right, true},
		{"at a corner of the box", moved(1, box, -box), true},
		{"a little to the left of the box", moved(1, -box-0.001, 0), false},
		{"a little below the box", moved(1, 0, box+0.001), false},
		{"the first two in the wrong order", []captcha.Point{right[1], right[0], right[2]}, false},
		{"backwards", []captcha.Point{right[2], right[1], right[0]}, false},
		{"one missing", right[:2], false},
		{"one too many", append(slices.Clone(right), right[0]), false},
		{"one twice", []captcha.Point{right[0], right[0], right[2]}, false},
		{"not a number", moved(2, math.NaN(), 0), false},
		{"not a number downwards", moved(0, 0, math.NaN()), false},
		{"infinity", moved(0, math.Inf(1), 0), false},
		{"the largest number", moved(0, 0, math.MaxFloat64), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := maker.Accepts(seed, nil, captcha.Answer{Points: row.given}); got != row.want {
				t.Errorf("accepted: %v, want %v", got, row.want)
			}
		})
	}
}

func TestDecoysAreWrong(t *testing.T) {
	maker := newMaker(t)
	for n := range 200 {
		seed := puzzletest.SeedFor(n)
		spots, asked := words.Spots(seed, 3, 3)
		for i, spot := range spots {
			given := maker.Solution(seed, nil)
			if slices.Contains(asked, i) {
				continue
			}
			given.Points[n%3] = captcha.Point{X: float64(spot.X), Y: float64(spot.Y)}
			if maker.Accepts(seed, nil, given) {
				t.Errorf("seed %d: a decoy is accepted", n)
			}
		}
	}
}

func TestTheSizesAreThoseThatClientsExpect(t *testing.T) {
	for n := range 10 {
		puzzle := draw(t, newMaker(t), n, chosen("4", "2", "han"))
		if p := puzzle.Picture; p.Type != "image/png" || p.Width != 310 || p.Height != 155 {
			t.Errorf("the picture is %s, %dx%d", p.Type, p.Width, p.Height)
		}
		if p := puzzle.Piece; p.Type != "image/png" || p.Width != 4*words.Cell || p.Height != words.Cell {
			t.Errorf("the strip is %s, %dx%d", p.Type, p.Width, p.Height)
		}
		if bytes := len(puzzle.Picture.Data) + len(puzzle.Piece.Data); bytes > 120_000 {
			t.Errorf("both together have %d bytes: too much for a response of 200 KB in base64", bytes)
		}
	}
}

func TestWordsAreNamedWhereTheyAreText(t *testing.T) {
	maker := newMaker(t)
	for _, row := range []struct {
		alphabet string
		want     int
	}{{"han", 5}, {"latin", 5}, {"icons", 0}} {
		for n := range 15 {
			named := draw(t, maker, n, chosen("5", "3", row.alphabet)).Words
			if len(named) != row.want {
				t.Errorf("%s: %q are named, want %d", row.alphabet, named, row.want)
			}
			if unique := slices.Compact(slices.Sorted(slices.Values(named))); len(unique) != len(named) {
				t.Errorf("%s: %q are not all different", row.alphabet, named)
			}
		}
	}
}

func TestTheLicenceOfTheFontsIsAtHand(t *testing.T) {
	for _, part := range []string{"SIL OPEN FONT LICENSE Version 1.1", "Adobe", "Noto Sans CJK", "Noto Serif CJK"} {
		if !strings.Contains(words.FontLicence(), part) {
			t.Errorf("the licence does not say %q", part)
		}
	}
}
