package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/captchad/captchad/server/mockserver"
)

func TestTheReadySitesWorkFromIssueToRedemption(t *testing.T) {
	p := start(t, "mock")
	for _, site := range mockserver.ReadySites() {
		status, body := post(t, p.url+"/control/v1/passes", fmt.Sprintf(`{"dialect":%q,"site":%q}`, site.Dialect, site.Key))
		var minted struct{ Pass json.RawMessage }
		if err := json.Unmarshal([]byte(body), &minted); err != nil || status != http.StatusCreated {
			t.Fatalf("%s: %d %s", site.Key, status, body)
		}
		request := fmt.Sprintf(`{"site":%q,"secret":%q,"pass":%s}`, site.Key, site.Secrets[0].Value, minted.Pass)
		again := http.StatusConflict
		if site.Rules.Reusable {
			again = http.StatusOK
		}
		for _, want := range []int{http.StatusOK, again} {
			if status, body := post(t, p.url+"/native/v1/redeem", request); status != want {
				t.Errorf("%s: %d %s, want %d", site.Key, status, body, want)
			}
		}
	}
}

func TestMockModeOnAFileKeepsItsState(t *testing.T) {
	db := database(t)
	p := start(t, "mock", db)
	_, pass := post(t, p.url+"/control/v1/passes", `{"dialect":"native","site":"native-demo"}`)
	p.stop()
	p = start(t, "mock", db)
	var minted struct{ Pass json.RawMessage }
	if err := json.Unmarshal([]byte(pass), &minted); err != nil {
		t.Fatal(err)
	}
	if status, body := post(t, p.url+"/native/v1/redeem", fmt.Sprintf(`{"site":"native-demo","secret":"native-demo-secret","pass":%s}`, minted.Pass)); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
}

func TestTheTwoModesDoNotShareADatabase(t *testing.T) {
	served, mocked := database(t), database(t)
	start(t, "serve", served).stop()
	start(t, "mock", mocked).stop()
	for name, args := range map[string][]string{"serve": {"serve", mocked}, "mock": {"mock", served}} {
		_, stderr, code := command(t, append(args, "--listen=127.0.0.1:0")...)
		if code != exitFailed || !strings.Contains(stderr, "use another one") {
			t.Errorf("%s: exit %d: %s", name, code, stderr)
		}
	}
	start(t, "serve", served)
	start(t, "mock", mocked)
}

func TestAPassIsMintedForAnyKeyOfCloudBase(t *testing.T) {
	p := start(t, "mock")
	if status, body := post(t, p.url+"/control/v1/passes", `{"dialect":"cloudbase","site":"my-env"}`); status != http.StatusCreated {
		t.Errorf("%d %s", status, body)
	}
	if status, body := post(t, p.url+"/control/v1/passes", `{"dialect":"oneaccess","site":"my-app"}`); status != http.StatusNotFound {
		t.Errorf("a vendor that takes no new keys: %d %s", status, body)
	}
}

// mockFiles are the sources of the mock command.
var mockFiles = map[string]bool{"mock.go": true, "selfsigned.go": true}

// TestOnlyTheMockCommandReachesTheMock holds the sources of this command to what
// mock.go promises: no other file imports the mock's packages, and none but the
// list of commands uses what mock.go declares.
func TestOnlyTheMockCommandReachesTheMock(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	parsed := map[string]*ast.File{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed[name] = file
		if mockFiles[name] {
			for _, declaration := range file.Decls {
				for _, named := range names(declaration) {
					declared[named] = true
				}
			}
			continue
		}
		for _, imported := range file.Imports {
			if path := strings.Trim(imported.Path.Value, `"`); strings.HasSuffix(path, "/captcha/mock") || strings.HasSuffix(path, "/server/mockserver") {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
	if !declared["mockCommand"] || !declared["selfSigned"] {
		t.Fatal("the test looks at the wrong files")
	}
	for name, file := range parsed {
		if mockFiles[name] {
			continue
		}
		ast.Inspect(file, func(n ast.Node) bool {
			identifier, ok := n.(*ast.Ident)
			listed := name == "cli.go" && ok && identifier.Name == "mockCommand"
			if ok && declared[identifier.Name] && !listed {
				t.Errorf("%s uses %s", name, identifier.Name)
			}
			return true
		})
	}
}

// names are what a declaration declares at the top of its file, but for methods.
func names(declaration ast.Decl) (names []string) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, spec.Name.Name)
			case *ast.ValueSpec:
				for _, name := range spec.Names {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

// Whoever forgets that an app was tested with the mock's credentials finds serve mode
// closed to what the mock has made.
func TestAPassOfTheMockIsRefusedInServeMode(t *testing.T) {
	mocked := start(t, "mock")
	_, body := post(t, mocked.url+"/control/v1/passes", `{"site":"native-demo"}`)
	var minted struct{ Pass json.RawMessage }
	if err := json.Unmarshal([]byte(body), &minted); err != nil {
		t.Fatal(err)
	}
	db := database(t)
	must(t, "site", "add", db, "--dialect=native", "--key=native-demo", "--secret=native-demo-secret")
	serving := start(t, db)
	request := fmt.Sprintf(`{"site":"native-demo","secret":"native-demo-secret","pass":%s}`, minted.Pass)
	if status, body := post(t, mocked.url+"/native/v1/redeem", request); status != http.StatusOK {
		t.Fatalf("the mock itself: %d %s", status, body)
	}
	if status, body := post(t, serving.url+"/native/v1/redeem", request); status != http.StatusNotFound {
		t.Errorf("serve mode: %d %s", status, body)
	}
	for kind, byVendor := range mockserver.MagicSites() {
		for vendor, key := range byVendor {
			if status, _ := post(t, serving.url+"/native/v1/challenges", fmt.Sprintf(`{"site":%q}`, key)); status != http.StatusNotFound {
				t.Errorf("the magic site %s of %s exists: %d", kind, vendor, status)
			}
		}
	}
}
