package puzzletest

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/captchad/captchad/captcha"
)

// update is a flag of every test binary that imports this package.
var update = flag.Bool("update", false, "rewrite the golden pictures; look at them before you commit")

// Golden holds a picture to the golden one with that name below the repository's
// testdata, pixel by pixel. The test runs three folders below its root, where the
// kinds of puzzle are.
func Golden(t *testing.T, name string, got captcha.Media) {
	t.Helper()
	path := filepath.Join("..", "..", "..", "testdata", filepath.FromSlash(name))
	if *update {
		if err := os.WriteFile(path, got.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (make golden writes it)", err)
	}
	golden := Pixels(t, captcha.Media{Type: got.Type, Data: data})
	if drawn := Pixels(t, got); golden.Rect != drawn.Rect || !bytes.Equal(golden.Pix, drawn.Pix) {
		t.Errorf("%s has other pixels. If they are meant to be new, make golden and look at them", name)
	}
}
