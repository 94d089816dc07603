package bandpng_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/bandpng"
)

// decoded reads a file as image/png, which checks every checksum, does.
func decoded(t testing.TB, file []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatalf("image/png does not read it: %v", err)
	}
	return img
}

func noise(random *rand.Rand, n int) []byte {
	pixels := make([]byte, n)
	for i := range pixels {
		pixels[i] = byte(random.IntN(256))
	}
	return pixels
}

// greys is a palette.
func greys() []byte {
	palette := make([]byte, 0, 3*256)
	for i := range 256 {
		palette = append(palette, byte(i), byte(i), byte(i))
	}
	return palette
}

func TestAFileIsTheBaseWithItsChange(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var encoder bandpng.Encoder
	for _, size := range []image.Point{{310, 155}, {47, 155}, {1, 1}, {3, 8}, {5, 9}, {7, 16}} {
		base := noise(random, size.X*size.Y)
		b := encoder.NewBase(size.X, size.Y, bandpng.Paletted, base, base)
		for range 20 {
			top := random.IntN(size.Y)
			bottom := top + 1 + random.IntN(size.Y-top)
			t.Run(fmt.Sprintf("rows %d to %d of %v", top, bottom, size), func(t *testing.T) {
				want := bytes.Clone(base)
				change := b.Change(top, bottom)
				for y := top; y < bottom; y++ {
					if !bytes.Equal(change.Row(y), b.Row(y)) {
						t.Fatal("a change does not begin as its base")
					}
					copy(change.Row(y), noise(random, size.X))
					copy(want[y*size.X:], change.Row(y))
				}
				got := decoded(t, change.File(greys())).(*image.Paletted)
				if got.Rect.Size() != size || !bytes.Equal(got.Pix, want) {
					t.Error("other pixels")
				}
			})
		}
	}
}

// A sample of which some bytes are very rare would give them codes that are longer
// than deflate allows.
func TestAnySampleWillDo(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var skewed []byte
	for b, before, n := byte(0), 1, 1; b < 25; b++ {
		skewed = append(skewed, bytes.Repeat([]byte{b, b ^ 128, b + 60, b + 30, b + 90}, n)...)
		before, n = n, before+n
	}
	for name, sample := range map[string][]byte{"none": nil, "one byte": {7}, "skewed": skewed, "noise": noise(random, 5000), "zeros": make([]byte, 5000)} {
		t.Run(name, func(t *testing.T) {
			pixels := noise(random, 300*20)
			var encoder bandpng.Encoder
			change := encoder.NewBase(300, 20, bandpng.Paletted, make([]byte, 300*20), sample).Change(0, 20)
			for y := range 20 {
				copy(change.Row(y), pixels[300*y:])
			}
			if got := decoded(t, change.File(greys())).(*image.Paletted); !bytes.Equal(got.Pix, pixels) {
				t.Error("other pixels")
			}
		})
	}
}

func TestRepetitionsOfAnyLengthComeThrough(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const width = 700
	var encoder bandpng.Encoder
	base := encoder.NewBase(width, 1, bandpng.Paletted, make([]byte, width), nil)
	for length := range width {
		want := noise(random, width)
		for i := 4; i < min(4+length, width); i++ {
			want[i] = want[i-4]
		}
		change := base.Change(0, 1)
		copy(change.Row(0), want)
		if got := decoded(t, change.File(greys())).(*image.Paletted); !bytes.Equal(got.Pix, want) {
			t.Fatalf("other pixels where %d are repeated", length)
		}
	}
}

func TestColoursAndAlphaComeThrough(t *testing.T) {
	pixels := []byte{1, 2, 3, 4, 5, 6, 7, 255}
	var encoder bandpng.Encoder
	change := encoder.NewBase(2, 1, bandpng.TrueColourAlpha, pixels, nil).Change(0, 1)
	change.Row(0)[0] = 9
	img := decoded(t, change.File(nil)).(*image.NRGBA)
	if img.NRGBAAt(0, 0) != (color.NRGBA{9, 2, 3, 4}) || img.NRGBAAt(1, 0) != (color.NRGBA{5, 6, 7, 255}) {
		t.Errorf("got %v", img.Pix)
	}
	change = encoder.NewBase(2, 1, bandpng.TrueColour, pixels[:6], nil).Change(0, 1)
	if r, g, b, a := decoded(t, change.File(nil)).At(1, 0).RGBA(); r>>8 != 4 || g>>8 != 5 || b>>8 != 6 || a>>8 != 255 {
		t.Errorf("got %d %d %d %d", r>>8, g>>8, b>>8, a>>8)
	}
	change = encoder.NewBase(2, 1, bandpng.Paletted, []byte{0, 1}, nil).Change(0, 1)
	if got := decoded(t, change.File([]byte{1, 2, 3, 4, 5, 6})).At(1, 0); got != (color.RGBA{4, 5, 6, 255}) {
		t.Errorf("got %v", got)
	}
}

// Whatever the pixels are and wherever the change is, image/png reads back what was
// written: its checksums too.
func FuzzFile(f *testing.F) {
	f.Add([]byte("some pixels, and some more"), uint8(3), uint8(2), uint8(5))
	f.Add(bytes.Repeat([]byte{0}, 5000), uint8(47), uint8(0), uint8(200))
	f.Add(bytes.Repeat([]byte{255}, 70_000), uint8(255), uint8(100), uint8(101))
	f.Fuzz(func(t *testing.T, pixels []byte, wide, from, to uint8) {
		width := int(wide) + 1
		height := len(pixels) / width
		if height == 0 {
			t.Skip()
		}
		pixels = pixels[:width*height]
		var encoder bandpng.Encoder
		base := encoder.NewBase(width, height, bandpng.Paletted, pixels, pixels[:len(pixels)/2])
		top := int(from) % height
		change := base.Change(top, top+1+int(to)%(height-top))
		want := bytes.Clone(pixels)
		for i := range change.Row(top) {
			change.Row(top)[i] ^= to
			want[top*width+i] ^= to
		}
		if got := decoded(t, change.File(greys())).(*image.Paletted); !bytes.Equal(got.Pix, want) {
			t.Error("other pixels")
		}
	})
}

func TestManyMayWriteAtATime(t *testing.T) {
	var encoder bandpng.Encoder
	base := encoder.NewBase(310, 155, bandpng.Paletted, make([]byte, 310*155), nil)
	for n := range 8 {
		t.Run(fmt.Sprint("writer ", n), func(t *testing.T) {
			t.Parallel()
			for range 20 {
				change := base.Change(40, 90)
				change.Row(50)[n] = byte(n)
				if got := decoded(t, change.File(greys())).(*image.Paletted); got.Pix[50*310+n] != byte(n) || got.Pix[50*310+n+1] != 0 {
					t.Error("another's pixels")
				}
			}
		})
	}
}

func TestRowsThatAreNotTherePanic(t *testing.T) {
	var encoder bandpng.Encoder
	base := encoder.NewBase(4, 4, bandpng.Paletted, make([]byte, 16), nil)
	for name, try := range map[string]func(){
		"above":         func() { base.Change(-1, 2) },
		"below":         func() { base.Change(0, 5) },
		"none":          func() { base.Change(2, 2) },
		"too few bytes": func() { encoder.NewBase(4, 4, bandpng.Paletted, make([]byte, 15), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			try()
		})
	}
}
