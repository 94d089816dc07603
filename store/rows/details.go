package rows

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

// Details are JSON: {"name": "value"}. Nearly all of them are of plain
// characters, and are written and read without encoding/json, which takes several
// times as long.

// EncodeDetails writes the Details of a Record; "" if there are none. Bytes that are
// no UTF-8 become U+FFFD.
func EncodeDetails(details map[string]string) (string, error) {
	if len(details) == 0 {
		return "", nil
	}
	if text, plain := encodePlain(details); plain {
		return text, nil
	}
	text, err := json.Marshal(details)
	return string(text), err
}

// DecodeDetails reads what [EncodeDetails] wrote.
func DecodeDetails(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	if details, plain := decodePlain(text); plain {
		return details, nil
	}
	var details map[string]string
	if err := json.Unmarshal([]byte(text), &details); err != nil {
		return nil, fmt.Errorf("read record: details: %w", err)
	}
	return details, nil
}

// encodePlain writes details none of whose characters has to be escaped.
func encodePlain(details map[string]string) (text string, plain bool) {
	var b strings.Builder
	b.Grow(256)
	before := `{"`
	for name, value := range details {
		if !isPlain(name) || !isPlain(value) {
			return "", false
		}
		b.WriteString(before)
		b.WriteString(name)
		b.WriteString(`":"`)
		b.WriteString(value)
		before = `","`
	}
	b.WriteString(`"}`)
	return b.String(), true
}

// isPlain tells whether JSON holds a text as it is. There may be more such texts.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// decodePlain reads what is written like that.
func decodePlain(text string) (details map[string]string, plain bool) {
	details = make(map[string]string)
	plain = eachPlain(text, func(name, value string) { details[name] = value })
	return details, plain
}

// eachPlain visits what is written like that, as far as it is.
func eachPlain(text string, visit func(name, value string)) (plain bool) {
	if strings.IndexByte(text, '\\') >= 0 {
		return false
	}
	for before, rest := `{"`, text; rest != "}"; before = `,"` {
		var name, value string
		var ok [4]bool
		rest, ok[0] = strings.CutPrefix(rest, before)
		name, rest, ok[1] = strings.Cut(rest, `"`)
		rest, ok[2] = strings.CutPrefix(rest, `:"`)
		value, rest, ok[3] = strings.Cut(rest, `"`)
		if ok != [4]bool{true, true, true, true} {
			return false
		}
		visit(name, value)
	}
	return true
}

// sameDetails tells whether the text is that of the details.
func sameDetails(text string, details map[string]string) bool {
	if text == "" {
		return len(details) == 0
	}
	same, members := true, 0
	plain := eachPlain(text, func(name, value string) {
		given, ok := details[name]
		same = same && ok && given == value
		members++
	})
	if plain {
		return same && members == len(details)
	}
	kept, err := DecodeDetails(text)
	return err == nil && maps.Equal(kept, details)
}
