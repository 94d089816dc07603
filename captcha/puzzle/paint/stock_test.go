package paint_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// counting is a source of pictures of one colour each, which counts them.
type counting struct{ painted atomic.Int64 }

func (c *counting) Background(random *rand.Rand) *image.NRGBA {
	c.painted.Add(1)
	img := image.NewNRGBA(image.Rect(0, 0, paint.Width, paint.Height))
	tone := [4]byte{byte(random.IntN(256)), byte(random.IntN(256)), byte(random.IntN(256)), 255}
	for i := range img.Pix {
		img.Pix[i] = tone[i%4]
	}
	return img
}

func epoch(n int) captcha.Epoch {
	return captcha.NewEpoch([32]byte{1}, time.Unix(0, 0).Add(time.Duration(n)*captcha.EpochLength))
}

func seed(n int, of captcha.Epoch) captcha.Seed {
	return captcha.NewSeed(sha256.Sum256(fmt.Append(nil, n)), of)
}

func TestAStockIsMadeOnceForAnEpoch(t *testing.T) {
	source := &counting{}
	stock := paint.NewStock(source)
	made := 0
	for stock.Prepare(epoch(1)) {
		made++
	}
	if made != paint.StockSize || source.painted.Load() != paint.StockSize {
		t.Errorf("made %d, painted %d, want %d", made, source.painted.Load(), paint.StockSize)
	}
	seen := map[*paint.Background]bool{}
	for n := range 1000 {
		seen[stock.Background(seed(n, epoch(1)))] = true
	}
	if len(seen) != paint.StockSize || source.painted.Load() != paint.StockSize {
		t.Errorf("puzzles have %d backgrounds; painted are %d", len(seen), source.painted.Load())
	}
}

func TestWhatIsNotInStockIsMadeWhenItIsAskedFor(t *testing.T) {
	source := &counting{}
	stock := paint.NewStock(source)
	first := stock.Background(seed(1, epoch(1)))
	if again := stock.Background(seed(1, epoch(1))); again != first || source.painted.Load() != 1 {
		t.Error("it is made twice")
	}
	other := paint.NewStock(&counting{}).Background(seed(1, epoch(1)))
	if !slices.Equal(other.Palette, first.Palette) {
		t.Error("another replica has another background")
	}
	if next := stock.Background(seed(1, epoch(2))); slices.Equal(next.Palette, first.Palette) {
		t.Error("the next epoch has the same background")
	}
}

// Whoever asks for pictures of long ago never makes the stock forget the present
// ones, and fills no memory.
func TestAStockKeepsTheLatestEpochs(t *testing.T) {
	source := &counting{}
	stock := paint.NewStock(source)
	present := []*paint.Background{}
	for n := 100; n <= 101; n++ {
		present = append(present, stock.Background(seed(0, epoch(n))))
	}
	for n := range 50 {
		stock.Background(seed(0, epoch(n)))
	}
	for i, background := range present {
		if stock.Background(seed(0, epoch(100+i))) != background {
			t.Errorf("epoch %d is forgotten", 100+i)
		}
	}
	painted := source.painted.Load()
	if stock.Background(seed(0, epoch(49))); source.painted.Load() != painted+1 {
		t.Error("every epoch that there was is kept")
	}
	stock.Background(seed(0, epoch(102)))
	if stock.Background(seed(0, epoch(100))) == present[0] {
		t.Error("the oldest did not make room for the next")
	}
}

func TestManyMayTakeFromAStock(t *testing.T) {
	source := &counting{}
	stock := paint.NewStock(source)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for n := range 200 {
				stock.Background(seed(n, epoch(n%2)))
				stock.Prepare(epoch(1))
			}
		})
	}
	group.Wait()
	if most := int64(2 * paint.StockSize); source.painted.Load() > most {
		t.Errorf("painted %d, of %d there are", source.painted.Load(), most)
	}
}

// source paints whatever it is.
type picture struct{ *image.NRGBA }

func (p picture) Background(*rand.Rand) *image.NRGBA { return p.NRGBA }

// inStock is how a picture looks when it comes from a stock.
func inStock(img *image.NRGBA) *paint.Background {
	return paint.NewStock(picture{img}).Background(seed(0, epoch(0)))
}

func TestFewColoursAreNotToBeSeen(t *testing.T) {
	for i, family := range paint.Families() {
		t.Run(family.Name, func(t *testing.T) {
			img := family.Background(stream(i))
			background := inStock(img)
			if n := len(background.Palette); n > paint.Colours {
				t.Errorf("%d colours", n)
			}
			squares := 0.0
			for y := range paint.Height {
				for x := range paint.Width {
					want, got := img.NRGBAAt(x, y), background.At(x, y)
					for channel, v := range [3]uint8{want.R, want.G, want.B} {
						squares += float64((got[channel] - int(v)) * (got[channel] - int(v)))
					}
				}
			}
			// 40 dB is where people begin to see a difference, side by side.
			ratio := 10 * math.Log10(255*255*3*paint.Width*paint.Height/squares)
			if ratio < 40 {
				t.Errorf("the signal is %.1f dB above the noise", ratio)
			}
			t.Logf("%.1f dB", ratio)
		})
	}
}

func TestAPictureOfFewColoursKeepsThem(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, paint.Width, paint.Height))
	tones := []paint.RGB{{0, 0, 0}, {255, 255, 255}, {200, 30, 30}, {0, 90, 200}}
	toneAt := func(x, y int) paint.RGB { return tones[(x/10+y/10)%len(tones)] }
	for y := range paint.Height {
		for x := range paint.Width {
			tone := toneAt(x, y)
			copy(img.Pix[img.PixOffset(x, y):], []byte{byte(tone[0]), byte(tone[1]), byte(tone[2]), 255})
		}
	}
	background := inStock(img)
	if len(background.Palette) != len(tones) {
		t.Errorf("the palette is %v", background.Palette)
	}
	for y := range paint.Height {
		for x := range paint.Width {
			if got, want := background.At(x, y), toneAt(x, y); got != want {
				t.Fatalf("%d,%d is %v, want %v", x, y, got, want)
			}
		}
	}
}

func TestTheNearestColourIsNearlyThat(t *testing.T) {
	background := paint.NewStock(paint.Scenes()).Background(seed(1, epoch(1)))
	random := stream(9)
	for range 2000 {
		c := paint.RGB{random.IntN(256), random.IntN(256), random.IntN(256)}
		least := 1 << 30
		for _, tone := range background.Palette {
			least = min(least, c.Apart(tone))
		}
		// The middle of what looks alike to it is 8 steps away at most, in green 4.
		got := math.Sqrt(float64(c.Apart(background.Palette[background.Nearest(c)])))
		if slack := 2 * math.Sqrt(3*8*8+6*4*4+8*8); got > math.Sqrt(float64(least))+slack {
			t.Errorf("%v: the nearest is %.1f away, what it found %.1f", c, math.Sqrt(float64(least)), got)
		}
	}
}

func TestAFileHasTheFurtherColours(t *testing.T) {
	for name, background := range map[string]*paint.Background{
		"a scene":           paint.NewStock(paint.Scenes()).Background(seed(1, epoch(1))),
		"one colour of its": paint.NewStock(&counting{}).Background(seed(1, epoch(1))),
	} {
		t.Run(name, func(t *testing.T) {
			change := background.Change(20, 30)
			change.Row(20)[7] = paint.Colours
			change.Row(29)[8] = paint.Colours + 1
			file := background.File(change, []paint.RGB{{1, 2, 3}, {4, 5, 6}})
			img, err := png.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range []struct {
				x, y int
				want paint.RGB
			}{{7, 20, paint.RGB{1, 2, 3}}, {8, 29, paint.RGB{4, 5, 6}}, {9, 29, background.At(9, 29)}, {300, 150, background.At(300, 150)}} {
				r, g, b, _ := img.At(row.x, row.y).RGBA()
				if got := (paint.RGB{int(r >> 8), int(g >> 8), int(b >> 8)}); got != row.want {
					t.Errorf("%d,%d is %v, want %v", row.x, row.y, got, row.want)
				}
			}
		})
	}
}

func TestToAskForTheCountMakesNothing(t *testing.T) {
	stock := paint.NewStock(paint.Scenes())
	now := epoch(1)
	if n := stock.Count(now); n != 0 {
		t.Errorf("%d at first", n)
	}
	for want := 1; want <= 3; want++ {
		stock.Prepare(now)
		if n := stock.Count(now); n != want {
			t.Errorf("%d after %d were made", n, want)
		}
	}
	if n := stock.Count(epoch(2)); n != 0 {
		t.Errorf("%d of an epoch that nobody asked for", n)
	}
}
