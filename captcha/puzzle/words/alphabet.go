package words

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// The alphabets, by the names that Sites know them by.
const han, latin, icons = "han", "latin", "icons"

// alphabet is what may be asked for.
type alphabet struct {
	names []string
	faces [][]outline // each shows all of them, in that order
	text  bool        // whether the names can be shown to visitors instead of pictures
}

// alphabets are a constant table. To read the fonts takes some milliseconds, so
// they are read once.
var alphabets = sync.OnceValues(func() (map[string]*alphabet, error) {
	names, shapes, err := parseIcons(iconsText)
	if err != nil {
		return nil, err
	}
	found := map[string]*alphabet{icons: {names: names, faces: [][]outline{shapes}}}
	characters := []rune(strings.Join(strings.Fields(charactersText), ""))
	for name, member := range map[string]func(rune) bool{han: isHan, latin: isLatin} {
		some := slices.DeleteFunc(slices.Clone(characters), func(r rune) bool { return !member(r) })
		if found[name], err = readAlphabet(some); err != nil {
			return nil, err
		}
	}
	return found, nil
})

func isHan(r rune) bool   { return unicode.Is(unicode.Han, r) }
func isLatin(r rune) bool { return r <= unicode.MaxASCII }

// readAlphabet finds the characters in both fonts.
func readAlphabet(characters []rune) (*alphabet, error) {
	sans, err := readFont(sansFile, characters)
	if err != nil {
		return nil, err
	}
	serif, err := readFont(serifFile, characters)
	if err != nil {
		return nil, err
	}
	return &alphabet{names: strings.Split(string(characters), ""), faces: [][]outline{sans, serif}, text: true}, nil
}
