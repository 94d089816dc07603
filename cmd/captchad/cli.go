package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line. Each flag has a twin in the environment
// (--log-level, CAPTCHAD_LOG_LEVEL) and in the configuration file (log-level).
type cli struct {
	Options

	Serve   serveCommand   `cmd:"" default:"withargs" help:"Run the server (this is what happens without a command)."`
	Mock    mockCommand    `cmd:"" help:"Run a server for development and tests: ready sites, readable solutions."`
	Site    siteCommand    `cmd:"" help:"Manage sites: the apps that use this server."`
	Key     keyCommand     `cmd:"" help:"Manage the server's own keys."`
	Audit   auditCommand   `cmd:"" help:"Print the audit log."`
	Migrate migrateCommand `cmd:"" help:"Bring the database up to date, and do nothing else."`
	Backup  backupCommand  `cmd:"" help:"Copy the SQLite database into a new file, while the server runs."`
	Restore restoreCommand `cmd:"" help:"Make the SQLite database of a backup."`
	Readyz  readyzCommand  `cmd:"" help:"Tell whether a server is ready, or wait until it is."`
	Bench   benchCommand   `cmd:"" help:"Measure a server under load."`
	Config  configCommand  `cmd:"" help:"Print the configuration in force, with secrets masked."`
	Version versionCommand `cmd:"" help:"Print the version."`

	BenchBare benchBareCommand `cmd:"" hidden:""`
}

// process is what a command works with.
type process struct {
	ctx     context.Context
	stdout  io.Writer // for what the command is asked for
	stderr  io.Writer // for who waits for it
	log     *slog.Logger
	level   *slog.LevelVar           // of log
	hangups <-chan os.Signal         // who runs the server wants its configuration read again
	reread  func() (*Options, error) // reads it again
}

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// run is the program. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	cli, command, code := parse(args, stdout, stderr)
	if command == nil {
		return code
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	p := &process{ctx: ctx, stdout: stdout, stderr: stderr, level: &slog.LevelVar{}, hangups: hangups}
	p.level.Set(cli.level())
	p.log = newLogger(stderr, cli.LogFormat, p.level)
	p.reread = func() (*Options, error) { return reread(args) }
	err := command.Run(&cli.Options, p)
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(stderr, "captchad:", err)
	if usage := (usageError{}); errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// parse reads what the arguments, the environment and the configuration file come
// to. Without a command there is nothing left to do but to exit with that code.
func parse(args []string, stdout, stderr io.Writer) (parsed *cli, command *kong.Context, code int) {
	parsed = &cli{}
	file := &configFile{}
	exited := -1
	parser, err := kong.New(parsed,
		kong.Name("captchad"),
		kong.Description("A self-hosted CAPTCHA server that speaks the APIs of commercial vendors."),
		kong.DefaultEnvars("CAPTCHAD"),
		kong.Resolvers(file),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "captchad:", err)
		return nil, nil, exitFailed
	}
	if err := file.find(args); err != nil {
		fmt.Fprintln(stderr, "captchad:", err)
		return nil, nil, exitUsage
	}
	command, err = parser.Parse(args)
	if exited >= 0 { // --help has been printed
		return nil, nil, exited
	}
	if err != nil {
		fmt.Fprintln(stderr, "captchad:", err)
		return nil, nil, exitUsage
	}
	return parsed, command, exitOK
}

// reread is what the same arguments come to now: the configuration file may have
// changed.
func reread(args []string) (*Options, error) {
	var complaint strings.Builder
	parsed, command, _ := parse(args, io.Discard, &complaint)
	if command == nil {
		return nil, errors.New(strings.TrimPrefix(strings.TrimSpace(complaint.String()), "captchad: "))
	}
	return &parsed.Options, nil
}

// usageError is a mistake on the command line that kong cannot see.
type usageError struct{ error }
