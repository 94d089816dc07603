// Package paint is what the kinds of puzzle draw with: backgrounds, made from
// random numbers or from photographs, a stock of them, and PNG files. It knows
// nothing of puzzles and of what is hidden in a picture.
//
// A [Source] paints a new background each time. A [Stock] keeps some for each
// [captcha.Epoch], in few colours and nearly written, for puzzles that are asked for
// often.
//
// The same random numbers give the same pixels on every machine: a replica must
// be able to draw again what another one has drawn. So everything here that
// shows is computed with whole numbers. Fused floating-point arithmetic, which
// arm64 has and amd64 has not, rounds differently.
package paint

import (
	"image"
	"math/rand/v2"
)

// The size of every picture, in pixels. The clients of the vendors that we speak
// for have it built in.
const (
	Width  = 310
	Height = 155
)

// Source gives backgrounds.
type Source interface {
	// Background paints a new opaque picture of Width x Height pixels. It
	// decides everything by random, opens no file and may be called by many at
	// a time.
	Background(random *rand.Rand) *image.NRGBA
}
