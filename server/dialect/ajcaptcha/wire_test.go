package ajcaptcha_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

// The clients lay out their widgets for just these sizes.
func TestThePicturesAreAsLargeAsTheClientsExpect(t *testing.T) {
	v := newVisitor(t)
	var got struct {
		Data struct{ OriginalImageBase64, JigsawImageBase64 []byte } `json:"repData"`
	}
	if err := json.Unmarshal([]byte(dialecttest.Body(t, v.call("get", `{"captchaType":"blockPuzzle"}`))), &got); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		picture       []byte
		width, height int
	}{
		"the picture":              {got.Data.OriginalImageBase64, 310, 155},
		"the strip with its piece": {got.Data.JigsawImageBase64, 47, 155},
	} {
		decoded, err := png.Decode(bytes.NewReader(c.picture))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if size := decoded.Bounds().Size(); size.X != c.width || size.Y != c.height {
			t.Errorf("%s is %v, want %dx%d", name, size, c.width, c.height)
		}
	}
}

func TestABodyOfMoreThanEightKiBIsNoBody(t *testing.T) {
	v := newVisitor(t)
	const want = `{"repCode":"0011","repMsg":"captchaVO不能为空","repData":null,"success":false,"error":true}` + "\n"
	for _, path := range []string{"get", "check", "verify"} {
		response := v.call(path, `{"captchaType":"blockPuzzle","clientUid":"`+strings.Repeat("x", 9<<10)+`"}`)
		if got := dialecttest.Body(t, response); response.StatusCode != http.StatusOK || got != want {
			t.Errorf("%s: %d %s", path, response.StatusCode, got)
		}
	}
}

// JSON may have white space after it, so a right point can be of any length.
func TestAPointHasAtMost1024Characters(t *testing.T) {
	v := newVisitor(t)
	for size, want := range map[int]string{767: "0000", 768: "6111"} { // 48 and 49 blocks of AES, 1024 and 1048 characters
		p := v.get()
		point := fmt.Sprintf("%-*s", size, fmt.Sprintf(`{"x":%v,"y":5}`, p.x))
		code := v.ask("check", map[string]string{
			"captchaType": "blockPuzzle", "token": p.token, "pointJson": ajpoint.Encrypt(p.key, point),
		}).Code
		if code != want {
			t.Errorf("%d bytes in clear: %s, want %s", size, code, want)
		}
	}
}

// An app that hands the Pass on in a form, without escaping it, turns its plus
// signs into spaces. Such a Pass is not good, and uses up nothing.
func TestAPassIsTakenOnlyToTheLetter(t *testing.T) {
	v := newVisitor(t)
	var pass string
	for !strings.Contains(pass, "+") {
		p := v.get()
		pass, _ = v.check(p, p.x)
	}
	for name, altered := range map[string]string{
		"from a form":       strings.ReplaceAll(pass, "+", " "),
		"in base64url":      strings.NewReplacer("+", "-", "/", "_").Replace(pass),
		"with a line break": pass + "\n",
		"without its end":   strings.TrimRight(pass, "="),
		"far too long":      pass + strings.Repeat("A", 4096),
	} {
		if altered == pass {
			continue // this one ends without padding
		}
		if code := v.verify(altered); code != "6110" {
			t.Errorf("%s: %s", name, code)
		}
	}
	if code := v.verify(pass); code != "0000" {
		t.Errorf("as it was: %s", code)
	}
}

func TestServeModeHasTheLimitsOfAJsLibrary(t *testing.T) {
	got := map[string]int{}
	for name, perMinute := range server.DefaultLimits() {
		if after, ours := strings.CutPrefix(name, "ajcaptcha."); ours {
			got[after] = perMinute
		}
	}
	want := map[string]int{"get": 120, "check": 600, "verify": 600, "failed": 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
