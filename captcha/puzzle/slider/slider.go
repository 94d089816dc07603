// Package slider makes the puzzle in which a piece is pushed sideways into its
// hole.
//
// Two things are shown: a picture with a hole and some decoys, and a strip, as
// tall as the picture, that is transparent except for the piece. The visitor
// moves the strip; the Answer is where its left edge is then.
//
// Hole and decoys have the same shape at the same height, look alike, and are
// spread so that each of them is equally likely to be the hole. What tells them
// apart is the picture around them, and that is what a person goes by.
package slider

import (
	"math"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/bandpng"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// The measures of a slider, in pixels. The vendors' clients have them built in.
const (
	StripWidth = 47  // the strip is as tall as the picture
	Least      = 52  // the smallest solution; the piece starts left of it
	Most       = 262 // the largest that clients can send
	Tolerance  = 5   // an Answer that far off, either way, is right
	WireY      = 5   // the Y of every Answer: a constant of the protocols, and no height
)

// Decoys is the setting for how many false holes there are.
var Decoys = captcha.IntSetting("slider.decoys", 2, 0, 2, "false holes beside the right one")

// Maker makes sliders. It keeps what is the same for all of them and nothing
// else, and may be used by many at a time.
type Maker struct {
	stock *paint.Stock
	masks []*mask
	blank *bandpng.Base // a strip without a piece
}

var (
	_ captcha.Maker    = (*Maker)(nil)
	_ captcha.Preparer = (*Maker)(nil)
	_ captcha.Stocker  = (*Maker)(nil)
)

// New makes a Maker of sliders that are cut out of these backgrounds.
func New(stock *paint.Stock) *Maker {
	masks := newMasks()
	return &Maker{stock: stock, masks: masks, blank: newBlank(masks[0])}
}

// Kind is captcha.KindSlider.
func (m *Maker) Kind() captcha.Kind { return captcha.KindSlider }

// Settings lists what a Site may choose.
func (m *Maker) Settings() []captcha.Setting { return []captcha.Setting{Decoys} }

// Solution is one Point, whose X is where the left edge of the strip belongs: a
// whole number from Least to Most, all equally likely.
func (m *Maker) Solution(seed captcha.Seed, _ captcha.Settings) captcha.Answer {
	return captcha.Answer{Points: []captcha.Point{{X: float64(solution(seed)), Y: WireY}}}
}

func solution(seed captcha.Seed) int {
	return Least + seed.Rand("solution").IntN(Most-Least+1)
}

// Accepts tells whether given is one Point no further than Tolerance from the
// solution, sideways. What Y has to be is up to the protocol.
func (m *Maker) Accepts(seed captcha.Seed, _ captcha.Settings, given captcha.Answer) bool {
	// Not a number is no distance away from anything: the comparison is false.
	return len(given.Points) == 1 &&
		math.Abs(given.Points[0].X-float64(solution(seed))) <= Tolerance
}

// Prepare puts a background of the epoch in stock.
func (m *Maker) Prepare(epoch captcha.Epoch) (more bool) { return m.stock.Prepare(epoch) }

// InStock is how many backgrounds of the epoch are in stock, of how many.
func (m *Maker) InStock(epoch captcha.Epoch) (made, of int) {
	return m.stock.Count(epoch), paint.StockSize
}

// Draw takes a background out of the stock, the piece out of the background, and
// makes the holes.
func (m *Maker) Draw(seed captcha.Seed, settings captcha.Settings) (*captcha.Puzzle, error) {
	places := places(seed, settings.Int(Decoys))
	random := seed.Rand("style")
	cut := newCut(random, m.stock.Background(seed), m.masks[random.IntN(len(m.masks))], places)
	return &captcha.Puzzle{
		Picture: captcha.Media{Type: "image/png", Width: paint.Width, Height: paint.Height, Data: cut.picture(places, random)},
		Piece:   captcha.Media{Type: "image/png", Width: StripWidth, Height: paint.Height, Data: cut.strip(m.blank, places[0])},
	}, nil
}
