package text

// DrawFont tells tests whether the library can draw these characters in a font.
func DrawFont(font, characters string) error {
	_, err := newFace(font, characters, 50)
	return err
}

// Drawn gives tests width, height and ink of each glyph, by font and character:
// those that Makers use, and the same drawn anew.
func Drawn() (used, anew map[string]map[byte]string, err error) {
	first, err := glyphs()
	if err != nil {
		return nil, nil, err
	}
	second, err := drawFaces(Alphabet)
	return listed(first), listed(second), err
}

func listed(faces []face) map[string]map[byte]string {
	list := map[string]map[byte]string{}
	for i, face := range faces {
		list[fonts[i]] = map[byte]string{}
		for character, g := range face {
			list[fonts[i]][character] = string([]byte{byte(g.width), byte(g.height)}) + string(g.ink)
		}
	}
	return list
}
