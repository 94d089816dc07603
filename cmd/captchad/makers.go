package main

import (
	"fmt"
	"os"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle"
	"github.com/captchad/captchad/captcha/puzzle/paint"
)

// makers are the kinds of puzzle, on the operator's photographs if there are any.
// All pictures of text say fixedText, unless it is empty.
func (o *Options) makers(fixedText string) ([]captcha.Maker, error) {
	choice := puzzle.Choice{FixedText: fixedText}
	if o.Photos != "" {
		photos, err := paint.Photos(os.DirFS(o.Photos))
		if err != nil {
			return nil, fmt.Errorf("photos: %w", err)
		}
		choice.Backgrounds = photos
	}
	return puzzle.Makers(choice)
}
