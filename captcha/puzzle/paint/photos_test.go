package paint_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// photograph is a picture of that size; each base colour makes another one.
func photograph(width, height int, base color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := base
			c.G = uint8((x*x/40 + y*3) % 256)
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

var (
	red  = color.NRGBA{R: 230, B: 20, A: 255}
	blue = color.NRGBA{R: 20, B: 230, A: 255}
)

func asPNG(t *testing.T, img image.Image) *fstest.MapFile {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: out.Bytes()}
}

func asJPEG(t *testing.T, img image.Image) *fstest.MapFile {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: out.Bytes()}
}

func photosOf(t *testing.T, files fs.FS) paint.Source {
	t.Helper()
	source, err := paint.Photos(files)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// R20 and R17: one photograph of any shape is enough.
func TestOnePhotographOfAnyShapeIsEnough(t *testing.T) {
	for _, row := range []struct {
		name string
		file *fstest.MapFile
	}{
		{"just large enough", asPNG(t, photograph(310, 155, red))},
		{"square, as the Go port of AJ-Captcha ships it", asJPEG(t, photograph(690, 690, red))},
		{"tall", asJPEG(t, photograph(400, 1600, red))},
		{"wide", asPNG(t, photograph(2000, 200, red))},
		{"half transparent", asPNG(t, photograph(640, 480, color.NRGBA{R: 200, A: 128}))},
	} {
		t.Run(row.name, func(t *testing.T) {
			source := photosOf(t, fstest.MapFS{"one.png": row.file})
			for n := range 5 {
				img := source.Background(stream(n))
				if img.Rect != image.Rect(0, 0, paint.Width, paint.Height) || !img.Opaque() {
					t.Fatalf("bounds %v, opaque %v", img.Rect, img.Opaque())
				}
			}
		})
	}
}

// R2.
func TestOnePhotographNeverGivesTheSamePixelsTwice(t *testing.T) {
	source := photosOf(t, fstest.MapFS{"one.jpg": asJPEG(t, photograph(900, 600, red))})
	if alike(source.Background(stream(1)), source.Background(stream(1))) < 1 {
		t.Error("the same random numbers give different pictures")
	}
	for n := 2; n < 12; n++ {
		if same := alike(source.Background(stream(1)), source.Background(stream(n))); same > 0.2 {
			t.Errorf("pictures 1 and %d have %.0f %% of their pixels in common", n, 100*same)
		}
	}
	checkAverage(t, source)
}

// R19.
func TestEveryPhotographIsUsed(t *testing.T) {
	source := photosOf(t, fstest.MapFS{
		"a.jpg": asJPEG(t, photograph(640, 480, red)),
		"z.PNG": asPNG(t, photograph(640, 480, blue)),
	})
	reds := 0
	for n := range 60 {
		if p := source.Background(stream(n)).Pix; p[0] > p[2] {
			reds++
		}
	}
	if reds < 15 || reds > 45 {
		t.Errorf("of 60 pictures %d show the first photograph", reds)
	}
}

func TestUnusableFilesAreNamed(t *testing.T) {
	good := asPNG(t, photograph(640, 480, red))
	for _, row := range []struct {
		name  string
		files fstest.MapFS
		want  []string
	}{
		{"no picture inside", fstest.MapFS{"good.png": good, "text.png": {Data: []byte("hello")}}, []string{"text.png"}},
		{"cut off", fstest.MapFS{"short.png": {Data: good.Data[:len(good.Data)/2]}}, []string{"short.png"}},
		{"too small", fstest.MapFS{"small.png": asPNG(t, photograph(309, 400, red))}, []string{"small.png", "309x400", "310x155"}},
		{"several", fstest.MapFS{"a.jpg": {Data: nil}, "b.png": {Data: nil}}, []string{"a.jpg", "b.png"}},
		{"none at all", fstest.MapFS{"readme.txt": {Data: []byte("put photographs here")}}, []string{"no photographs"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := paint.Photos(row.files)
			for _, want := range row.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v does not name %q", err, want)
				}
			}
		})
	}
}

// R24: what is opened once is not opened again.
func TestNoFileIsOpenedToPaint(t *testing.T) {
	files := &countingFS{FS: fstest.MapFS{"one.png": asPNG(t, photograph(640, 480, red))}}
	source := photosOf(t, files)
	before := files.opened
	for n := range 10 {
		source.Background(stream(n))
	}
	if files.opened != before {
		t.Errorf("%d files were opened to paint", files.opened-before)
	}
}

type countingFS struct {
	fs.FS
	opened int
}

func (c *countingFS) Open(name string) (fs.File, error) {
	c.opened++
	return c.FS.Open(name)
}
