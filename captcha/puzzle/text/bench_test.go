package text_test

import (
	"bytes"
	"image/gif"
	"image/png"
	"testing"

	"github.com/mojocn/base64Captcha"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle/puzzletest"
	"github.com/captchad/captchad/captcha/puzzle/text"
)

func BenchmarkTextDraw(b *testing.B) {
	maker := text.New()
	for _, format := range []string{"gif", "png"} {
		b.Run(format, func(b *testing.B) {
			bytes, n := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				bytes += len(draw(b, maker, n, captcha.Settings{"text.format": format}).Picture.Data)
				n++
			}
			b.ReportMetric(float64(bytes)/float64(n), "file-bytes/op")
		})
	}
}

func BenchmarkTextAccepts(b *testing.B) {
	maker, seed := text.New(), puzzletest.SeedFor(1)
	answer := maker.Solution(seed, nil)
	for b.Loop() {
		maker.Accepts(seed, nil, answer)
	}
}

// What the library takes for a picture of its own, as PNG, which is all it
// writes, and turned into a GIF the plain way.
func BenchmarkBase64CaptchaString(b *testing.B) {
	driver := base64Captcha.NewDriverString(text.Height, text.Width, 0, base64Captcha.OptionShowSlimeLine, 4, text.Alphabet, nil, nil, []string{"wqy-microhei.ttc", "RitaSmith.ttf"})
	for _, format := range []string{"gif", "png"} {
		b.Run(format, func(b *testing.B) {
			size, n := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				var file bytes.Buffer
				item, err := driver.DrawCaptcha("AK34")
				if err == nil {
					_, err = item.WriteTo(&file)
				}
				if err == nil && format == "gif" {
					err = toGIF(&file)
				}
				if err != nil {
					b.Fatal(err)
				}
				size += file.Len()
				n++
			}
			b.ReportMetric(float64(size)/float64(n), "file-bytes/op")
		})
	}
}

func toGIF(file *bytes.Buffer) error {
	picture, err := png.Decode(file)
	if err != nil {
		return err
	}
	return gif.Encode(file, picture, nil)
}
