package captchad_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/captchad/captchad"

// layers is the picture of who may import whom among our own packages. A name
// that ends in /* means every package below. A package may always import what
// is below itself.
var layers = []struct {
	packages string
	may      []string
}{
	{"captcha", nil},
	{"migrations", nil},
	{"web", nil},
	{"web/bundle", nil},
	{"captcha/mock", []string{"captcha"}},
	{"captcha/puzzle/puzzletest", []string{"captcha"}},
	{"captcha/puzzle/bandpng", nil},
	{"captcha/puzzle/paint", []string{"captcha", "captcha/puzzle/bandpng"}},
	{"captcha/puzzle/*", []string{"captcha", "captcha/puzzle/bandpng", "captcha/puzzle/paint"}},
	{"captcha/puzzle", []string{"captcha", "captcha/puzzle/*"}},
	{"store/storetest", []string{"captcha"}},
	{"store/storetest/servers", nil},
	{"store/rows", []string{"captcha"}},
	{"store/cas", []string{"captcha"}},
	{"store/redisstore", []string{"captcha", "store/cas"}},
	{"store/sqlite", []string{"captcha", "migrations", "store/rows"}},
	{"store/postgres", []string{"captcha", "migrations", "store/cas", "store/rows"}},
	{"store/*", []string{"captcha"}},
	{"store", []string{"captcha", "store/*"}},
	{"server/limit", nil},
	{"server/dialect", []string{"captcha", "server/limit"}},
	{"server/dialect/ajpoint", []string{"captcha"}},
	{"server/dialect/cloudbase/guard", nil},
	{"server/dialect/dialecttest", []string{"captcha", "captcha/mock", "captcha/puzzle", "server", "server/dialect", "server/dialect/ajpoint", "store/memory"}},
	{"server/dialect/*", []string{"captcha", "server/dialect", "server/dialect/ajpoint", "server/limit", "web"}},
	{"server/control", []string{"captcha", "captcha/mock", "server", "server/dialect"}},
	{"server/audit", []string{"captcha"}},
	{"server/static", nil},
	{"server/console", []string{"server/static", "web"}},
	{"server/demo", []string{"captcha", "server/static", "web"}},
	{"server/mockserver", []string{"captcha", "captcha/mock", "server", "server/console", "server/control", "server/dialect", "server/dialect/cloudbase/guard"}},
	{"server/metrics", []string{"captcha", "server"}},
	{"server/tracing", []string{"captcha", "server", "server/dialect"}},
	{"server/controlclient", nil},
	{"server/servertest", []string{"captcha", "captcha/mock", "captcha/puzzle", "server/controlclient", "server/mockserver", "store/memory"}},
	{"server", []string{"captcha", "server/dialect", "server/dialect/*", "server/limit"}},
	{"cmd/captchad/load", []string{"captcha", "server/dialect/ajpoint"}},
	{"cmd/captchad", []string{"cmd/captchad/load", "captcha", "captcha/mock", "captcha/puzzle", "captcha/puzzle/paint", "server", "server/audit", "server/demo", "server/dialect", "server/dialect/cloudbase", "server/limit", "server/metrics", "server/mockserver", "server/tracing", "store", "store/sealed", "store/sitecache"}},
}

// homes are the only places that may import a library.
var homes = map[string][]string{
	"github.com/gin-gonic/gin":                  {"cmd/captchad/load", "server", "server/control", "server/dialect", "server/dialect/*"},
	"gorm.io/":                                  {"store/sqlite", "store/postgres", "store/rows"},
	"modernc.org/sqlite":                        {"store/sqlite"},
	"zombiezen.com/go/sqlite":                   {"store/sqlite"},
	"github.com/jackc/pgx":                      {"store/postgres", "store/storetest/servers"},
	"github.com/redis/go-redis":                 {"store/redisstore"},
	"github.com/pressly/goose":                  {"store/postgres", "store/sqlite"},
	"github.com/prometheus/":                    {"server/metrics"},
	"go.opentelemetry.io/":                      {"cmd/captchad", "server/tracing"},
	"golang.org/x/net/netutil":                  {"cmd/captchad"},
	"github.com/golang-jwt/jwt":                 {"server/dialect/cloudbase", "server/dialect/cloudbase/guard"},
	"github.com/mojocn/base64Captcha":           {"captcha/puzzle/text", "captcha/puzzle/audio"},
	"golang.org/x/image":                        {"captcha/puzzle/words"},
	"github.com/emmansun/gmsm":                  {"server/dialect/yidun"},
	"github.com/evanw/esbuild":                  {"web/bundle"},
	"github.com/disintegration/imaging":         {"captcha/puzzle/*"},
	"github.com/valyala/fasthttp":               {"cmd/captchad/load"},
	"github.com/alecthomas/kong":                {"cmd/captchad"},
	"github.com/captchad/captchad/captcha/mock": {"cmd/captchad", "server/control", "server/dialect/dialecttest", "server/mockserver", "server/servertest"},
}

// standardOnly are packages that import nothing but the standard library and
// ourselves.
var standardOnly = []string{"captcha", "captcha/mock", "migrations", "server/controlclient", "server/dialect/ajpoint", "web"}

type goPackage struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

func (p goPackage) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

func TestThePictureOfImports(t *testing.T) {
	for _, p := range packages(t, "./...") {
		name := p.name()
		if name == "" || strings.HasPrefix(name, "test/") {
			continue
		}
		allowed, known := mayImport(name)
		if !known {
			t.Errorf("%s is not in the picture: give it a place in layers", name)
		}
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, module+"/")
			if isOurs && !covered(ours, allowed) {
				t.Errorf("%s imports %s", name, ours)
			}
			if !isOurs && strings.Contains(imported, ".") && slices.Contains(standardOnly, name) {
				t.Errorf("%s imports %s, and is to know the standard library only", name, imported)
			}
			for library, places := range homes {
				if strings.HasPrefix(imported, library) && !covered(name, places) {
					t.Errorf("%s imports %s, whose home is %v", name, imported, places)
				}
			}
		}
	}
}

// TestServeModeCannotReachTheMock: the handler that serve mode runs is made
// without any of the mock's packages. That the command does not bring them in
// again is a test beside it.
func TestServeModeCannotReachTheMock(t *testing.T) {
	for _, p := range packages(t, "-deps", "./server", "./store", "./captcha/puzzle") {
		if name := p.name(); name == "captcha/mock" || name == "server/console" || name == "server/control" || name == "server/mockserver" {
			t.Errorf("the server depends on %s", name)
		}
	}
}

func mayImport(name string) (allowed []string, known bool) {
	for _, layer := range layers {
		if covered(name, []string{layer.packages}) {
			return layer.may, true
		}
	}
	return nil, false
}

// covered tells whether one of the patterns covers the name.
func covered(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		parent, below := strings.CutSuffix(pattern, "/*")
		return name == pattern || below && path.Dir(name) == parent
	})
}

func packages(t *testing.T, args ...string) []goPackage {
	t.Helper()
	command := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Standard"}, args...)...)
	command.Env = append(command.Environ(), "CGO_ENABLED=0")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var found []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.ImportPath, module) {
			found = append(found, p)
		}
	}
}
