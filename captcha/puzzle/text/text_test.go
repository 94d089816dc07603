package text_test

import (
	"bytes"
	"fmt"
	_ "image/gif" // to decode what is drawn
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/text"
)

func draw(t testing.TB, maker captcha.Maker, n int, settings captcha.Settings) *captcha.Puzzle {
	t.Helper()
	puzzle, err := maker.Draw(puzzletest.SeedFor(n), settings)
	if err != nil {
		t.Fatal(err)
	}
	return puzzle
}

func typed(text string) captcha.Answer { return captcha.Answer{Text: text} }

func TestMakerKeepsTheLaws(t *testing.T) {
	t.Parallel()
	puzzletest.Run(t, puzzletest.Subject{
		Maker: text.New(),
		Guess: func(random *rand.Rand) captcha.Answer {
			guess := make([]byte, 4)
			for i := range guess {
				guess[i] = text.Alphabet[random.IntN(len(text.Alphabet))]
			}
			return typed(string(guess))
		},
		Rate: 1.0 / (24 * 24 * 24 * 24),
		Settings: []captcha.Settings{
			{"text.length": "5"},
			{"text.length": "6", "text.format": "png"},
		},
	})
}

// R1 and R5 of base64Captcha: it accepts an empty text for puzzles that it does
// not know, and folds the Kelvin sign into a K.
func TestAnAnswerIsJudgedByItsWholeText(t *testing.T) {
	maker, err := text.NewFixed("AK12")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, given string
		want        bool
	}{
		{"as it is drawn", "AK12", true},
		{"in lower case", "ak12", true},
		{"in both cases", "aK12", true},
		{"nothing", "", false},
		{"spaces only", "    ", false},
		{"a NUL for every character", "\x00\x00\x00\x00", false},
		{"the beginning", "AK1", false},
		{"the end", "K12", false},
		{"something more", "AK123", false},
		{"twice", "AK12AK12", false},
		{"another order", "KA12", false},
		{"a space before it, which the dialect takes off", " AK12", false},
		{"a newline after it", "AK12\n", false},
		{"the Kelvin sign for K", "A\u212a12", false},
		{"full-width letters", "ＡＫ１２", false},
		{"a Greek A", "ΑK12", false},
		{"a Cyrillic K", "AК12", false},
		{"an accent on the A", "A\u0301K12", false},
		{"broken UTF-8", "AK\xff2", false},
		{"a megabyte", strings.Repeat("AK12", 1<<18), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := maker.Accepts(puzzletest.SeedFor(1), nil, typed(row.given)); got != row.want {
				t.Errorf("accepted: %v, want %v", got, row.want)
			}
		})
	}
}

func TestPointsDoNotReplaceTheText(t *testing.T) {
	maker, seed := text.New(), puzzletest.SeedFor(1)
	if maker.Accepts(seed, nil, captcha.Answer{Points: []captcha.Point{{X: 1, Y: 1}}}) {
		t.Error("a point is accepted")
	}
}

// R6: base64Captcha draws its own texts from the clock, and from source texts in
// which letters of both cases or a digit less are.
func TestSolutionsAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	const seeds = 10_000
	for length := text.Shortest; length <= text.Longest; length++ {
		counts := make([]map[byte]int, length)
		for i := range counts {
			counts[i] = map[byte]int{}
		}
		for n := range seeds {
			solution := text.New().Solution(puzzletest.SeedFor(n), captcha.Settings{"text.length": fmt.Sprint(length)}).Text
			if len(solution) != length {
				t.Fatalf("the solution %q has not %d characters", solution, length)
			}
			for i := range solution {
				counts[i][solution[i]]++
			}
		}
		for i, counts := range counts {
			checkEven(t, fmt.Sprintf("at place %d of %d", i+1, length), counts, seeds)
		}
	}
}

// checkEven sees that each character of the alphabet, and no other, occurs as
// often as chance would have it, within five standard deviations.
func checkEven(t *testing.T, where string, counts map[byte]int, total int) {
	t.Helper()
	expected := float64(total) / float64(len(text.Alphabet))
	slack := 5 * math.Sqrt(expected*(1-1/float64(len(text.Alphabet))))
	for _, character := range []byte(text.Alphabet) {
		if n := float64(counts[character]); math.Abs(n-expected) > slack {
			t.Errorf("%s %c occurs %.0f times, want %.0f give or take %.0f", where, character, n, expected, slack)
		}
		delete(counts, character)
	}
	if len(counts) > 0 {
		t.Errorf("%s there are characters beyond the alphabet: %v", where, counts)
	}
}

func TestNoTwoCharactersOfTheAlphabetLookAlike(t *testing.T) {
	for _, alike := range []string{"0ODQ", "1ILJ", "2Z", "5S", "8B", "9G"} {
		found := ""
		for _, character := range alike {
			if strings.ContainsRune(text.Alphabet, character) {
				found += string(character)
			}
		}
		if len(found) > 1 && found != "DQ" { // the tail of a Q is large in both fonts
			t.Errorf("%s are in the alphabet", found)
		}
	}
	if strings.ToUpper(text.Alphabet) != text.Alphabet || len(text.Alphabet) != 24 {
		t.Errorf("the alphabet %q is not 24 characters of one case", text.Alphabet)
	}
}

func TestTheSolutionIsNotInTheFile(t *testing.T) {
	maker := text.New()
	for n := range 50 {
		for _, format := range []string{"gif", "png"} {
			settings := captcha.Settings{"text.format": format}
			solution := maker.Solution(puzzletest.SeedFor(n), settings).Text
			if bytes.Contains(draw(t, maker, n, settings).Picture.Data, []byte(solution)) {
				t.Errorf("the %s of %s says so in clear", format, solution)
			}
		}
	}
}

func TestAFixedTextIsTheSolutionOfEverySeed(t *testing.T) {
	maker, err := text.NewFixed("ab12")
	if err != nil {
		t.Fatal(err)
	}
	for n := range 10 {
		if got := maker.Solution(puzzletest.SeedFor(n), nil).Text; got != "AB12" {
			t.Errorf("the solution is %q, want AB12", got)
		}
	}
	if bytes.Equal(draw(t, maker, 1, nil).Picture.Data, draw(t, maker, 2, nil).Picture.Data) {
		t.Error("two seeds give the same picture")
	}
}

func TestAFixedTextThatNobodyCouldTypeIsRefused(t *testing.T) {
	for _, given := range []string{"", "ABC", "ABCDEFG", "AB 1", "AB1!", "ÄB12", "ＡＢ", "\x00\x00\x00\x00"} {
		if _, err := text.NewFixed(given); err == nil {
			t.Errorf("%q is allowed", given)
		}
	}
	if _, err := text.NewFixed("O0Il15"); err != nil {
		t.Errorf("letters beyond the alphabet: %v", err)
	}
}

func FuzzOnlyTheSolutionIsAccepted(f *testing.F) {
	maker, seed := text.New(), puzzletest.SeedFor(1)
	solution := maker.Solution(seed, nil).Text
	for _, given := range []string{solution, strings.ToLower(solution), "", " ", solution + "\x00", "A\u212a12"} {
		f.Add(given)
	}
	f.Fuzz(func(t *testing.T, given string) {
		if maker.Accepts(seed, nil, typed(given)) && strings.ToUpper(given) != solution {
			t.Errorf("%q is accepted for %q", given, solution)
		}
	})
}
