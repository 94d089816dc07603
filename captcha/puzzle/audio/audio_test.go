package audio_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/audio"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
)

// languages are the choices that the setting allows, each said to the test by
// hand: a new one has to be listened to.
var languages = []string{"de", "en", "ja", "ru", "zh"}

func typed(text string) captcha.Answer { return captcha.Answer{Text: text} }

func TestMakerKeepsTheLaws(t *testing.T) {
	t.Parallel()
	puzzletest.Run(t, puzzletest.Subject{
		Maker: &remembering{Maker: audio.New(), drawn: map[drawing]*captcha.Puzzle{}},
		Guess: func(random *rand.Rand) captcha.Answer { return typed(fmt.Sprintf("%06d", random.IntN(1_000_000))) },
		Rate:  1.0 / 1_000_000,
		Settings: []captcha.Settings{
			{"audio.length": "4", "audio.language": "zh"},
			{"audio.length": "8", "audio.language": "de"},
		},
	})
}

// remembering gives the same recording each time. The Maker itself does not keep
// that one law, because the library records anew; it keeps all others.
type drawing struct {
	seed     captcha.Seed
	settings string
}

type remembering struct {
	*audio.Maker
	lock  sync.Mutex
	drawn map[drawing]*captcha.Puzzle
}

func (r *remembering) Draw(seed captcha.Seed, settings captcha.Settings) (*captcha.Puzzle, error) {
	puzzle, err := r.Maker.Draw(seed, settings)
	r.lock.Lock()
	defer r.lock.Unlock()
	key := drawing{seed, fmt.Sprint(settings)}
	if known, ok := r.drawn[key]; ok || err != nil {
		return known, err
	}
	r.drawn[key] = puzzle
	return puzzle, nil
}

func TestAnAnswerIsJudgedByItsWholeText(t *testing.T) {
	maker, seed := audio.New(), puzzletest.SeedFor(1)
	right := maker.Solution(seed, nil).Text
	for _, row := range []struct {
		name, given string
		want        bool
	}{
		{"as it is spoken", right, true},
		{"nothing", "", false},
		{"spaces only", "      ", false},
		{"one digit less", right[:5], false},
		{"one digit more", right + "0", false},
		{"backwards", backwards(right), false},
		{"a space before it, which the dialect takes off", " " + right, false},
		{"spaces between", strings.Join(strings.Split(right, ""), " "), false},
		{"full-width digits", wide(right), false},
		{"the numbers themselves, as bytes", string([]byte{right[0] - '0', right[1] - '0', right[2] - '0', right[3] - '0', right[4] - '0', right[5] - '0'}), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := maker.Accepts(seed, nil, typed(row.given)); got != row.want {
				t.Errorf("accepted: %v, want %v", got, row.want)
			}
		})
	}
}

func backwards(text string) string {
	bytes := []byte(text)
	slices.Reverse(bytes)
	return string(bytes)
}

func wide(digits string) string {
	return strings.Map(func(digit rune) rune { return digit - '0' + '０' }, digits)
}

func TestSolutionsAreSpreadEvenly(t *testing.T) {
	t.Parallel()
	const seeds = 10_000
	for _, length := range []int{4, 6, 8} {
		counts := make([][10]int, length)
		for n := range seeds {
			solution := audio.New().Solution(puzzletest.SeedFor(n), captcha.Settings{"audio.length": fmt.Sprint(length)}).Text
			if len(solution) != length || strings.Trim(solution, "0123456789") != "" {
				t.Fatalf("the solution %q is not %d digits", solution, length)
			}
			for place := range solution {
				counts[place][solution[place]-'0']++
			}
		}
		for place, counts := range counts {
			for digit, n := range counts {
				const expected, slack = seeds / 10.0, 5 * 30.0 // five standard deviations
				if math.Abs(float64(n)-expected) > slack {
					t.Errorf("at place %d of %d the digit %d occurs %d times of %d", place+1, length, digit, n, seeds)
				}
			}
		}
	}
}

// The library takes any language that it does not know for English, without a
// word. So the setting is held against the recordings that the library really
// has.
func TestTheLanguagesAreThoseThatTheLibrarySpeaks(t *testing.T) {
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "github.com/mojocn/base64Captcha").Output()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "sounds.go"))
	if err != nil {
		t.Fatal(err)
	}
	var recorded []string
	for _, match := range regexp.MustCompile(`(?m)^\t"([a-z]+)": +\{$`).FindAllSubmatch(source, -1) {
		recorded = append(recorded, string(match[1]))
	}
	slices.Sort(recorded)
	if diff := cmp.Diff(languages, recorded); diff != "" {
		t.Errorf("the languages (-ours +recorded):\n%s", diff)
	}
	for _, language := range recorded {
		if err := audio.Language.Check(language); err != nil {
			t.Error(err)
		}
	}
	for _, language := range []string{"", "EN", "fr", "en-US", "klingon"} {
		if audio.Language.Check(language) == nil {
			t.Errorf("the language %q is allowed", language)
		}
	}
}

// Eight of the longest digits, each spoken slowly, still fit: nothing here needs
// the recovery below.
func TestEveryRecordingIsAWaveFile(t *testing.T) {
	for _, language := range languages {
		for digit := range "0123456789" {
			length := 4 + digit%5
			data, err := audio.Speak(strings.Repeat(fmt.Sprint(digit), length), language)
			if err != nil {
				t.Fatal(err)
			}
			checkWave(t, data)
			seconds := float64(len(data)) / rate
			if least, most := 1+float64(length), 4+3.2*float64(length); seconds < least || seconds > most {
				t.Errorf("%d times %d in %s takes %.1f seconds", length, digit, language, seconds)
			}
		}
	}
}

const rate = 8000 // samples, each a byte, in a second

// checkWave sees that a file is one of 8 bits, one channel, and as long as it
// says.
func checkWave(t *testing.T, data []byte) {
	t.Helper()
	const header = 44
	if len(data) < header || string(data[:4]) != "RIFF" || string(data[8:16]) != "WAVEfmt " || string(data[36:40]) != "data" {
		t.Fatalf("no WAV file: %.44q", data)
	}
	number := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	if said := number(4); said != len(data)-8 {
		t.Errorf("it says it has %d bytes after the first eight, it has %d", said, len(data)-8)
	}
	if said, have := number(40), len(data)-header; said != have && said+1 != have { // an odd length is padded
		t.Errorf("it says it has %d samples, it has %d", said, have)
	}
	if channels, bits := data[22], data[34]; channels != 1 || bits != 8 || number(24) != rate {
		t.Errorf("it has %d channels of %d bits at %d Hz", channels, bits, number(24))
	}
}

func TestARecordingIsNoPicture(t *testing.T) {
	puzzle, err := audio.New().Draw(puzzletest.SeedFor(1), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p := puzzle.Picture; p.Type != "audio/wav" || p.Width != 0 || p.Height != 0 || len(puzzle.Piece.Data) != 0 {
		t.Errorf("it is %s of %dx%d, with a piece of %d bytes", p.Type, p.Width, p.Height, len(puzzle.Piece.Data))
	}
	if size := len(puzzle.Picture.Data); size > 150_000 {
		t.Errorf("six digits have %d bytes", size)
	}
}

// R7: the library panics on letters.
func TestPanicsOfTheLibraryAreErrorsThatTellNothing(t *testing.T) {
	data, err := audio.Speak("12X4", "en")
	if err == nil || data != nil {
		t.Fatalf("a letter gives %d bytes and the error %v", len(data), err)
	}
	if strings.Contains(err.Error(), "12X4") || !strings.Contains(err.Error(), "panics") {
		t.Errorf("the error is %q", err)
	}
}
