//go:build unix

package servers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Password is that of the user whom URLs name.
const Password = "not-to-be-shown"

// Postgres is the URL of a new database, on a server that all tests of a binary share.
func Postgres(tb testing.TB) string {
	tb.Helper()
	server, err := shared()
	if errors.Is(err, errNotInstalled) {
		skip(tb, "PostgreSQL")
	}
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	return server.NewDatabase(tb)
}

var shared = sync.OnceValues(func() (*PostgresServer, error) { return startPostgres() })

var errNotInstalled = errors.New("not installed")

// PostgresServer is a PostgreSQL server that one test may do with as it likes.
type PostgresServer struct {
	programs  string // where PostgreSQL's own are
	owner     *owner
	folder    string
	port      int
	process   *process
	databases atomic.Int64
}

// StartPostgres starts a server of the test's own.
func StartPostgres(tb testing.TB) *PostgresServer {
	tb.Helper()
	server, err := startPostgres()
	if errors.Is(err, errNotInstalled) {
		skip(tb, "PostgreSQL")
	}
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	tb.Cleanup(func() { server.process.end() })
	return server
}

func startPostgres() (_ *PostgresServer, err error) {
	initdb := find("initdb")
	if initdb == "" {
		return nil, errNotInstalled
	}
	if initdb, err = filepath.EvalSymlinks(initdb); err != nil { // to where the others are
		return nil, err
	}
	s := &PostgresServer{programs: filepath.Dir(initdb)}
	if s.owner, err = newOwner(); err != nil {
		return nil, err
	}
	if s.folder, err = s.owner.folder(); err != nil {
		return nil, err
	}
	if err := s.init(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.folder))
	}
	if s.port, err = freePort(); err != nil {
		return nil, err
	}
	return s, s.start()
}

func (s *PostgresServer) data() string { return filepath.Join(s.folder, "data") }
func (s *PostgresServer) log() string  { return filepath.Join(s.folder, "log") }

// init makes the files of the server.
func (s *PostgresServer) init() error {
	password := filepath.Join(s.folder, "password")
	if err := os.WriteFile(password, []byte(Password+"\n"), 0o644); err != nil {
		return err
	}
	command := exec.Command(filepath.Join(s.programs, "initdb"), "--pgdata="+s.data(), "--username=captchad", "--pwfile="+password,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
	command.Dir = s.folder
	s.owner.take(command)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return nil
}

// start starts the server and waits until it answers. A server that was killed may have
// left children, who are in its way until they see that they are alone. What is written
// need not survive the machine, so the disk is not waited for.
func (s *PostgresServer) start() error {
	return until(func() (done bool, err error) {
		s.process, err = startProcess(s.owner, s.log(), "QUIT", s.folder, filepath.Join(s.programs, "postgres"),
			"-D", s.data(), "-p", strconv.Itoa(s.port), "-k", "", "-c", "listen_addresses=127.0.0.1",
			"-c", "fsync=off", "-c", "max_connections=300", "-c", "log_min_messages=fatal")
		if err != nil {
			return true, err
		}
		err = s.process.answers(func() error { return s.do("SELECT 1") })
		if err != nil {
			err = fmt.Errorf("%w; %s", err, lastLines(s.log()))
		}
		return !errors.Is(err, errEnded), err
	})
}

// URL is that of a database on the server.
func (s *PostgresServer) URL(database string) string {
	return fmt.Sprintf("postgres://captchad:%s@127.0.0.1:%d/%s?sslmode=disable", Password, s.port, database)
}

// do runs a statement of an administrator.
func (s *PostgresServer) do(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// NewDatabase is the URL of a new database.
func (s *PostgresServer) NewDatabase(tb testing.TB) string {
	tb.Helper()
	name := fmt.Sprintf("test%d", s.databases.Add(1))
	if err := s.do("CREATE DATABASE " + name); err != nil {
		tb.Fatalf("make a database: %v", err)
	}
	return s.URL(name)
}

// Stop stops the server as an administrator does who does not wait for its clients.
func (s *PostgresServer) Stop(tb testing.TB) { s.stop(tb, "INT") }

// Kill ends the server as a crash would.
func (s *PostgresServer) Kill(tb testing.TB) { s.stop(tb, "KILL") }

func (s *PostgresServer) stop(tb testing.TB, signal string) {
	tb.Helper()
	if err := s.process.stop(signal); err != nil {
		tb.Fatalf("stop PostgreSQL: %v", err)
	}
}

// Start starts the server again, where it was.
func (s *PostgresServer) Start(tb testing.TB) {
	tb.Helper()
	if err := s.start(); err != nil {
		tb.Fatalf("start PostgreSQL again: %v", err)
	}
}
