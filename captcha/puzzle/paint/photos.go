package paint

import (
	"errors"
	"fmt"
	"image"
	"image/draw"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"

	"github.com/disintegration/imaging"
)

// Limits on an operator's photographs.
const (
	// photoScale is how much wider and higher than a picture a photograph is
	// kept: what it shows beyond the frame is where other pictures of it come
	// from.
	photoScale = 2
	// maxPhotoPixels keeps a small file from filling the memory.
	maxPhotoPixels = 50_000_000
)

// Photos is the [Source] of an operator's own photographs: every JPEG and PNG
// file in the top folder of files. Each is read now and kept at twice the size
// of a picture; a picture shows some part of one, turned over or not, with its
// colours and its brightness changed a little. So no two pictures of one
// photograph have the same pixels.
//
// Photographs are scaled when they are read, with floating-point numbers: replicas
// on different processors may keep copies that differ by a step in some pixels.
// Solutions do not depend on them.
//
// It fails, naming the files, if some are unusable: no picture inside, or one
// smaller than Width x Height. It fails too if there are none.
func Photos(files fs.FS) (Source, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("read photographs: %w", err)
	}
	var kept photos
	var faults []error
	for _, entry := range entries {
		if entry.IsDir() || !slices.Contains([]string{".jpg", ".jpeg", ".png"}, strings.ToLower(path.Ext(entry.Name()))) {
			continue
		}
		photo, err := loadPhoto(files, entry.Name())
		if err != nil {
			faults = append(faults, fmt.Errorf("photograph %s: %w", entry.Name(), err))
			continue
		}
		kept = append(kept, photo)
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if len(kept) == 0 {
		return nil, errors.New("there are no photographs: no file ends in .jpg, .jpeg or .png")
	}
	return kept, nil
}

// loadPhoto reads one photograph, upright, and crops its middle.
func loadPhoto(files fs.FS, name string) (*image.NRGBA, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	config, _, err := image.DecodeConfig(file)
	if err != nil {
		return nil, err
	}
	if config.Width < Width || config.Height < Height {
		return nil, fmt.Errorf("%dx%d pixels are too few: at least %dx%d are needed", config.Width, config.Height, Width, Height)
	}
	if config.Width*config.Height > maxPhotoPixels {
		return nil, fmt.Errorf("%dx%d pixels are too many: at most %d are read", config.Width, config.Height, maxPhotoPixels)
	}
	again, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer again.Close()
	photo, err := imaging.Decode(again, imaging.AutoOrientation(true))
	if err != nil {
		return nil, err
	}
	fitted := imaging.Fill(photo, photoScale*Width, photoScale*Height, imaging.Center, imaging.Lanczos)
	opaque := image.NewNRGBA(fitted.Rect)
	draw.Draw(opaque, opaque.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(opaque, opaque.Rect, fitted, image.Point{}, draw.Over)
	return opaque, nil
}

// photos are of photoScale times the size of a picture, and opaque.
type photos []*image.NRGBA

func (p photos) Background(random *rand.Rand) *image.NRGBA {
	c := newCanvas()
	v := newView(random)
	tone := newToning(random)
	v.look(p[random.IntN(len(p))], c, tone)
	return c.finish()
}

// view is the part of a photograph that a picture shows; in 1/256 of a pixel of
// the photograph.
type view struct {
	x, y, step int // the middle of the first pixel, and from each to the next
	mirrored   bool
}

// newView chooses from half to nine tenths of the photograph, either way round.
func newView(random *rand.Rand) view {
	step := within(random, 256*photoScale/2, 256*photoScale*9/10)
	return view{
		x:        random.IntN(256*photoScale*Width - step*Width),
		y:        random.IntN(256*photoScale*Height - step*Height),
		step:     step,
		mirrored: chance(random, 50),
	}
}

func (v view) look(photo *image.NRGBA, c *canvas, t toning) {
	for y := range Height {
		row := c.row(y)
		for x := range row {
			from := x
			if v.mirrored {
				from = Width - 1 - x
			}
			row[x] = t.of(sample(photo, v.x+from*v.step, v.y+y*v.step))
		}
	}
}

// sample is the colour between four pixels of the photograph, channels from 0 to
// 255<<8.
func sample(photo *image.NRGBA, x, y int) [3]int {
	left, top := min(x>>8, photo.Rect.Dx()-2), min(y>>8, photo.Rect.Dy()-2)
	right, down := min(x-left<<8, 256), min(y-top<<8, 256)
	a := photo.Pix[photo.PixOffset(left, top):]
	b := a[photo.Stride:]
	var sum [3]int
	for i := range sum {
		upper := int(a[i])*(256-right) + int(a[i+4])*right
		lower := int(b[i])*(256-right) + int(b[i+4])*right
		sum[i] = (upper*(256-down) + lower*down) >> 8
	}
	return sum
}

// toning turns the hue a little, and changes the brightness: each new channel is
// made of all three.
type toning [3][3]int

// newToning moves up to a sixth of each channel into the next one, which keeps
// grey grey, and makes all of it up to an eighth darker or lighter.
func newToning(random *rand.Rand) toning {
	turn, next := random.IntN(full/6), within(random, 1, 2)
	var t toning
	for i := range t {
		bright := full + within(random, -full/12, full/24)
		t[i][i] = (full - turn) * bright >> 12
		t[i][(i+next)%3] = turn * bright >> 12
	}
	return t
}

func (t toning) of(from [3]int) colour {
	channel := func(k [3]int) uint16 {
		return uint16(min((k[0]*from[0]+k[1]*from[1]+k[2]*from[2])>>12, 0xfeff))
	}
	return colour{channel(t[0]), channel(t[1]), channel(t[2])}
}
