package slider_test

import (
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/slider"
)

func BenchmarkSliderDraw(b *testing.B) {
	bytes, n := 0, 0
	maker := newMaker()
	b.ReportAllocs()
	for b.Loop() {
		puzzle, err := maker.Draw(puzzletest.SeedFor(n), nil)
		if err != nil {
			b.Fatal(err)
		}
		bytes += len(puzzle.Picture.Data) + len(puzzle.Piece.Data)
		n++
	}
	b.ReportMetric(float64(bytes)/float64(n), "PNG-bytes/op")
}

func BenchmarkSliderDrawOf(b *testing.B) {
	for _, family := range paint.Families() {
		b.Run(family.Name, func(b *testing.B) {
			bytes, n := 0, 0
			maker := slider.New(paint.NewStock(family))
			for b.Loop() {
				puzzle, err := maker.Draw(puzzletest.SeedFor(n), nil)
				if err != nil {
					b.Fatal(err)
				}
				bytes += len(puzzle.Picture.Data) + len(puzzle.Piece.Data)
				n++
			}
			b.ReportMetric(float64(bytes)/float64(n), "PNG-bytes/op")
		})
	}
}

func BenchmarkSliderSolution(b *testing.B) {
	maker, seed := newMaker(), puzzletest.SeedFor(1)
	for b.Loop() {
		maker.Solution(seed, nil)
	}
}
