package slider_test

import (
	"image"
	"image/color"
	"math"
	"sync"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/slider"
)

// The solvers of this file are what bots use (R1, R3): they get the picture and
// the strip and nothing else.

// Each solver is set this many sliders, beginning with the given seed. The figures
// of so few scatter: shade, the best of the figure solvers, was right for 45 % of
// the first 300 seeds, and for 34.6 % of the first 2400.
const solved, firstSolved = 200, 1000

// specimens are drawn once for all tests that only look at them.
var specimens = sync.OnceValue(func() []*specimen { return make([]*specimen, solved) })

func specimenOf(t testing.TB, n int) *specimen {
	t.Helper()
	all := specimens()
	if all[n] == nil {
		all[n] = newSpecimen(t, firstSolved+n, "2")
	}
	return all[n]
}

// best is the legal position with the highest score.
func best(score func(x int) float64) int {
	found, most := 0, math.Inf(-1)
	for x := slider.Least; x <= slider.Most; x++ {
		if s := score(x); s > most {
			found, most = x, s
		}
	}
	return found
}

func rate(t testing.TB, solve func(*specimen) int) float64 {
	right := 0
	for n := range solved {
		s := specimenOf(t, n)
		if x := solve(s); max(x-s.x, s.x-x) <= slider.Tolerance {
			right++
		}
	}
	return float64(right) / solved
}

// R1: against AJ-Captcha this solver is right every time, because hole and piece
// have an outline of pure white.
func TestNoWhiteOutlineSolves(t *testing.T) {
	got := rate(t, func(s *specimen) int {
		return best(func(x int) float64 { return s.white(x) })
	})
	t.Logf("white outline: %.1f %% right", 100*got)
	if got > 0.12 {
		t.Errorf("the white outline solves %.1f %%, want 12 at most", 100*got)
	}
}

func (s *specimen) white(x int) (count float64) {
	for _, p := range s.whites {
		if s.picture.NRGBAAt(x+p.X, p.Y) == white {
			count++
		}
	}
	return count
}

var white = color.NRGBA{255, 255, 255, 255}

// R3: how well solvers do that need no training. This is a measure; what has to
// hold is that the ones that look for the figure do no better than to pick any
// of the three holes.
func TestFigureSolversCannotTellHoleFromDecoys(t *testing.T) {
	for _, solver := range []struct {
		name  string
		score func(s *specimen, x int) float64
	}{
		{"silhouette: edges along the outline of the piece", (*specimen).silhouette},
		{"shade: the figure differs from what is around it", (*specimen).shade},
		{"flatness: the figure has no edges inside", func(s *specimen, x int) float64 { _, _, edges := s.inside(x); return -edges }},
	} {
		t.Run(solver.name, func(t *testing.T) {
			got := rate(t, func(s *specimen) int {
				return best(func(x int) float64 { return solver.score(s, x) })
			})
			t.Logf("%.1f %% right", 100*got)
			if got > 0.333+4*math.Sqrt(0.222/solved) {
				t.Errorf("%.1f %% right: more than picking any of three holes", 100*got)
			}
		})
	}
}

// What is left is what a person does. This program does it at its best: it is
// told where the holes are.
func TestContinuitySolverIsReported(t *testing.T) {
	for _, within := range []int{1, 3, 6} {
		got := rate(t, func(s *specimen) int {
			found, least := 0, math.Inf(1)
			for _, x := range s.places {
				if off := s.seam(x, within); off < least {
					found, least = x, off
				}
			}
			return found
		})
		t.Logf("of three known holes the one whose surroundings continue the piece, seen %d pixels from its edge: %.1f %% right", within, 100*got)
	}
}

// rimPixel is a pixel on the edge of the figure, and the direction that leads
// out of it.
type rimPixel struct{ x, y, dx, dy int }

// survey measures once what the solvers need again and again.
func (s *specimen) survey() {
	width, height := s.picture.Rect.Dx(), s.picture.Rect.Dy()
	s.grey, s.contrast = make([]float64, width*height), make([]float64, width*height)
	box := figure(s.strip)
	top, bottom := max(box.Min.Y-6, 1), min(box.Max.Y+6, height-1) // nobody looks further
	for i := (top - 1) * width; i < (bottom+1)*width; i++ {
		p := s.picture.Pix[4*i : 4*i+3]
		s.grey[i] = 0.3*float64(p[0]) + 0.6*float64(p[1]) + 0.1*float64(p[2])
	}
	for i := top * width; i < bottom*width; i++ {
		s.contrast[i] = math.Hypot(s.grey[i+1]-s.grey[i-1], s.grey[i+width]-s.grey[i-width])
	}
	in := func(x, y int) bool { return s.strip.NRGBAAt(x, y).A >= 200 }
	box = box.Inset(-1)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if !in(x, y) {
				continue
			}
			if s.strip.NRGBAAt(x, y) == white {
				s.whites = append(s.whites, image.Pt(x, y))
			}
			if s.deep(x, y, 3) {
				s.core = append(s.core, image.Pt(x, y))
			}
			for _, d := range [][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
				if !in(x+d[0], y+d[1]) {
					s.rim = append(s.rim, rimPixel{x, y, d[0], d[1]})
				}
			}
		}
	}
}

// at is the index of a pixel of the picture.
func (s *specimen) at(x, y int) int {
	return min(max(y, 0), s.picture.Rect.Dy()-1)*s.picture.Rect.Dx() + x
}

// silhouette is the mean contrast of the picture along the outline.
func (s *specimen) silhouette(x int) (sum float64) {
	for _, p := range s.rim {
		sum += min(s.contrast[s.at(x+p.x, p.y)], 60)
	}
	return sum / float64(len(s.rim))
}

// shade is the difference in brightness between just inside and just outside.
func (s *specimen) shade(x int) (sum float64) {
	for _, p := range s.rim {
		sum += s.grey[s.at(x+p.x+3*p.dx, p.y+3*p.dy)] - s.grey[s.at(x+p.x-3*p.dx, p.y-3*p.dy)]
	}
	return math.Abs(sum / float64(len(s.rim)))
}

// inside measures the picture within the figure.
func (s *specimen) inside(x int) (mean, variance, edges float64) {
	sum, squares, n := 0.0, 0.0, float64(len(s.core))
	for _, p := range s.core {
		i := s.at(x+p.X, p.Y)
		sum, squares, edges = sum+s.grey[i], squares+s.grey[i]*s.grey[i], edges+s.contrast[i]
	}
	mean = sum / n
	return mean, squares/n - mean*mean, edges / n
}

// seam is how badly the piece, from that many pixels within its edge, goes on in
// the surroundings of a place.
func (s *specimen) seam(x, within int) (sum float64) {
	for _, p := range s.rim {
		a := s.strip.NRGBAAt(p.x-within*p.dx, p.y-within*p.dy)
		b := s.picture.NRGBAAt(x+p.x+4*p.dx, p.y+4*p.dy)
		if a.A < solid || b.A == 0 {
			continue
		}
		sum += float64(min(apart(a.R, b.R), 40) + min(apart(a.G, b.G), 40) + min(apart(a.B, b.B), 40))
	}
	return sum
}

func apart(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
