package dialect_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/captchad/captchad/server/dialect"
)

func FuzzObjectsAreReadAsEncodingJSONReadsThem(f *testing.F) {
	for _, text := range []string{
		``, `{}`, ` {"a":1}` + "\n", `{"a":1}x`, `{"a":1,}`, `{"a":[1,{"b":null}],"c":"d"}`, `{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"A":1,"a":2}`,
		`{"\ud800":"\ud800\u0041"}`, `{"a":"\n"}`, "{\"a\":\"\n\"}", `{"a":01}`, `{"a":-}`, `{"a":1e999}`, `{"a":1.5E+3}`, `{"a":tru}`, `[{}]`, `null`,
		`{"a":"` + "\xff" + `"}`, `{"a" : "b" , "c" : [ ] }`, `{a:1}`, `{"a":"\x"}`, `{"a":"\u12"}`, `{"":0}`,
		`{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, `{"a":` + strings.Repeat("[", 2_000) + strings.Repeat("]", 2_000) + `}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		object, err := dialect.ParseObject(text)

		var want map[string]json.RawMessage
		isObject := utf8.Valid(text) && json.Unmarshal(text, &want) == nil && want != nil
		if isObject != (err == nil) || len(object) != len(want) {
			t.Fatalf("%q is read as %q, %v; encoding/json reads %q", text, object, err, want)
		}
		for name, value := range want {
			if !bytes.Equal(object[name], value) {
				t.Errorf("%q: %q is %q, want %q", text, name, object[name], value)
			}
			var asText *string
			var wantText string
			isText := json.Unmarshal(value, &asText) == nil
			if asText != nil {
				wantText = *asText
			}
			if got, ok := object.Text(name); ok != isText || ok && got != wantText {
				t.Errorf("%q: the text %q is %q, %v, want %q, %v", text, name, got, ok, wantText, isText)
			}
			var number *float64
			isNumber := json.Unmarshal(value, &number) == nil && number != nil
			if got, ok := object.Number(name); ok != isNumber || ok && got != *number {
				t.Errorf("%q: the number %q is %v, %v, want %v", text, name, got, ok, isNumber)
			}
		}
		if !bytes.Equal(text, before) {
			t.Errorf("%q became %q", before, text)
		}
	})
}
