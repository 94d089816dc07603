package words_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/words"
)

func TestGlyphsStayApartAndInsideThePicture(t *testing.T) {
	t.Parallel()
	for total := 4; total <= 8; total++ {
		for n := range 1_000 {
			spots, _ := words.Spots(puzzletest.SeedFor(n), 3, total-3)
			for i, a := range spots {
				if a.X < a.Reach || a.Y < a.Reach || a.X+a.Reach > paint.Width || a.Y+a.Reach > paint.Height {
					t.Fatalf("seed %d: %+v is not inside the picture", n, a)
				}
				if a.Box > a.Reach {
					t.Fatalf("seed %d: clicks are taken %d from the middle, and glyphs kept apart by %d", n, a.Box, a.Reach)
				}
				for _, b := range spots[:i] {
					if max(a.X-b.X, b.X-a.X, a.Y-b.Y, b.Y-a.Y) <= a.Reach+b.Reach {
						t.Fatalf("seed %d: %+v and %+v touch", n, a, b)
					}
				}
			}
		}
	}
}

// R20.
func TestPlacesAreNotSearchedForLong(t *testing.T) {
	t.Parallel()
	for total := 4; total <= 8; total++ {
		sum, most := 0, 0
		const seeds = 4_000
		for n := range seeds {
			rounds := words.Rounds(puzzletest.SeedFor(n), total)
			sum, most = sum+rounds, max(most, rounds)
		}
		t.Logf("%d glyphs: %.2f rounds on average, %d at most", total, float64(sum)/seeds, most)
		if most > 40 || sum > 3*seeds {
			t.Errorf("%d glyphs: %.2f rounds on average, %d at most", total, float64(sum)/seeds, most)
		}
	}
}

// Which glyphs are asked and when must not follow from where they are, how large
// they are, or which was placed first. Each row of counts should be even.
func TestNothingAboutAPlaceTellsWhenItIsAsked(t *testing.T) {
	t.Parallel()
	const seeds, count, decoys = 6_000, 3, 3
	for name, key := range map[string]func(spot words.Spot, i int) int{
		"from left to right": func(s words.Spot, _ int) int { return s.X },
		"from top to bottom": func(s words.Spot, _ int) int { return s.Y },
		"by size":            func(s words.Spot, i int) int { return s.Size*10 + i },
		"by when it was put": func(_ words.Spot, i int) int { return i },
		"by distance from the middle of the picture": func(s words.Spot, _ int) int {
			return (s.X-paint.Width/2)*(s.X-paint.Width/2) + (s.Y-paint.Height/2)*(s.Y-paint.Height/2)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var counts [count][count + decoys]int
			for n := range seeds {
				spots, asked := words.Spots(puzzletest.SeedFor(n), count, decoys)
				for when, i := range asked {
					rank := 0
					for j, other := range spots {
						if key(other, j) < key(spots[i], i) || key(other, j) == key(spots[i], i) && j < i {
							rank++
						}
					}
					counts[when][rank]++
				}
			}
			for when, row := range counts {
				checkEven(t, fmt.Sprintf("asked as number %d", when+1), row[:], seeds)
			}
		})
	}
}

// checkEven is Pearson's chi-squared: of k counts its mean is k-1 and its
// variance twice that.
func checkEven(t *testing.T, what string, counts []int, total int) {
	t.Helper()
	expected, sum := float64(total)/float64(len(counts)), 0.0
	for _, n := range counts {
		sum += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	if free := float64(len(counts) - 1); sum > free+5*math.Sqrt(2*free) {
		t.Errorf("%s: %v, chi-squared %.1f, want about %.0f", what, counts, sum, free)
	}
}

func TestEveryOrderIsEquallyLikely(t *testing.T) {
	t.Parallel()
	const seeds = 12_000
	counts := map[[3]int]int{}
	for n := range seeds {
		_, asked := words.Spots(puzzletest.SeedFor(n), 3, 1)
		counts[[3]int(asked)]++
	}
	var list []int
	for _, n := range counts {
		list = append(list, n)
	}
	if len(list) != 24 {
		t.Errorf("%d of 24 orders occur", len(list))
	}
	checkEven(t, "orders", list, seeds)
}

// Who looks at no picture is right as good as never.
func TestBlindClicksAreWrong(t *testing.T) {
	t.Parallel()
	maker := newMaker(t)
	for _, count := range []string{"3", "4", "5"} {
		settings := chosen(count, "1", "han")
		random, right := rand.New(rand.NewPCG(1, 2)), 0
		const guesses = 20_000
		for n := range guesses {
			var given captcha.Answer
			for range settings.Int(words.Count) {
				given.Points = append(given.Points, somewhere(random))
			}
			if maker.Accepts(puzzletest.SeedFor(n%2_000), settings, given) {
				right++
			}
		}
		t.Logf("%s clicks: %d of %d blind guesses are right", count, right, guesses)
		if right > guesses/1_000 {
			t.Errorf("%s clicks: %d of %d blind guesses are right", count, right, guesses)
		}
	}
}
