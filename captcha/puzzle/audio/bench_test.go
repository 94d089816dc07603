package audio_test

import (
	"bytes"
	"testing"

	"github.com/mojocn/base64Captcha"

	"github.com/captchad/captchad/captcha/puzzle/audio"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
)

func BenchmarkAudioDraw(b *testing.B) {
	maker, size, n := audio.New(), 0, 0
	b.ReportAllocs()
	for b.Loop() {
		puzzle, err := maker.Draw(puzzletest.SeedFor(n), nil)
		if err != nil {
			b.Fatal(err)
		}
		size += len(puzzle.Picture.Data)
		n++
	}
	b.ReportMetric(float64(size)/float64(n), "WAV-bytes/op")
}

// What the library takes by itself: all but a few microseconds of the above.
func BenchmarkBase64CaptchaAudio(b *testing.B) {
	driver := base64Captcha.NewDriverAudio(6, "en")
	b.ReportAllocs()
	for b.Loop() {
		item, err := driver.DrawCaptcha("123456")
		if err != nil {
			b.Fatal(err)
		}
		var file bytes.Buffer
		if _, err := item.WriteTo(&file); err != nil {
			b.Fatal(err)
		}
	}
}
