package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/captchad/captchad/cmd/captchad/load"
)

// child is a server in a process of its own, so that what it uses can be told from
// what its clients use.
type child struct {
	command *exec.Cmd
	url     string
}

// startChild runs this program with other arguments, reads from its output where it
// listens, and waits until the path answers.
func startChild(ctx context.Context, path string, args ...string) (*child, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{command: newChild(ctx, program, args)}
	stdout, err := c.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.command.Start(); err != nil {
		return nil, err
	}
	if c.url, err = address(stdout); err != nil {
		return nil, errors.Join(err, c.stop(), lastWords(ctx, program, args))
	}
	if err := goodAnswer(ctx, c.url+path); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// newChild is a command that knows nothing of our own configuration. What it logs
// goes nowhere: a file of it would be large, and a pipe would have us read it while
// we measure.
func newChild(ctx context.Context, program string, args []string) *exec.Cmd {
	command := exec.CommandContext(ctx, program, args...)
	command.Env = slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "CAPTCHAD_") })
	return command
}

// lastWords runs a command that has ended once more, to hear why.
func lastWords(ctx context.Context, program string, args []string) error {
	ctx, stop := context.WithTimeout(ctx, 5*time.Second)
	defer stop()
	said := &strings.Builder{}
	command := newChild(ctx, program, args)
	command.Stderr = said
	if err := command.Run(); err != nil && said.Len() > 0 {
		return errors.New(strings.TrimSpace(said.String()))
	}
	return nil
}

// address is where a server says that it listens.
func address(stdout io.Reader) (string, error) {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), listeningOn); ok {
			go func() { _, _ = io.Copy(io.Discard, stdout) }() // or it would wait for who reads
			return url, nil
		}
	}
	return "", errors.New("it ended before it listened")
}

const listeningOn = "Listening on "

func (c *child) pid() int { return c.command.Process.Pid }

// target is the child as something to put a load on.
func (c *child) target() load.Server {
	pid := c.pid()
	return load.Server{URL: c.url, CPU: func() (time.Duration, bool) { return load.CPU(pid) }}
}

// settle waits until a server that nobody asks uses hardly any CPU, for ten seconds at
// most: after its start it fills its stocks, and that is not what is measured.
func settle(ctx context.Context, cpu func() (time.Duration, bool)) {
	const look = 200 * time.Millisecond
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end) && ctx.Err() == nil; {
		before, known := cpu()
		time.Sleep(look)
		if after, _ := cpu(); !known || after-before < look/10 {
			return
		}
	}
}

// stop kills it: what it holds is thrown away in any case.
func (c *child) stop() error {
	err := c.command.Process.Kill()
	_ = c.command.Wait() // it was killed, and says so
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// startBare starts what steps are held against.
func startBare(ctx context.Context, sizes []int) (load.Server, func(), error) {
	args := []string{"bench-bare"}
	for _, size := range sizes {
		args = append(args, fmt.Sprintf("--size=%d", size))
	}
	bare, err := startChild(ctx, "/0/", args...)
	if err != nil {
		return load.Server{}, nil, err
	}
	return bare.target(), func() { _ = bare.stop() }, nil
}

// benchBareCommand is a server that only answers. Bench runs it.
type benchBareCommand struct {
	Size []int `help:"Bytes of the answers."`
}

// Run serves until the process is told to stop.
func (b benchBareCommand) Run(p *process) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := newHTTPServer(load.Bare(b.Size), p.log, standardPatience)
	fmt.Fprintf(p.stdout, "%shttp://%s\n", listeningOn, listener.Addr())
	return serveHTTP(p.ctx, []service{{server, func() error { return server.Serve(listener) }}}, drain{})
}
