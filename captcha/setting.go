package captcha

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Setting is one thing that a Site may choose by name, beyond its [Rules].
// Makers and Dialects list theirs, so that a misspelt name or a value that
// nobody understands is refused when the Site is saved, not when a visitor
// waits.
type Setting struct {
	Name    string // unique; starts with its owner's name: "slider.decoys"
	Default string // what holds for a Site that says nothing
	Help    string // one line for operators
	Check   func(value string) error
}

// Settings are the values that a Site has chosen, by name.
type Settings map[string]string

// Get is the chosen value of s, or its default.
func (given Settings) Get(s Setting) string {
	if value, ok := given[s.Name]; ok {
		return value
	}
	return s.Default
}

// Int is the value of a setting made by [IntSetting].
func (given Settings) Int(s Setting) int {
	n, _ := strconv.Atoi(given.Get(s)) // checked when the Site was saved
	return n
}

// On is the value of a setting made by [SwitchSetting].
func (given Settings) On(s Setting) bool { return given.Get(s) == "on" }

// Check says what is wrong with the chosen values, if anything is, when known
// lists all there are.
func (given Settings) Check(known []Setting) error {
	for name, value := range given {
		i := slices.IndexFunc(known, func(s Setting) bool { return s.Name == name })
		if i < 0 {
			return fmt.Errorf("no setting is called %q", name)
		}
		if err := known[i].Check(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// IntSetting is a Setting with whole numbers from least to most.
func IntSetting(name string, standard, least, most int, help string) Setting {
	return Setting{Name: name, Default: strconv.Itoa(standard), Help: help, Check: func(value string) error {
		if n, err := strconv.Atoi(value); err != nil || n < least || n > most {
			return fmt.Errorf("%q is not a whole number from %d to %d", value, least, most)
		}
		return nil
	}}
}

// ChoiceSetting is a Setting with a few values to choose from; the first is the
// default.
func ChoiceSetting(name, help string, choices ...string) Setting {
	return Setting{Name: name, Default: choices[0], Help: help, Check: func(value string) error {
		if !slices.Contains(choices, value) {
			return fmt.Errorf("%q is none of %s", value, strings.Join(choices, ", "))
		}
		return nil
	}}
}

// SwitchSetting is a Setting that is "on" or "off".
func SwitchSetting(name string, on bool, help string) Setting {
	if on {
		return ChoiceSetting(name, help, "on", "off")
	}
	return ChoiceSetting(name, help, "off", "on")
}

// KindsSetting is a Setting for the kinds of puzzle that a Site's pages may ask
// for; the first is what they get if they do not say.
func KindsSetting(name string, standard Kind) Setting {
	return Setting{
		Name: name, Default: standard.String(),
		Help: "kinds of puzzle that pages may ask for, such as slider,audio; the first is the standard",
		Check: func(value string) error {
			_, err := parseKinds(value)
			return err
		},
	}
}

// Kinds is the value of a setting made by [KindsSetting].
func (given Settings) Kinds(s Setting) []Kind {
	kinds, _ := parseKinds(given.Get(s)) // checked when the Site was saved
	return kinds
}

// parseKinds reads names with commas between them. Beside an error come those that
// are kinds all the same.
func parseKinds(names string) (kinds []Kind, err error) {
	for name := range strings.SplitSeq(names, ",") {
		kind, unknown := ParseKind(name)
		if unknown != nil {
			err = unknown
			continue
		}
		kinds = append(kinds, kind)
	}
	return kinds, err
}

// AudioLanguage is the name of the setting for the language of recordings. A
// page that tells its own language gets that, where the Site has not chosen.
const AudioLanguage = "audio.language"
