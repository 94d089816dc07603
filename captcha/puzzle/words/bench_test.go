package words_test

import (
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
)

func BenchmarkWordsDraw(b *testing.B) {
	maker := newMaker(b)
	for _, row := range []struct {
		name     string
		settings captcha.Settings
	}{{"default", nil}, {"icons", chosen("3", "3", "icons")}, {"eight", chosen("5", "3", "han")}} {
		b.Run(row.name, func(b *testing.B) {
			bytes, n := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				puzzle := draw(b, maker, n, row.settings)
				bytes += len(puzzle.Picture.Data) + len(puzzle.Piece.Data)
				n++
			}
			b.ReportMetric(float64(bytes)/float64(n), "PNG-bytes/op")
		})
	}
}

func BenchmarkWordsSolution(b *testing.B) {
	maker := newMaker(b)
	for _, row := range []struct {
		name     string
		settings captcha.Settings
	}{{"default", nil}, {"eight", chosen("5", "3", "han")}} {
		b.Run(row.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				maker.Solution(puzzletest.SeedFor(n), row.settings)
				n++
			}
		})
	}
}
