package ajpoint_test

import (
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/ajpoint"
)

func id(t *testing.T, text string) captcha.ID {
	t.Helper()
	id, ok := captcha.ParseID(text)
	if !ok {
		t.Fatalf("%q is no ID", text)
	}
	return id
}

func TestKeyFollowsFromTheID(t *testing.T) {
	for text, want := range map[string]string{
		"389c21b32a8e4eba9a6d75b71150bfd1": "DFAgRvmL45S8wkHk",
		"71dd26999e314f9abb0c635336976635": "Q5xQdVm9sRRzklxK",
		"00000000000000000000000000000000": "MsDC6jVXDT1IH0wH",
	} {
		if got := ajpoint.Key(id(t, text)); got != want {
			t.Errorf("Key(%s) = %s, want %s", text, got, want)
		}
	}
}

// The vectors agree with crypto-js and openssl.
var vectors = []struct{ name, key, point, sealedPoint, sealedPass string }{
	{"an integer, derived key", "DFAgRvmL45S8wkHk", `{"x":237,"y":5}`,
		"QP+jMCvcT+xBp3+M5Cznsg==",
		"r7zBTAyjO/fn4C73K/Z5u7uVoDQls9zvkgzSQNoX0xF/DbvRCgWakM82nIHp/ahHLG2F3gcgzwihBpoEkvFpDA=="},
	{"a float, derived key", "DFAgRvmL45S8wkHk", `{"x":237.0,"y":5.0}`,
		"QsWergRBRe4mJfJDlaK1LSafmDzINg9RGp9sg731DU4=",
		"r7zBTAyjO/fn4C73K/Z5u7uVoDQls9zvkgzSQNoX0xGMyETvwIgvop7gAQjCEvzRJeOILxCBvmRXC5byJ8lXKA=="},
	{"an integer", "yMXC583dP4R7uhmq", `{"x":237,"y":5}`,
		"1qOiawVgsZK/Lm2jhb4yDw==",
		"FjQigd+XKY54toUSxbGmZk/231hFRoZf2N55CWREvePihC5vGDRilJJBSZTTqNyExCT79ZrVNZI7F0hU73RW2A=="},
	{"Gson's floats", "yMXC583dP4R7uhmq", `{"x":237.0,"y":5.0}`,
		"5nxXyl0w9Fl24/GYj1H37jB+m/oibvcEvGNrLDO+Rj8=",
		"FjQigd+XKY54toUSxbGmZk/231hFRoZf2N55CWREveO/By43Uhu3dhH0f28kWNY36rB+X8t9mE4WvCZIcLe05Q=="},
	{"Dart's float and integer", "yMXC583dP4R7uhmq", `{"x":237.0,"y":5}`,
		"5nxXyl0w9Fl24/GYj1H37jtTSQ+HMOr7BJc4sHf1uNE=",
		"FjQigd+XKY54toUSxbGmZk/231hFRoZf2N55CWREveO/By43Uhu3dhH0f28kWNY3k64JRQli+QugMCo+2vrFuw=="},
	{"iOS's order", "yMXC583dP4R7uhmq", `{"y":5,"x":237}`,
		"E95QZccpr8FpTAgOM4VxfA==",
		"FjQigd+XKY54toUSxbGmZk/231hFRoZf2N55CWREveM58BueauNc9nB7pst5zmtHdnJLziQgDxt9C4jDljn8Sw=="},
}

func TestEncryptAndDecryptAgreeWithOtherLibraries(t *testing.T) {
	challenge := id(t, "389c21b32a8e4eba9a6d75b71150bfd1")
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			if got := ajpoint.Encrypt(v.key, v.point); got != v.sealedPoint {
				t.Errorf("point sealed as %s, want %s", got, v.sealedPoint)
			}
			if got := ajpoint.Encrypt(v.key, ajpoint.PassText(challenge, v.point)); got != v.sealedPass {
				t.Errorf("pass sealed as %s, want %s", got, v.sealedPass)
			}
			if got, ok := ajpoint.Decrypt(v.key, v.sealedPoint); !ok || got != v.point {
				t.Errorf("opened as %q, %v", got, ok)
			}
		})
	}
}

func TestDecryptRefusesWhatEncryptNeverWrites(t *testing.T) {
	const key = "DFAgRvmL45S8wkHk"
	for name, sealed := range map[string]string{
		"nothing":               "",
		"no base64":             "====",
		"a line break":          "QP+jMCvcT+xBp3+M\n5Cznsg==",
		"no padding of base64":  "QP+jMCvcT+xBp3+M5Cznsg",
		"15 bytes":              "AAAAAAAAAAAAAAAAAAAA",
		"another key's":         "1qOiawVgsZK/Lm2jhb4yDw==",
		"base64 of plain JSON":  "eyJ4IjoyMzcsInkiOjV9",
		"loose last bits":       "QP+jMCvcT+xBp3+M5Cznsh==",
		"url-safe base64":       "QP-jMCvcT-xBp3-M5Cznsg==",
		"white space around it": " QP+jMCvcT+xBp3+M5Cznsg== ",
	} {
		if clear, ok := ajpoint.Decrypt(key, sealed); ok {
			t.Errorf("%s: opened as %q", name, clear)
		}
	}
}

func TestParseSliderTakesEverySpellingOfANumber(t *testing.T) {
	for _, text := range []string{
		`{"x":237,"y":5}`, `{"x":237.0,"y":5.0}`, `{ "y":5.0 , "x":237 }`, `{"x":2.37e2,"y":5}`,
		`{"x":237,"y":5,"t":1}`, " {\"x\":237,\n\"y\":5}\t", `{"x":237.00000000000000,"y":5}`,
	} {
		answer, ok := ajpoint.ParseSlider(text)
		if !ok || len(answer.Points) != 1 || answer.Points[0] != (captcha.Point{X: 237, Y: 5}) {
			t.Errorf("%s read as %v, %v", text, answer, ok)
		}
	}
}

func TestParseSliderRefusesWhatIsNoPoint(t *testing.T) {
	for _, text := range []string{
		``, `{}`, `[]`, `null`, `5`, `{"x":null,"y":5}`, `{"x":"237","y":5}`, `{"x":1e999,"y":5}`, `{"x":237,"y":5}x`,
		`{"x":237}`, `{"X":237,"Y":5}`, `{"x":237,"y":4}`, `{"x":237,"y":5.5}`, `{"x":NaN,"y":5}`, `[{"x":237,"y":5}]`,
	} {
		if answer, ok := ajpoint.ParseSlider(text); ok {
			t.Errorf("%s read as %v", text, answer)
		}
	}
}

func TestPassIDReadsOnlyAPassInClear(t *testing.T) {
	const text = "71dd26999e314f9abb0c635336976635"
	if got, ok := ajpoint.PassID(text + `---{"x":237.0,"y":5.0}`); !ok || got.String() != text {
		t.Errorf("got %v, %v", got, ok)
	}
	for _, other := range []string{"", text, text + "--", text + "--_x", "x" + text + "---", vectors[0].sealedPass} {
		if got, ok := ajpoint.PassID(other); ok {
			t.Errorf("%q holds %v", other, got)
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	const key = "DFAgRvmL45S8wkHk"
	f.Add("QP+jMCvcT+xBp3+M5Cznsg==")
	f.Add("====")
	f.Fuzz(func(t *testing.T, sealed string) {
		if clear, ok := ajpoint.Decrypt(key, sealed); ok && ajpoint.Encrypt(key, clear) != sealed {
			t.Errorf("%q opens to %q, which seals to something else", sealed, clear)
		}
	})
}

func FuzzParseSlider(f *testing.F) {
	f.Add(`{"x":237,"y":5}`)
	f.Add(`{"x":1e999,"y":5}`)
	f.Fuzz(func(t *testing.T, text string) {
		answer, ok := ajpoint.ParseSlider(text)
		if ok && (len(answer.Points) != 1 || answer.Points[0].Y != 5) {
			t.Errorf("%q read as %v", text, answer)
		}
	})
}

func FuzzPassID(f *testing.F) {
	f.Add(`71dd26999e314f9abb0c635336976635---{"x":237.0,"y":5.0}`)
	f.Fuzz(func(t *testing.T, pass string) {
		if id, ok := ajpoint.PassID(pass); ok && pass[:35] != id.String()+"---" {
			t.Errorf("%q holds %v", pass, id)
		}
	})
}
