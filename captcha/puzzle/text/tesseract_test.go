package text_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/text"
)

var pictures = flag.Int("tesseract", 0, "let tesseract read that many pictures of each length (scripts/tesseract does)")

// tooMany is the share of pictures that tesseract must not be able to read.
const tooMany = 0.10

// Tesseract is given what a reader of captchas would give it: the alphabet, that
// it is one line or one word, a margin, and the pictures cleaned in several ways.
func TestStockTesseractReadsFewPictures(t *testing.T) {
	if *pictures == 0 {
		t.Skip("scripts/tesseract runs this: it takes minutes, and needs tesseract")
	}
	for length := text.Shortest; length <= text.Longest; length++ {
		t.Run(fmt.Sprintf("%d characters", length), func(t *testing.T) {
			readAll(t, captcha.Settings{"text.length": fmt.Sprint(length)})
		})
	}
}

func readAll(t *testing.T, settings captcha.Settings) {
	maker := text.New()
	wanted, drawn := make([]string, *pictures), make([]*image.NRGBA, *pictures)
	for n := range drawn {
		wanted[n] = maker.Solution(puzzletest.SeedFor(n), settings).Text
		drawn[n] = puzzletest.Pixels(t, draw(t, maker, n, settings).Picture)
	}
	readByAny := map[int]bool{}
	for _, way := range cleanings {
		list := writeList(t, drawn, way.clean)
		for _, mode := range []string{"7", "8"} { // one line of text; one word
			right := 0
			for n, read := range tesseract(t, list, mode) {
				if read == wanted[n] {
					right++
					readByAny[n] = true
				}
			}
			t.Logf("%-28s --psm %s reads %3d of %d", way.name, mode, right, *pictures)
			if float64(right) > tooMany*float64(*pictures) {
				t.Errorf("that is more than %.0f %%", 100*tooMany)
			}
		}
	}
	t.Logf("%-28s         reads %3d of %d", "any of these", len(readByAny), *pictures)
}

// tesseract reads all the pictures of a list at once, which is faster than one
// at a time.
func tesseract(t *testing.T, list, mode string) []string {
	t.Helper()
	whitelist := "tessedit_char_whitelist=" + text.Alphabet + strings.ToLower(text.Alphabet)
	command := exec.CommandContext(t.Context(), "tesseract", list, "stdout", "--psm", mode, "--dpi", "150", "-c", whitelist)
	command.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("tesseract: %v", err)
	}
	pages := strings.Split(string(out), "\f")
	if len(pages) < *pictures {
		t.Fatalf("tesseract read %d pages of %d", len(pages), *pictures)
	}
	for i, page := range pages {
		pages[i] = strings.ToUpper(strings.Join(strings.Fields(page), ""))
	}
	return pages[:*pictures]
}

func writeList(t *testing.T, drawn []*image.NRGBA, clean func(*image.Gray) *image.Gray) string {
	t.Helper()
	folder := t.TempDir()
	var list strings.Builder
	for n, picture := range drawn {
		var file bytes.Buffer
		if err := png.Encode(&file, clean(framed(picture))); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(folder, fmt.Sprintf("%d.png", n))
		if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&list, name)
	}
	name := filepath.Join(folder, "list.txt")
	if err := os.WriteFile(name, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// cleanings are what is done to a picture before it is read.
var cleanings = []struct {
	name  string
	clean func(*image.Gray) *image.Gray
}{
	{"as it is", func(g *image.Gray) *image.Gray { return g }},
	{"three times as large", func(g *image.Gray) *image.Gray { return enlarged(g, 3) }},
	{"black and white", func(g *image.Gray) *image.Gray { return blackAndWhite(enlarged(g, 3)) }},
	{"without spots", func(g *image.Gray) *image.Gray { return enlarged(median(g), 3) }},
	{"without spots, black and white", func(g *image.Gray) *image.Gray { return blackAndWhite(enlarged(median(g), 3)) }},
}

// framed is the picture in grey with twenty pixels of paper around it.
func framed(picture *image.NRGBA) *image.Gray {
	const frame = 20
	out := image.NewGray(picture.Rect.Inset(-frame))
	for y := out.Rect.Min.Y; y < out.Rect.Max.Y; y++ {
		for x := out.Rect.Min.X; x < out.Rect.Max.X; x++ {
			from := picture.NRGBAAt(0, 0)
			if image.Pt(x, y).In(picture.Rect) {
				from = picture.NRGBAAt(x, y)
			}
			out.Set(x, y, from)
		}
	}
	return out
}

// enlarged interpolates between the pixels.
func enlarged(g *image.Gray, times int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx()*times, g.Rect.Dy()*times))
	for y := range out.Rect.Max.Y {
		for x := range out.Rect.Max.X {
			fromX, fromY := min(x/times+g.Rect.Min.X, g.Rect.Max.X-2), min(y/times+g.Rect.Min.Y, g.Rect.Max.Y-2)
			right, below := x%times, y%times
			grey := func(dx, dy int) int { return int(g.GrayAt(fromX+dx, fromY+dy).Y) }
			upper := grey(0, 0)*(times-right) + grey(1, 0)*right
			lower := grey(0, 1)*(times-right) + grey(1, 1)*right
			out.SetGray(x, y, color.Gray{Y: uint8((upper*(times-below) + lower*below) / times / times)})
		}
	}
	return out
}

// median takes the middle one of each pixel and its neighbours to the left and
// right, then above and below: spots of two pixels go, strokes of three stay.
func median(g *image.Gray) *image.Gray {
	for _, d := range []image.Point{{X: 1}, {Y: 1}} {
		out := image.NewGray(g.Rect)
		copy(out.Pix, g.Pix)
		inner := g.Rect.Inset(1)
		for y := inner.Min.Y; y < inner.Max.Y; y++ {
			for x := inner.Min.X; x < inner.Max.X; x++ {
				a, b, c := g.GrayAt(x-d.X, y-d.Y).Y, g.GrayAt(x, y).Y, g.GrayAt(x+d.X, y+d.Y).Y
				out.SetGray(x, y, color.Gray{Y: max(min(a, b), min(max(a, b), c))})
			}
		}
		g = out
	}
	return g
}

// blackAndWhite cuts half-way between the darkest and the lightest grey.
func blackAndWhite(g *image.Gray) *image.Gray {
	darkest, lightest := uint8(255), uint8(0)
	for _, grey := range g.Pix {
		darkest, lightest = min(darkest, grey), max(lightest, grey)
	}
	out := image.NewGray(g.Rect)
	for i, grey := range g.Pix {
		if int(grey)*2 > int(darkest)+int(lightest) {
			out.Pix[i] = 255
		}
	}
	return out
}
