package text_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/captchad/captchad/captcha/puzzle/text"
)

// The library draws with random sizes, places and colours. What is kept of it
// must not be random, or replicas would show different pictures.
func TestTheGlyphsAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	used, anew, err := text.Drawn()
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(used, anew) {
		t.Error("drawn twice the glyphs differ")
	}
	for font, glyphs := range used {
		if len(glyphs) != len(text.Alphabet) {
			t.Errorf("%s has %d glyphs, want one for each of %s", font, len(glyphs), text.Alphabet)
		}
		for character, glyph := range glyphs {
			for other, same := range glyphs {
				if character != other && glyph == same {
					t.Errorf("%s draws %c like %c", font, character, other)
				}
			}
		}
	}
}

// R7: the library panics on a font that it does not know.
func TestPanicsOfTheLibraryAreErrors(t *testing.T) {
	err := text.DrawFont("no such font.ttf", text.Alphabet)
	if err == nil || !strings.Contains(err.Error(), "base64Captcha panics") {
		t.Errorf("an unknown font gives the error %v", err)
	}
}

func TestAFontWithoutTheCharactersIsAnError(t *testing.T) {
	if err := text.DrawFont("wqy-microhei.ttc", "A "); err == nil {
		t.Error("a character without any ink is taken for drawn")
	}
}

// R1 to R6: the bypasses of base64Captcha are in its stores, in what verifies,
// and in what makes up IDs and texts. Nobody below captcha/puzzle may use more of
// it than the drivers, and of these no more than the drawing.
func TestOfTheLibraryOnlyTheDrawingIsUsed(t *testing.T) {
	allowed := []string{"NewDriverString", "DriverString", "NewDriverAudio"}
	forbidden := []string{"GenerateIdQuestionAnswer", "Generate", "Verify", "NewCaptcha"}
	importers := 0
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		names, imports := selectors(t, path)
		if !imports {
			return nil
		}
		importers++
		for _, name := range names {
			if library, of := strings.CutPrefix(name, "base64Captcha."); of && !slices.Contains(allowed, library) {
				t.Errorf("%s uses %s", path, name)
			}
			if slices.Contains(forbidden, name[strings.LastIndex(name, ".")+1:]) {
				t.Errorf("%s calls %s", path, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if importers != 2 {
		t.Errorf("%d files import base64Captcha, want one for text and one for audio", importers)
	}
}

// selectors lists what stands before and after a dot in a file, as "a.b", and
// tells whether the file imports the library.
func selectors(t *testing.T, path string) (names []string, imports bool) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range file.Imports {
		if spec.Path.Value == `"github.com/mojocn/base64Captcha"` {
			imports = true
			if spec.Name != nil {
				t.Errorf("%s imports base64Captcha under another name", path)
			}
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			before := "?"
			if name, ok := selector.X.(*ast.Ident); ok {
				before = name.Name
			}
			names = append(names, before+"."+selector.Sel.Name)
		}
		return true
	})
	return names, imports
}
