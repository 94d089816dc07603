package puzzle_test

import (
	"encoding/base64"
	"testing"

	"github.com/captchad/captchad/captcha/puzzle/paint"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/slider"
	"github.com/mojocn/base64Captcha"
)

// The two benchmarks of this file are to be compared with each other: a slider of
// ours, and a picture of digits by the library that many Go programs use.

// BenchmarkSliderBase64 goes from the seed to the base64 text of both pictures, with
// backgrounds in stock.
func BenchmarkSliderBase64(b *testing.B) {
	const seeds = 64 // of one epoch
	maker := slider.New(paint.NewStock(paint.Scenes()))
	for maker.Prepare(puzzletest.SeedFor(0).Epoch()) {
	}
	length, n := 0, 0
	var text []byte // as a response is written: into a buffer that is there
	b.ReportAllocs()
	for b.Loop() {
		puzzle, err := maker.Draw(puzzletest.SeedFor(n%seeds), nil)
		if err != nil {
			b.Fatal(err)
		}
		text = base64.StdEncoding.AppendEncode(text[:0], puzzle.Picture.Data)
		text = base64.StdEncoding.AppendEncode(text, puzzle.Piece.Data)
		length += len(text)
		n++
	}
	b.ReportMetric(float64(length)/float64(n), "base64-bytes/op")
}

// BenchmarkBase64CaptchaDigit is base64Captcha's picture of digits with its
// defaults, as base64 text.
func BenchmarkBase64CaptchaDigit(b *testing.B) {
	driver := base64Captcha.DefaultDriverDigit
	b.ReportAllocs()
	for b.Loop() {
		_, content, _ := driver.GenerateIdQuestionAnswer()
		item, err := driver.DrawCaptcha(content)
		if err != nil {
			b.Fatal(err)
		}
		item.EncodeB64string()
	}
}
