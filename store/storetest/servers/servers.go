//go:build unix

// Package servers starts real database servers for tests: PostgreSQL and Redis (or
// Valkey), on free ports of this machine, in folders that are removed in the end. A
// server ends with the test that started it, or with the test binary, however that
// ends. Where the programs are not installed the test is skipped; make test installs
// them.
package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// find is the path of the first of the programs that is installed, or "". Debian keeps
// PostgreSQL's own out of the PATH.
func find(names ...string) string {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		if paths, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(paths) > 0 {
			return paths[len(paths)-1]
		}
	}
	return ""
}

func skip(tb testing.TB, what string) {
	tb.Helper()
	tb.Skipf("LEFT OUT: %s is not installed here", what)
}

// freePort is one that nobody listens on now.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// startTime is how long a server may take to start on a busy machine, or to stop.
const startTime = 30 * time.Second

// until tries again and again until that is done.
func until(try func() (done bool, err error)) error {
	for end := time.Now().Add(startTime); ; time.Sleep(10 * time.Millisecond) {
		done, err := try()
		if done || time.Now().After(end) {
			return err
		}
	}
}

// lastLines is the end of a log, for an error.
func lastLines(path string) string {
	text, _ := os.ReadFile(path)
	return fmt.Sprintf("its log ends:\n%s", text[max(0, len(text)-2000):])
}
