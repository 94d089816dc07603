package main

import (
	"fmt"
	"os"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// makers are the kinds of puzzle, on the operator's photographs if there are any.
func (o *Options) makers() ([]captcha.Maker, error) {
	if o.Photos == "" {
		return puzzle.Makers(), nil
	}
	photos, err := paint.Photos(os.DirFS(o.Photos))
	if err != nil {
		return nil, fmt.Errorf("photos: %w", err)
	}
	return puzzle.MakersOn(photos), nil
}
