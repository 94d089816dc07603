package paint_test

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/paint"
)

func stream(n int) *rand.Rand { return rand.New(rand.NewPCG(uint64(n), 1)) }

func TestEveryFamily(t *testing.T) {
	for _, family := range paint.Families() {
		t.Run(family.Name, func(t *testing.T) {
			first := family.Background(stream(1))
			t.Run("is as large as a picture and opaque", func(t *testing.T) {
				if first.Rect != image.Rect(0, 0, paint.Width, paint.Height) || !first.Opaque() {
					t.Errorf("bounds %v, opaque %v", first.Rect, first.Opaque())
				}
			})
			t.Run("is the same for the same random numbers", func(t *testing.T) {
				if alike(first, family.Background(stream(1))) < 1 {
					t.Error("two pictures differ")
				}
			})
			t.Run("has other pixels for other random numbers", func(t *testing.T) {
				if same := alike(first, family.Background(stream(2))); same > 0.2 {
					t.Errorf("%.0f %% of the pixels are the same", 100*same)
				}
			})
			t.Run("paints whatever the random numbers are", func(t *testing.T) {
				for n := range 25 {
					if img := family.Background(stream(n)); variety(img) < 3 {
						t.Errorf("picture %d is nearly one plain colour", n)
					}
				}
			})
		})
	}
}

// R2: whoever averages many backgrounds learns nothing of the next one.
func TestTheAverageOfManyPicturesShowsNone(t *testing.T) { checkAverage(t, paint.Scenes()) }

// checkAverage holds the average of a hundred pictures against another one: it
// may have its colours from top to bottom in common, but no detail. Detail is
// what is left of a pixel less the mean of its row.
func checkAverage(t *testing.T, source paint.Source) {
	t.Helper()
	const pictures = 100
	average := make([]float64, paint.Width*paint.Height)
	for n := range pictures {
		for i, v := range detail(source.Background(stream(n))) {
			average[i] += v / pictures
		}
	}
	sum := 0.0
	const others = 10
	for n := range others {
		sum += correlation(average, detail(source.Background(stream(1000+n)))) / others
	}
	if math.Abs(sum) > 0.3 {
		t.Errorf("the average has a correlation of %.2f with other pictures", sum)
	}
}

func detail(img *image.NRGBA) []float64 {
	out := make([]float64, paint.Width*paint.Height)
	for y := range paint.Height {
		row, mean := out[y*paint.Width:(y+1)*paint.Width], 0.0
		for x := range row {
			row[x] = float64(img.Pix[img.PixOffset(x, y)+1])
			mean += row[x] / paint.Width
		}
		for x := range row {
			row[x] -= mean
		}
	}
	return out
}

func correlation(a, b []float64) float64 {
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		ab, aa, bb = ab+a[i]*b[i], aa+a[i]*a[i], bb+b[i]*b[i]
	}
	return ab / math.Sqrt(aa*bb)
}

// alike is the share of pixels that two pictures have in common.
func alike(a, b *image.NRGBA) float64 {
	same := 0
	for i := 0; i < len(a.Pix); i += 4 {
		if bytes.Equal(a.Pix[i:i+4], b.Pix[i:i+4]) {
			same++
		}
	}
	return float64(same) / float64(len(a.Pix)/4)
}

// variety is the standard deviation of the green channel.
func variety(img *image.NRGBA) float64 {
	sum, squares, n := 0.0, 0.0, float64(len(img.Pix)/4)
	for i := 1; i < len(img.Pix); i += 4 {
		v := float64(img.Pix[i])
		sum, squares = sum+v, squares+v*v
	}
	return math.Sqrt(squares/n - sum/n*sum/n)
}

func TestScenesUseEveryFamily(t *testing.T) {
	seen := map[string]bool{}
	for n := range 60 {
		picture := paint.Scenes().Background(stream(n))
		random := stream(n)
		family := paint.Families()[random.IntN(len(paint.Families()))]
		if alike(picture, family.Background(random)) == 1 {
			seen[family.Name] = true
		}
	}
	if len(seen) != len(paint.Families()) {
		t.Errorf("only %v were used", seen)
	}
}

func TestEncoderWritesWhatImagePNGReads(t *testing.T) {
	clear := image.NewNRGBA(image.Rect(0, 0, 47, 155))
	clear.Pix[400], clear.Pix[403] = 200, 128
	for _, row := range []struct {
		name string
		img  *image.NRGBA
	}{
		{"an opaque picture", paint.Scenes().Background(stream(3))},
		{"a picture that shines through", clear},
		{"a single pixel", image.NewNRGBA(image.Rect(0, 0, 1, 1))},
	} {
		t.Run(row.name, func(t *testing.T) {
			var encoder paint.Encoder
			for range 2 { // the second time with used buffers
				got, err := png.Decode(bytes.NewReader(encoder.Encode(row.img)))
				if err != nil {
					t.Fatal(err)
				}
				for y := range row.img.Rect.Dy() {
					for x := range row.img.Rect.Dx() {
						r, g, b, a := got.At(x, y).RGBA()
						wr, wg, wb, wa := row.img.At(x, y).RGBA()
						if r != wr || g != wg || b != wb || a != wa {
							t.Fatalf("pixel %d,%d differs", x, y)
						}
					}
				}
			}
		})
	}
}
