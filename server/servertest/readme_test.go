package servertest_test

import (
	"os"
	"reflect"
	"regexp"
	"testing"

	"github.com/captchad/captchad/server/servertest"
)

// What the README's Go test calls is there to be called.
func TestTheREADMECallsWhatThereIs(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```go\nimport \"github.com/captchad/captchad/server/servertest\"\n.*?```").Find(readme)
	calls := regexp.MustCompile(`captchad\.([A-Z]\w*)\(`).FindAllSubmatch(block, -1)
	if len(calls) < 4 {
		t.Fatalf("found %d calls in:\n%s", len(calls), block)
	}
	for _, call := range calls {
		if _, ok := reflect.TypeFor[*servertest.Server]().MethodByName(string(call[1])); !ok {
			t.Errorf("a Server has no %s", call[1])
		}
	}
}
