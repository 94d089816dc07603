// Package check holds the files of deploy/ against the tools and libraries that
// read them, where neither a container engine nor a cluster is at hand. It is a
// module of its own, so that the program's go.mod names nothing of it.
package check

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is the checkout.
const root = "../.."

// output runs a command at the root of the checkout.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = root
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// absolute is the path of a file of the checkout.
func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}
