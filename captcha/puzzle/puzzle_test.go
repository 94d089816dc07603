package puzzle_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/captcha/puzzle"
)

func TestEveryKindIsMadeOnce(t *testing.T) {
	makers, err := puzzle.Makers(puzzle.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	made := map[captcha.Kind]bool{}
	for _, maker := range makers {
		if _, err := captcha.ParseKind(maker.Kind().String()); err != nil {
			t.Errorf("a maker makes a kind without a name: %v", err)
		}
		if made[maker.Kind()] {
			t.Errorf("two makers make the kind %v", maker.Kind())
		}
		made[maker.Kind()] = true
	}
	for _, kind := range []captcha.Kind{captcha.KindSlider, captcha.KindText, captcha.KindAudio, captcha.KindWords} {
		if !made[kind] {
			t.Errorf("nobody makes the kind %v", kind)
		}
	}
}

// R16: what can be guessed must not decide anything. math/rand is seeded by the
// clock or by nothing; the functions of math/rand/v2 use a generator that tests
// and replicas cannot share.
func TestRandomnessComesOnlyFromSeeds(t *testing.T) {
	read := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		read++
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, fault := range globalRandomness(t, path, source) {
			t.Error(fault)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 10 {
		t.Errorf("read only %d files: the test looks in the wrong folder", read)
	}
}

func TestGlobalRandomnessIsFound(t *testing.T) {
	for _, row := range []struct {
		name, source string
		faults       int
	}{
		{"the old package", `package p; import "math/rand"; var _ = rand.Int`, 1},
		{"the old package under another name", `package p; import dice "math/rand"; var _ = dice.Int`, 1},
		{"a function of the new package", `package p; import "math/rand/v2"; var _ = rand.IntN(6)`, 1},
		{"such a function under another name", `package p; import dice "math/rand/v2"; var _ = dice.Perm(6)`, 1},
		{"a generator that is a value", `package p; import "math/rand/v2"; func f(r *rand.Rand) int { return r.IntN(6) }`, 0},
		{"making a generator", `package p; import "math/rand/v2"; var _ = rand.New(rand.NewChaCha8([32]byte{}))`, 0},
		{"the secure source", `package p; import "crypto/rand"; var _ = rand.Reader`, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := globalRandomness(t, "source.go", []byte(row.source)); len(got) != row.faults {
				t.Errorf("faults = %q, want %d", got, row.faults)
			}
		})
	}
}

// globalRandomness lists the uses of randomness that comes from no seed.
func globalRandomness(t *testing.T, path string, source []byte) (faults []string) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, spec := range file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		switch imported {
		case "math/rand":
			faults = append(faults, path+" imports math/rand")
		case "math/rand/v2":
			name = "rand"
			if spec.Name != nil {
				name = spec.Name.Name
			}
		}
	}
	allowed := map[string]bool{"Rand": true, "Source": true, "New": true, "NewChaCha8": true, "ChaCha8": true}
	ast.Inspect(file, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok || name == "" {
			return true
		}
		if from, ok := selector.X.(*ast.Ident); ok && from.Name == name && !allowed[selector.Sel.Name] {
			faults = append(faults, files.Position(selector.Pos()).String()+" uses rand."+selector.Sel.Name)
		}
		return true
	})
	return faults
}
