package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// readyzCommand asks a server whether it can do its work: for container health checks,
// and for the step of a CI run before the first test. It ends with 0 if it can.
type readyzCommand struct {
	URL     string        `name:"url" placeholder:"URL" help:"The server. Default: the one that listens where --listen says."`
	Wait    bool          `help:"Ask again until it is ready."`
	Timeout time.Duration `default:"30s" placeholder:"TIME" help:"How long to wait."`
}

// askAgain is how long to wait before a server that is not ready is asked again.
const askAgain = 50 * time.Millisecond

// Run asks.
func (r readyzCommand) Run(o *Options, p *process) error {
	if r.Timeout <= 0 {
		return usageError{errors.New("timeout: want more than none")}
	}
	base, err := r.base(o)
	if err != nil {
		return usageError{err}
	}
	ctx, cancel := context.WithTimeout(p.ctx, r.Timeout)
	defer cancel()
	for {
		failure := goodAnswer(ctx, base+"/readyz")
		if failure == nil {
			_, err := fmt.Fprintln(p.stdout, "ready")
			return err
		}
		if !r.Wait {
			return fmt.Errorf("not ready: %w", failure)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not ready after %v: %w", r.Timeout, failure)
		case <-time.After(askAgain):
		}
	}
}

// base is where the server is.
func (r readyzCommand) base(o *Options) (string, error) {
	if r.URL != "" {
		return strings.TrimSuffix(r.URL, "/"), nil
	}
	host, port, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	if port == "0" {
		return "", errors.New("url: the port of --listen is any free one, so name the server's own")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port), nil
}

// goodAnswer wants status 200 of the URL, and fails with what was said instead.
func goodAnswer(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(response.Body, 200)) // whatever it says
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(said)))
	}
	return nil
}
