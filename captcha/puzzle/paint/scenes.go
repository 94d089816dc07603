package paint

import (
	"image"
	"math/rand/v2"
)

// Scene is a [Source] that paints one family of pictures.
type Scene struct {
	Name  string
	paint func(*canvas, *rand.Rand)
}

// Background paints a picture of this family.
func (s Scene) Background(random *rand.Rand) *image.NRGBA {
	c := newCanvas()
	s.paint(c, random)
	return c.finish()
}

// Families lists every family of painted pictures. To add one, write a function
// that fills a canvas, and a line here.
func Families() []Scene {
	return []Scene{
		{"mountains", mountains},
		{"bokeh", bokeh},
		{"papercut", papercut},
		{"lowpoly", lowPoly},
		{"glass", glass},
		{"tiles", tiles},
		{"dunes", dunes},
	}
}

// Scenes is the [Source] for a server without photographs: every picture is one
// of the [Families], all equally often.
func Scenes() Source { return scenes(Families()) }

type scenes []Scene

func (s scenes) Background(random *rand.Rand) *image.NRGBA {
	return s[random.IntN(len(s))].Background(random)
}
