// Package words makes the puzzle in which characters, or icons, are clicked in
// the order in which they are asked for.
//
// Two things are shown: a picture in which the asked glyphs stand among decoys,
// and a strip that shows the asked ones in order. For vendors whose clients have
// no place for a strip the Puzzle also names the characters; who reads the names
// is spared half of the work, programs too.
//
// Where the glyphs stand, which are asked and in which order, which characters
// they are and how they look are four streams of the Seed that tell nothing
// about each other. So neither reading order nor colour nor size betrays
// anything. A program has to find the glyphs and to recognize them, as people
// do. A simple one that is told where they are, and compares shapes, is right
// about four times in ten (scripts/words-solvers measures it); one that is made
// for these puzzles will do better. Limits on attempts and rates are what
// protects.
package words

import (
	"image"
	"math"
	"sync"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// Slack is how many pixels beside a glyph a click may be, for fingers.
const Slack = 4

// Cell is the width and the height of each glyph in the strip, in pixels.
const Cell = 40

// What a Site may choose.
var (
	Count    = captcha.IntSetting("words.count", 3, 3, 5, "characters to click, in order; AJ-Captcha's clients take 3 only")
	Decoys   = captcha.IntSetting("words.decoys", 3, 1, 3, "characters in the picture that are not to be clicked")
	Alphabet = captcha.ChoiceSetting("words.alphabet", "what is to be clicked: Chinese characters, letters and digits, or icons", han, latin, icons)
)

// Maker makes such puzzles. It keeps what is the same for all of them and
// nothing else, and may be used by many at a time.
type Maker struct {
	backgrounds paint.Source
	alphabets   map[string]*alphabet
	encoder     *paint.Encoder
	pens        sync.Pool // of *pen
}

var _ captcha.Maker = (*Maker)(nil)

// New makes a Maker of pictures with these backgrounds. The first one of a
// process reads the fonts.
func New(backgrounds paint.Source) (*Maker, error) {
	alphabets, err := alphabets()
	if err != nil {
		return nil, err
	}
	return &Maker{backgrounds: backgrounds, alphabets: alphabets, encoder: &paint.Encoder{}}, nil
}

// Kind is captcha.KindWords.
func (m *Maker) Kind() captcha.Kind { return captcha.KindWords }

// Settings lists what a Site may choose.
func (m *Maker) Settings() []captcha.Setting { return []captcha.Setting{Count, Decoys, Alphabet} }

// Solution is the middles of the asked glyphs, in order.
func (m *Maker) Solution(seed captcha.Seed, settings captcha.Settings) captcha.Answer {
	found := asked(seed, settings)
	points := make([]captcha.Point, len(found))
	for i, p := range found {
		points[i] = captcha.Point{X: float64(p.x), Y: float64(p.y)}
	}
	return captcha.Answer{Points: points}
}

// asked is where the asked glyphs are, in order.
func asked(seed captcha.Seed, settings captcha.Settings) []place {
	count := settings.Int(Count)
	total := count + settings.Int(Decoys)
	all, found := places(seed, total), make([]place, count)
	for i, index := range order(seed, total, count) {
		found[i] = all[index]
	}
	return found
}

// Accepts tells whether given is one Point for each asked glyph, in order, each
// within the glyph's box or Slack beside it. The boxes do not overlap.
func (m *Maker) Accepts(seed captcha.Seed, settings captcha.Settings, given captcha.Answer) bool {
	if len(given.Points) != settings.Int(Count) {
		return false
	}
	for i, p := range asked(seed, settings) {
		// Not a number is no distance away from anything: the comparison is false.
		off := max(math.Abs(given.Points[i].X-float64(p.x)), math.Abs(given.Points[i].Y-float64(p.y)))
		if !(off <= float64(p.box())) {
			return false
		}
	}
	return true
}

// Draw paints a background and puts the glyphs on it, and makes the strip.
func (m *Maker) Draw(seed captcha.Seed, settings captcha.Settings) (*captcha.Puzzle, error) {
	letters := m.alphabets[settings.Get(Alphabet)]
	count := settings.Int(Count)
	total := count + settings.Int(Decoys)
	glyphs := seed.Rand("glyphs").Perm(len(letters.names))[:total]
	pen, ok := m.pens.Get().(*pen)
	if !ok {
		pen = newPen()
	}
	defer m.pens.Put(pen)
	picture := m.backgrounds.Background(seed.Rand("background"))
	pen.scatter(picture, seed, letters, glyphs)

	puzzle := &captcha.Puzzle{Picture: m.media(picture), Clicks: count}
	inOrder := make([]int, count)
	for i, index := range order(seed, total, count) {
		inOrder[i] = glyphs[index]
		if letters.text {
			puzzle.Words = append(puzzle.Words, letters.names[glyphs[index]])
		}
	}
	puzzle.Piece = m.media(pen.strip(seed, letters, inOrder))
	return puzzle, nil
}

func (m *Maker) media(img *image.NRGBA) captcha.Media {
	return captcha.Media{Type: "image/png", Width: img.Rect.Dx(), Height: img.Rect.Dy(), Data: m.encoder.Encode(img)}
}
