// Package puzzletest holds the laws that every [captcha.Maker] keeps, as tests.
// A new kind of puzzle runs them in ten lines:
//
//	func TestMakerKeepsTheLaws(t *testing.T) {
//		puzzletest.Run(t, puzzletest.Subject{
//			Maker: rotate.New(),
//			Guess: func(random *rand.Rand) captcha.Answer { ... },
//			Rate:  20.0 / 360,
//		})
//	}
package puzzletest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/draw"
	_ "image/png" // to decode what makers draw
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/captchad/captchad/captcha"
)

// Subject is a Maker under test and what is to be expected of it.
type Subject struct {
	Maker captcha.Maker

	// Guess is the best that one can do blindly, such as any legal position.
	Guess func(random *rand.Rand) captcha.Answer
	// Rate is how often such a guess is right, from 0 to 1.
	Rate float64

	// Settings are the choices to try beside the defaults: every value that a
	// Site may choose, or those at the ends.
	Settings []captcha.Settings
}

// Run tests the laws.
func Run(t *testing.T, s Subject) {
	t.Run("its kind has a name", s.kind)
	t.Run("every setting has a name, a line of help, and a default that it allows", s.settings)
	t.Run("a choice that no setting allows is refused", s.misspelt)
	for _, settings := range append([]captcha.Settings{nil}, s.Settings...) {
		t.Run(fmt.Sprintf("with settings %v", settings), func(t *testing.T) {
			t.Run("the same seed gives the same puzzle and solution", func(t *testing.T) { s.same(t, settings) })
			t.Run("another seed gives another puzzle", func(t *testing.T) { s.another(t, settings) })
			t.Run("what is drawn is as it says", func(t *testing.T) { s.media(t, settings) })
			t.Run("its own solution is accepted", func(t *testing.T) { s.solution(t, settings) })
			t.Run("the zero answer never is", func(t *testing.T) { s.zero(t, settings) })
			t.Run("blind guesses are right as rarely as they should", func(t *testing.T) { s.blind(t, settings) })
			t.Run("no answer makes it panic", func(t *testing.T) { s.garbage(t, settings) })
			t.Run("many may draw at a time", func(t *testing.T) { s.parallel(t, settings) })
		})
	}
}

// SeedFor is a seed for tests: the same for the same number.
func SeedFor(n int) captcha.Seed {
	const together = 64 // seeds in an epoch
	epoch := captcha.NewEpoch(sha256.Sum256([]byte("epochs for tests")), time.Unix(0, 0).Add(time.Duration(n/together)*captcha.EpochLength))
	return captcha.NewSeed(sha256.Sum256(fmt.Append(nil, "seed for tests ", n)), epoch)
}

// Pixels decodes a picture.
func Pixels(t testing.TB, media captcha.Media) *image.NRGBA {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(media.Data))
	if err != nil {
		t.Fatalf("decode %s: %v", media.Type, err)
	}
	switch img := img.(type) {
	case *image.NRGBA:
		return img
	case *image.RGBA:
		if img.Opaque() { // then both forms have the same bytes
			return &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
		}
	}
	out := image.NewNRGBA(img.Bounds())
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out
}

func (s Subject) draw(t testing.TB, seed captcha.Seed, settings captcha.Settings) *captcha.Puzzle {
	t.Helper()
	puzzle, err := s.Maker.Draw(seed, settings)
	if err != nil {
		t.Fatalf("draw: %v", err)
	}
	return puzzle
}

func (s Subject) kind(t *testing.T) {
	if kind, err := captcha.ParseKind(s.Maker.Kind().String()); err != nil || kind != s.Maker.Kind() {
		t.Errorf("kind %d has no name of its own: %v", s.Maker.Kind(), err)
	}
}

func (s Subject) settings(t *testing.T) {
	for _, setting := range s.Maker.Settings() {
		if setting.Name == "" || setting.Help == "" {
			t.Errorf("setting %q has help %q", setting.Name, setting.Help)
		}
		if err := setting.Check(setting.Default); err != nil {
			t.Errorf("the default of %s: %v", setting.Name, err)
		}
	}
	for _, settings := range s.Settings {
		if err := settings.Check(s.Maker.Settings()); err != nil {
			t.Errorf("the settings to try: %v", err)
		}
	}
}

func (s Subject) misspelt(t *testing.T) {
	for _, setting := range s.Maker.Settings() {
		if setting.Check("no such value") == nil {
			t.Errorf("%s allows anything", setting.Name)
		}
	}
}

func (s Subject) same(t *testing.T, settings captcha.Settings) {
	for n := range 3 {
		first, second := s.draw(t, SeedFor(n), settings), s.draw(t, SeedFor(n), settings)
		if !samePuzzle(first, second) {
			t.Errorf("seed %d drawn twice gives different puzzles", n)
		}
		if diff := cmp.Diff(s.Maker.Solution(SeedFor(n), settings), s.Maker.Solution(SeedFor(n), settings)); diff != "" {
			t.Errorf("seed %d solved twice (-first +second):\n%s", n, diff)
		}
	}
}

// samePuzzle compares to the byte, which is stricter than to the pixel: whoever
// asks again for a picture gets the same file.
func samePuzzle(a, b *captcha.Puzzle) bool {
	same := func(a, b captcha.Media) bool {
		return a.Type == b.Type && a.Width == b.Width && a.Height == b.Height && bytes.Equal(a.Data, b.Data)
	}
	return same(a.Picture, b.Picture) && same(a.Piece, b.Piece) && slices.Equal(a.Words, b.Words)
}

func (s Subject) another(t *testing.T, settings captcha.Settings) {
	seen := map[string]int{}
	for n := range 10 {
		data := string(s.draw(t, SeedFor(n), settings).Picture.Data)
		if before, ok := seen[data]; ok {
			t.Errorf("seeds %d and %d give the same picture", before, n)
		}
		seen[data] = n
	}
}

func (s Subject) media(t *testing.T, settings captcha.Settings) {
	puzzle := s.draw(t, SeedFor(1), settings)
	for _, media := range []captcha.Media{puzzle.Picture, puzzle.Piece} {
		if len(media.Data) == 0 {
			continue
		}
		config, format, err := image.DecodeConfig(bytes.NewReader(media.Data))
		if err != nil {
			continue // not a picture: sound has its own tests
		}
		if "image/"+format != media.Type || config.Width != media.Width || config.Height != media.Height {
			t.Errorf("it says %s of %dx%d, it is %s of %dx%d", media.Type, media.Width, media.Height, format, config.Width, config.Height)
		}
	}
}

func (s Subject) solution(t *testing.T, settings captcha.Settings) {
	for n := range 500 {
		if seed := SeedFor(n); !s.Maker.Accepts(seed, settings, s.Maker.Solution(seed, settings)) {
			t.Fatalf("seed %d: the solution %v is not accepted", n, s.Maker.Solution(seed, settings))
		}
	}
}

func (s Subject) zero(t *testing.T, settings captcha.Settings) {
	for n := range 500 {
		if s.Maker.Accepts(SeedFor(n), settings, captcha.Answer{}) {
			t.Fatalf("seed %d: the zero answer is accepted", n)
		}
	}
}

func (s Subject) blind(t *testing.T, settings captcha.Settings) {
	const guesses = 6_000
	random := SeedFor(0).Rand("guesses")
	right := 0
	for n := range guesses {
		if s.Maker.Accepts(SeedFor(n), settings, s.Guess(random)) {
			right++
		}
	}
	expected := guesses * s.Rate
	if slack := 4*math.Sqrt(expected) + 1; math.Abs(float64(right)-expected) > slack {
		t.Errorf("%d of %d blind guesses are right, want %.0f give or take %.0f", right, guesses, expected, slack)
	}
}

func (s Subject) garbage(t *testing.T, settings captcha.Settings) {
	odd := []float64{0, -1, 1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 62}
	for n := range 5 {
		seed := SeedFor(n)
		right := s.Maker.Solution(seed, settings)
		for _, x := range odd {
			for _, y := range odd {
				s.Maker.Accepts(seed, settings, captcha.Answer{Points: []captcha.Point{{X: x, Y: y}}})
				s.Maker.Accepts(seed, settings, captcha.Answer{Points: append(slices.Clone(right.Points), captcha.Point{X: x, Y: y})})
			}
		}
		if s.Maker.Accepts(seed, settings, captcha.Answer{Points: slices.Repeat([]captcha.Point{{X: math.NaN(), Y: math.NaN()}}, 1000)}) {
			t.Errorf("seed %d: a thousand points that are no numbers are accepted", n)
		}
		if s.Maker.Accepts(seed, settings, captcha.Answer{Points: slices.Repeat(right.Points, 1000)}) {
			t.Errorf("seed %d: the solution a thousand times over is accepted", n)
		}
	}
}

func (s Subject) parallel(t *testing.T, settings captcha.Settings) {
	want := s.draw(t, SeedFor(0), settings)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got, err := s.Maker.Draw(SeedFor(0), settings)
			if err != nil || !samePuzzle(got, want) {
				t.Errorf("drawn beside others it differs (error: %v)", err)
			}
		})
	}
	group.Wait()
}
