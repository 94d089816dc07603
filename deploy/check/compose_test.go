package check

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

func TestComposeRunsThreeReplicasBehindNginx(t *testing.T) {
	project := compose(t, "deploy/compose.yaml", "POSTGRES_PASSWORD=secret")
	captchad := project.Services["captchad"]
	if n := *captchad.Deploy.Replicas; n != 3 {
		t.Errorf("%d replicas", n)
	}
	for name, service := range project.Services {
		if outside := len(service.Ports) > 0; outside != (name == "nginx") {
			t.Errorf("%s: reached from outside: %v", name, outside)
		}
		for other := range service.DependsOn {
			if other != "captchad" && project.Services[other].HealthCheck == nil { // captchad's is in its image
				t.Errorf("%s waits for the health of %s, which nobody checks", name, other)
			}
		}
	}
	if network := project.Networks["front"]; network.Ipam.Config[0].Subnet != *captchad.Environment["CAPTCHAD_TRUSTED_PROXIES"] {
		t.Error("nginx is not the proxy that is trusted")
	}
	if slices.ContainsFunc(captchad.Command, func(word string) bool { return strings.Contains(word, "secret") }) {
		t.Error("a password is in the command line")
	}
}

func TestComposeWantsAPassword(t *testing.T) {
	if _, err := load(t, "deploy/compose.yaml"); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("without a password: %v", err)
	}
}

func TestComposeRunsTheMockOnLoopback(t *testing.T) {
	mock := compose(t, "deploy/compose.mock.yaml").Services["captchad"]
	if port := mock.Ports[0]; port.HostIP != "127.0.0.1" {
		t.Errorf("the solutions can be read from %q", port.HostIP)
	}
	if mock.Command[0] != "mock" {
		t.Errorf("command %q", mock.Command)
	}
}

// compose loads a file as docker compose does, and wants the files that it names.
func compose(t *testing.T, file string, environment ...string) *types.Project {
	t.Helper()
	project, err := load(t, file, environment...)
	if err != nil {
		t.Fatal(err)
	}
	for name, service := range project.Services {
		var paths []string
		if service.Build != nil {
			paths = append(paths, service.Build.Context+"/"+service.Build.Dockerfile)
		}
		for _, volume := range service.Volumes {
			if volume.Type == types.VolumeTypeBind {
				paths = append(paths, volume.Source)
			}
		}
		for _, path := range paths {
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	return project
}

func load(t *testing.T, file string, environment ...string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{absolute(t, file)}, cli.WithEnv(environment))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(t.Context())
}
