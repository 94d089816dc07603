//go:build unix

package servers

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Redis is the URL of a new server.
func Redis(tb testing.TB) string {
	tb.Helper()
	return StartRedis(tb).URL()
}

// StartRedisCluster starts a cluster of one server, which has all of the slots.
func StartRedisCluster(tb testing.TB) *RedisServer {
	tb.Helper()
	s := StartRedis(tb, "--cluster-enabled", "yes")
	s.scheme = "redis-cluster"
	s.Do(tb, "CLUSTER ADDSLOTSRANGE 0 16383")
	err := until(func() (done bool, err error) { // it takes a moment to trust itself
		_, err = s.ask("GET x")
		return err == nil, err
	})
	if err != nil {
		tb.Fatalf("start a Redis cluster: %v", err)
	}
	return s
}

// RedisServer is a Redis or Valkey server that one test may do with as it likes. It
// keeps what it has in memory alone.
type RedisServer struct {
	scheme  string
	program string
	options []string
	folder  string
	port    int
	process *process
}

// StartRedis starts a server, with further options of its configuration, such as
// "--appendonly", "yes". With those it may remember more.
func StartRedis(tb testing.TB, options ...string) *RedisServer {
	tb.Helper()
	s := &RedisServer{scheme: "redis", program: find("redis-server", "valkey-server"), options: options, folder: tb.TempDir()}
	if s.program == "" {
		skip(tb, "Redis")
	}
	var err error
	if s.port, err = freePort(); err == nil {
		err = s.start()
	}
	if err != nil {
		tb.Fatalf("start Redis: %v", err)
	}
	tb.Cleanup(func() {
		_ = s.process.send(syscall.SIGCONT) // or it would not hear that it is to end
		s.process.end()
	})
	return s
}

func (s *RedisServer) start() error {
	command := append([]string{s.program, "--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.folder,
		"--requirepass", Password, "--save", ""}, s.options...)
	log := filepath.Join(s.folder, "log")
	var err error
	if s.process, err = startProcess(nil, log, "TERM", "", command...); err != nil {
		return err
	}
	if err = s.process.answers(func() error { _, err := s.ask("PING"); return err }); err != nil {
		return fmt.Errorf("%w; %s", err, lastLines(log))
	}
	return nil
}

// URL is where the server is found.
func (s *RedisServer) URL() string {
	return fmt.Sprintf("%s://:%s@127.0.0.1:%d", s.scheme, Password, s.port)
}

// Do runs a command of an administrator.
func (s *RedisServer) Do(tb testing.TB, command string) {
	tb.Helper()
	s.Ask(tb, command)
}

// Ask runs a command of an administrator, and tells the first line of what the server
// answers.
func (s *RedisServer) Ask(tb testing.TB, command string) string {
	tb.Helper()
	answer, err := s.ask(command)
	if err != nil {
		tb.Fatalf("redis: %s: %v", command, err)
	}
	return answer
}

func (s *RedisServer) ask(command string) (answer string, err error) {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", s.port), time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	for _, line := range []string{"AUTH " + Password, command} {
		if err := conn.SetDeadline(time.Now().Add(startTime)); err != nil {
			return "", err
		}
		if _, err := fmt.Fprintf(conn, "%s\r\n", line); err != nil {
			return "", err
		}
		if answer, err = answers.ReadString('\n'); err != nil {
			return "", err
		}
		if answer = strings.TrimSpace(answer); strings.HasPrefix(answer, "-") {
			return "", errors.New(answer[1:])
		}
	}
	return answer, nil
}

// Flush has the server forget all.
func (s *RedisServer) Flush(tb testing.TB) {
	tb.Helper()
	s.Do(tb, "FLUSHALL")
}

// Kill ends the server as a crash would.
func (s *RedisServer) Kill(tb testing.TB) { s.stop(tb, "KILL") }

// Stop stops the server as an administrator does.
func (s *RedisServer) Stop(tb testing.TB) { s.stop(tb, "TERM") }

func (s *RedisServer) stop(tb testing.TB, signal string) {
	tb.Helper()
	if err := s.process.stop(signal); err != nil {
		tb.Fatalf("stop Redis: %v", err)
	}
}

// Freeze has the server answer nobody until it is thawed; its port stays open.
func (s *RedisServer) Freeze(tb testing.TB) { s.send(tb, syscall.SIGSTOP) }

// Thaw ends what Freeze began.
func (s *RedisServer) Thaw(tb testing.TB) { s.send(tb, syscall.SIGCONT) }

func (s *RedisServer) send(tb testing.TB, signal syscall.Signal) {
	tb.Helper()
	if err := s.process.send(signal); err != nil {
		tb.Fatalf("signal Redis: %v", err)
	}
}

// Start starts the server again, where it was.
func (s *RedisServer) Start(tb testing.TB) {
	tb.Helper()
	if err := s.start(); err != nil {
		tb.Fatalf("start Redis again: %v", err)
	}
}
