package captcha

import "fmt"

// Kind names a kind of puzzle. Its number is part of every sealed [ID], so a
// number once given to a kind is never given to another.
type Kind uint8

// The kinds of puzzle. A package below captcha/puzzle makes each of them.
const (
	KindSlider Kind = 1 // push a piece sideways into its hole
	KindText   Kind = 2 // type the characters in a picture
	KindAudio  Kind = 3 // type the digits in a recording
	KindWords  Kind = 4 // click characters or icons in the order shown
)

var kindNames = map[Kind]string{
	KindSlider: "slider",
	KindText:   "text",
	KindAudio:  "audio",
	KindWords:  "words",
}

// String is the name of the kind on our own wires, such as "slider".
func (k Kind) String() string {
	if name, ok := kindNames[k]; ok {
		return name
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// ParseKind finds the kind with the given name.
func ParseKind(name string) (Kind, error) {
	for kind, known := range kindNames {
		if known == name {
			return kind, nil
		}
	}
	return 0, fmt.Errorf("no kind of puzzle is called %q", name)
}
