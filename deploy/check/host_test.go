package check

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// exposure is the most that systemd's own judgement may come to, times ten: 0 is
// closed, 100 is open.
const exposure = "15"

func TestSystemdTakesTheUnit(t *testing.T) {
	text := read(t, "deploy/captchad.service")
	program, err := exec.LookPath("true") // there, whether captchad is installed or not
	if err != nil {
		t.Fatal(err)
	}
	unit := write(t, "captchad.service", strings.ReplaceAll(text, "/usr/local/bin/captchad", program))
	if said := output(t, "systemd-analyze", "verify", "--man=no", unit); said != "" {
		t.Errorf("verify: %s", said)
	}
	said := output(t, "systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold="+exposure, unit)
	lines := strings.Split(strings.TrimSpace(said), "\n")
	t.Log(lines[len(lines)-1])
}

// TestNginxPassesEverythingOn runs nginx with the configuration of compose.yaml,
// before a server that shows what reaches it.
func TestNginxPassesEverythingOn(t *testing.T) {
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%d %d %s", len(r.URL.RawQuery), len(body), r.Header.Values("X-Forwarded-For"))
	}))
	defer behind.Close()
	url := "http://" + startNginx(t, behind.URL)

	t.Run("and the visitor's address, whatever the visitor says of it", func(t *testing.T) {
		if status, said := get(t, url+"/validate?"+strings.Repeat("q", 500_000), 2<<20); status != 200 || said != "500000 2097152 [127.0.0.1]" {
			t.Errorf("%d %s", status, said)
		}
	})
	t.Run("but nothing of what is for operators", func(t *testing.T) {
		for _, path := range []string{"/metrics", "/admin/", "/admin/sites", "/%61dmin/sites", "//metrics"} {
			if status, _ := get(t, url+path, 0); status != 404 {
				t.Errorf("%s: %d", path, status)
			}
		}
	})
}

func get(t *testing.T, url string, body int) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(strings.Repeat("b", body)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Forwarded-For", "203.0.113.9")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(said)
}

// startNginx runs nginx before the server at that URL, and returns its address.
func startNginx(t *testing.T, behind string) string {
	t.Helper()
	address, folder := freeAddress(t), t.TempDir()
	for _, path := range []string{folder, filepath.Dir(folder)} { // its workers are another user
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.NewReplacer(
		"http://captchad:7480", behind, "listen 8080", "listen "+address, "/tmp/", folder+"/", "/dev/stderr", "stderr",
	).Replace(read(t, "deploy/nginx.conf"))
	file := write(t, "nginx.conf", text)
	output(t, "nginx", "-t", "-q", "-c", absolute(t, "deploy/nginx.conf"), "-g", "error_log stderr;")
	nginx := exec.CommandContext(t.Context(), "nginx", "-c", file, "-p", folder, "-g", "daemon off; error_log stderr;")
	nginx.Cancel = func() error { return nginx.Process.Signal(syscall.SIGTERM) }
	nginx.Stderr = os.Stderr
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		nginx.Process.Signal(syscall.SIGTERM)
		nginx.Wait()
	})
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		response, err := http.Get("http://" + address)
		if err == nil {
			response.Body.Close()
			return address
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(absolute(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// write puts a text into a file of its own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
