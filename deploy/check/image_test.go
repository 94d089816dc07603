package check

import (
	"bytes"
	"context"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// TestTheImageOfTheDockerfileWorks takes the steps of the Dockerfile as an engine
// would, but for the base image: what the build stage has from it is what this
// machine has. The last stage becomes a folder, and the program runs with that as
// its whole file system, as the user of the image: no shell, no home, no time
// zones, no certificates.
func TestTheImageOfTheDockerfileWorks(t *testing.T) {
	stages := parse(t)
	if len(stages) != 2 || stages[1].BaseName != "scratch" {
		t.Fatalf("want a stage to build in and one from scratch")
	}
	source := build(t, stages[0])
	image := assemble(t, stages[1], source)
	for _, path := range []string{"captchad", "licences/LICENSE", "licences/NOTICES.txt", "licences/OFL.txt"} {
		if info, err := os.Stat(filepath.Join(image.root, path)); err != nil || info.Size() == 0 {
			t.Errorf("the image lacks %s: %v", path, err)
		}
	}
	if uid, err := strconv.Atoi(strings.Split(image.user, ":")[0]); err != nil || uid == 0 {
		t.Errorf("the user is %q, want the number of one who is not root", image.user)
	}

	address := freeAddress(t)
	version, err := image.command(t, address, "version").CombinedOutput()
	if needsRoot(t, err) {
		return
	}
	if err != nil || !strings.Contains(string(version), "v0.0.0-check") {
		t.Fatalf("version: %v\n%s", err, version)
	}
	run := image.command(t, address)
	var said bytes.Buffer
	run.Stdout, run.Stderr = &said, &said
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer run.Process.Kill()
	ready := image.command(t, address, "readyz", "--wait", "--timeout=30s")
	if out, err := ready.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s%s", err, out, &said)
	}
	health := image.command(t, address)
	health.Args = image.healthcheck
	if out, err := health.CombinedOutput(); err != nil {
		t.Errorf("HEALTHCHECK %q: %v\n%s", image.healthcheck, err, out)
	}
	answers(t, "http://"+address+"/livez")
	if _, err := os.Stat(filepath.Join(image.root, image.volume, "captchad.db")); err != nil {
		t.Errorf("the database is not on the volume: %v", err)
	}
	if err := run.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := run.Wait(); err != nil {
		t.Errorf("stop: %v\n%s", err, &said)
	}
}

// parse reads the Dockerfile with BuildKit's parser and its rules.
func parse(t *testing.T) []instructions.Stage {
	t.Helper()
	text, err := os.Open(absolute(t, "deploy/Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	parsed, err := parser.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	rules := linter.New(&linter.Config{
		Warn: func(rule, _, _, message string, _ []parser.Range) { t.Errorf("Dockerfile: %s: %s", rule, message) },
	})
	stages, _, err := instructions.Parse(parsed.AST, rules)
	if err != nil {
		t.Fatal(err)
	}
	return stages
}

// build takes the steps of the build stage, and returns its working directory.
func build(t *testing.T, stage instructions.Stage) string {
	t.Helper()
	work := t.TempDir()
	arguments := map[string]string{"TARGETARCH": output(t, "go", "env", "GOARCH"), "VERSION": "v0.0.0-check"}
	environment := os.Environ()
	for _, step := range stage.Commands {
		switch step := step.(type) {
		case *instructions.CopyCommand:
			if slices.Equal(step.SourcePaths, []string{"."}) {
				copyContext(t, work)
				continue
			}
			for _, name := range step.SourcePaths { // for the cache of modules: a part of what comes later
				mustBeThere(t, absolute(t, name))
			}
		case *instructions.ArgCommand:
			for _, arg := range step.Args {
				environment = append(environment, arg.Key+"="+strings.TrimSpace(arguments[arg.Key]))
			}
		case *instructions.RunCommand:
			shell := exec.CommandContext(t.Context(), "sh", "-c", strings.Join(step.CmdLine, " "))
			shell.Dir = work
			shell.Env = environment
			if _, err := os.Stat(filepath.Join(work, "go.mod")); err != nil {
				continue // the modules alone are there, to be downloaded: they are
			}
			if out, err := shell.CombinedOutput(); err != nil {
				t.Fatalf("RUN %s: %v\n%s", step.CmdLine, err, out)
			}
		}
	}
	return work
}

// copyContext copies what git knows of the checkout and .dockerignore lets through.
func copyContext(t *testing.T, to string) {
	t.Helper()
	list, err := os.Open(absolute(t, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	patterns, err := ignorefile.ReadAll(list)
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.Lines(output(t, "git", "ls-files", "--cached", "--others", "--exclude-standard")) {
		name = strings.TrimSpace(name)
		if skip, err := ignored.MatchesOrParentMatches(name); err != nil || skip {
			continue
		}
		copyFile(t, absolute(t, name), filepath.Join(to, name))
	}
}

// mustBeThere fails if there is no such file.
func mustBeThere(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("COPY: %v", err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, info.Mode()); err != nil {
		t.Fatal(err)
	}
}

// image is a file system, and how to start a program in it.
type image struct {
	root, user, workdir, volume string
	entrypoint, healthcheck     []string
	environment                 map[string]string
}

// assemble takes the steps of the last stage.
func assemble(t *testing.T, stage instructions.Stage, source string) image {
	t.Helper()
	made := image{root: t.TempDir(), environment: map[string]string{}}
	if err := os.Chmod(made.root, 0o755); err != nil { // others may enter
		t.Fatal(err)
	}
	for _, step := range stage.Commands {
		switch step := step.(type) {
		case *instructions.CopyCommand:
			made.copy(t, step, source)
		case *instructions.UserCommand:
			made.user = step.User
		case *instructions.WorkdirCommand:
			made.workdir = step.Path
		case *instructions.VolumeCommand:
			made.volume = step.Volumes[0]
		case *instructions.EnvCommand:
			for _, pair := range step.Env {
				made.environment[pair.Key] = pair.Value
			}
		case *instructions.HealthCheckCommand:
			made.healthcheck = step.Health.Test[1:]
		case *instructions.EntrypointCommand:
			made.entrypoint = step.CmdLine
		case *instructions.ExposeCommand:
		default:
			t.Fatalf("this test does not know %s: teach it", step.Name())
		}
	}
	return made
}

// copy takes a COPY --from the build stage. What that has from its base image is
// left out: the program has to run without.
func (i image) copy(t *testing.T, step *instructions.CopyCommand, source string) {
	t.Helper()
	for _, from := range step.SourcePaths {
		name, ours := strings.CutPrefix(from, "/src/")
		if !ours {
			t.Logf("left out, as on a machine that has none: %s", from)
			continue
		}
		to := filepath.Join(i.root, step.DestPath)
		if strings.HasSuffix(step.DestPath, "/") {
			to = filepath.Join(to, filepath.Base(from))
		}
		info, err := os.Stat(filepath.Join(source, name))
		if err != nil {
			t.Fatalf("COPY %s: %v", from, err)
		}
		if !info.IsDir() {
			copyFile(t, filepath.Join(source, name), to)
			continue
		}
		if err := os.Mkdir(to, 0o755); err != nil {
			t.Fatal(err)
		}
		if uid, gid := numbers(t, step.Chown); os.Getuid() == 0 {
			if err := os.Chown(to, uid, gid); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// command starts the program of the image, or what Args are set to, as its user.
func (i image) command(t *testing.T, address string, args ...string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), i.entrypoint[0])
	command.Args = slices.Concat(i.entrypoint, args)
	command.Dir = i.workdir
	environment := maps.Clone(i.environment)
	environment["CAPTCHAD_LISTEN"] = address // of several runs on one machine each has its own
	for name, value := range environment {
		command.Env = append(command.Env, name+"="+value)
	}
	uid, gid := numbers(t, i.user)
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: i.root, Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	if os.Getuid() != 0 { // as root of a name space of our own
		command.SysProcAttr = &syscall.SysProcAttr{
			Chroot: i.root, Cloneflags: syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: uid, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: gid, HostID: os.Getgid(), Size: 1}},
		}
	}
	return command
}

func numbers(t *testing.T, user string) (uid, gid int) {
	t.Helper()
	first, second, _ := strings.Cut(user, ":")
	uid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatalf("user %q: %v", user, err)
	}
	if gid, err = strconv.Atoi(second); err != nil {
		t.Fatalf("user %q: %v", user, err)
	}
	return uid, gid
}

// needsRoot skips where neither root nor name spaces are to be had.
func needsRoot(t *testing.T, err error) bool {
	t.Helper()
	if os.Getuid() == 0 || err == nil || !strings.Contains(err.Error(), "not permitted") {
		return false
	}
	t.Skipf("NOT CHECKED: whether the image runs. That takes root, or user name spaces: %v", err)
	return true
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func answers(t *testing.T, url string) {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", url, response.Status)
	}
}
