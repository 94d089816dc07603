package words_test

import (
	"math"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/words"
)

func samples(t *testing.T, alphabet string, size, side int) []words.Sample {
	t.Helper()
	list, err := words.Samples(alphabet, size, side)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAlphabetsAreLargeEnough(t *testing.T) {
	for alphabet, least := range map[string]int{"han": 180, "latin": 16, "icons": 24} {
		seen := map[string]bool{}
		for _, sample := range samples(t, alphabet, 32, 36) {
			if seen[sample.Name] {
				t.Errorf("%s: %s is there twice", alphabet, sample.Name)
			}
			seen[sample.Name] = true
		}
		t.Logf("%s has %d", alphabet, len(seen))
		if len(seen) < least {
			t.Errorf("%s has %d, want %d at least", alphabet, len(seen), least)
		}
	}
}

// What looks alike people mix up. The measure is the correlation of two blurred
// glyphs in the font in which they are most alike. That of 雷 and 雪 is 0.96, of 木
// and 水 0.86; letters of few strokes are told apart more easily.
func TestNoTwoLookAlike(t *testing.T) {
	t.Parallel()
	for alphabet, most := range map[string]float64{"han": 0.81, "latin": 0.88, "icons": 0.88} {
		list := samples(t, alphabet, 32, 36)
		shapes := make([][][]float64, len(list))
		for i, a := range list {
			for _, face := range a.Faces {
				shapes[i] = append(shapes[i], normal(blurred(face, 36)))
			}
			for j := range i {
				for face := range shapes[i] {
					if same := product(shapes[i][face], shapes[j][face]); same > most {
						t.Errorf("%s: %s and %s are alike: %.2f", alphabet, a.Name, list[j].Name, same)
					}
				}
			}
		}
	}
}

func blurred(pix []uint8, side int) []float64 {
	soft := make([]float64, len(pix))
	for i, ink := range pix {
		for _, step := range []int{-side - 1, -side, -side + 1, -1, 0, 1, side - 1, side, side + 1} {
			if at := i + step; at >= 0 && at < len(soft) {
				soft[at] += float64(ink)
			}
		}
	}
	return soft
}

// normal has a mean of 0 and a length of 1; then the product of two is their
// correlation.
func normal(values []float64) []float64 {
	sum, square := 0.0, 0.0
	for _, v := range values {
		sum += v
	}
	for i := range values {
		values[i] -= sum / float64(len(values))
		square += values[i] * values[i]
	}
	for i := range values {
		values[i] /= math.Sqrt(square)
	}
	return values
}

func product(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// Every glyph fills its size in one direction and is solid enough to be seen.
func TestGlyphsHaveInk(t *testing.T) {
	const size, side = 40, 44
	for _, alphabet := range []string{"han", "latin", "icons"} {
		for _, sample := range samples(t, alphabet, size, side) {
			for _, pix := range sample.Faces {
				sum, left, right, top, bottom := 0, side, 0, side, 0
				for i, ink := range pix {
					sum += int(ink)
					if ink > 0 {
						left, right, top, bottom = min(left, i%side), max(right, i%side), min(top, i/side), max(bottom, i/side)
					}
				}
				if long := max(right-left, bottom-top) + 1; long != size {
					t.Errorf("%s %s is %d pixels long, want %d", alphabet, sample.Name, long, size)
				}
				if share := sum * 100 / (255 * size * size); share < 8 || share > 80 {
					t.Errorf("%s %s covers %d %% of its square", alphabet, sample.Name, share)
				}
			}
		}
	}
}

func TestWrongIconsAreRefused(t *testing.T) {
	for _, path := range []string{"M 1", "L 1 2", "X 1 2 3", "O 1 2", "R 1 2 3 4 5", "S 1 2 3", "S 1 2 3 4", "C 1 2 3 4 5 6", "M 1 2 C 1 2 3 4", "M 1 2.5", "1 2", "M 1 2 l 3 4"} {
		if words.ParseIcon(path) == nil {
			t.Errorf("%q is read", path)
		}
	}
}
