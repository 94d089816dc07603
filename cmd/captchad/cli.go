package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

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
	Migrate migrateCommand `cmd:"" help:"Bring the database up to date, and do nothing else."`
	Readyz  readyzCommand  `cmd:"" help:"Tell whether a server is ready, or wait until it is."`
	Bench   benchCommand   `cmd:"" help:"Measure a server under load."`
	Config  configCommand  `cmd:"" help:"Print the configuration in force, with secrets masked."`
	Version versionCommand `cmd:"" help:"Print the version."`

	BenchBare benchBareCommand `cmd:"" hidden:""`
}

// process is what a command works with.
type process struct {
	ctx    context.Context
	stdout io.Writer // for what the command is asked for
	stderr io.Writer // for who waits for it
	log    *slog.Logger
}

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// run is the program. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli cli
	file := &configFile{}
	exited := -1
	parser, err := kong.New(&cli,
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
		return exitFailed
	}
	if err := file.find(args); err != nil {
		fmt.Fprintln(stderr, "captchad:", err)
		return exitUsage
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help has been printed
		return exited
	}
	if err != nil {
		fmt.Fprintln(stderr, "captchad:", err)
		return exitUsage
	}
	log := newLogger(stderr, cli.LogFormat, cli.LogLevel)
	err = command.Run(&cli.Options, &process{ctx: ctx, stdout: stdout, stderr: stderr, log: log})
	if usage := (usageError{}); errors.As(err, &usage) {
		fmt.Fprintln(stderr, "captchad:", err)
		return exitUsage
	}
	if err != nil {
		fmt.Fprintln(stderr, "captchad:", err)
		return exitFailed
	}
	return exitOK
}

// usageError is a mistake on the command line that kong cannot see.
type usageError struct{ error }
