package main

import (
	"context"
	"io"
	"log/slog"
	"os"

	"github.com/captchad/captchad/captcha"
	"golang.org/x/term"
)

// newLogger writes text for a person at a terminal and JSON for a machine.
func newLogger(w io.Writer, format string, level slog.Leveler) *slog.Logger {
	options := slog.HandlerOptions{Level: level}
	if format == "text" || format == "auto" && isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, &options))
	}
	return slog.New(slog.NewJSONHandler(w, &options))
}

// level is the least that is logged. The words are checked when they are parsed.
func (o *Options) level() slog.Level {
	var level slog.Level
	_ = level.UnmarshalText([]byte(o.LogLevel))
	return level
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// each tells several of every Event.
func each(watchers ...func(context.Context, captcha.Event)) func(context.Context, captcha.Event) {
	return func(ctx context.Context, e captcha.Event) {
		for _, watch := range watchers {
			watch(ctx, e)
		}
	}
}

// logEvents logs the steps of Challenges at that level.
func logEvents(log *slog.Logger, level slog.Level) func(context.Context, captcha.Event) {
	return func(ctx context.Context, e captcha.Event) {
		if log.Enabled(ctx, level) {
			log.LogAttrs(ctx, level, "challenge", slog.Any("event", e))
		}
	}
}
