package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/audit"
	"github.com/captchad/captchad/store"
)

// AuditOptions say what serve mode writes into the audit log.
type AuditOptions struct {
	AuditRetention time.Duration `default:"0s" placeholder:"TIME" help:"Keep an audit log of answers and redemptions in the database, and its entries for so long, such as 720h. Default: no audit log."`
	AuditIssuing   bool          `help:"Note challenges that are issued too: an entry for each, whoever asks."`
	AuditAddresses string        `enum:"hashed,clear" default:"hashed" help:"How the audit log holds visitors' addresses: hashed or clear."`
}

// recording is told of every Event, and writes the audit log beside the server. Without
// one both do nothing.
func (a AuditOptions) recording(to captcha.AuditLog, log *slog.Logger) (note func(context.Context, captcha.Event), write work) {
	if a.AuditRetention <= 0 {
		return func(context.Context, captcha.Event) {}, func(context.Context) {}
	}
	recorder := audit.New(audit.Config{
		Log: to, Retention: a.AuditRetention, Issuing: a.AuditIssuing, ClearAddresses: a.AuditAddresses == "clear",
		Report: func(err error) { log.Error("background work failed", "error", err) },
	})
	return recorder.Note, recorder.Run
}

// auditCommand prints the audit log, of a running system too.
type auditCommand struct {
	Since   string `placeholder:"TIME" help:"From then on: 2026-11-21T08:00:00Z, or 24h for a day ago."`
	Until   string `placeholder:"TIME" help:"Before then, in the same forms."`
	Site    string `placeholder:"KEY" help:"Of one site."`
	Step    string `enum:"issued,answered,redeemed,checked," default:"" help:"One step: issued, answered, redeemed, checked."`
	Outcome string `placeholder:"NAME" help:"With one outcome: done, or why it was refused: wrong, used, expired, ..."`
	ID      string `name:"id" placeholder:"ID" help:"Of one challenge."`
	Format  string `enum:"json,csv" default:"json" help:"json: one object a line; csv: with a line of names."`
}

// auditPage is how many entries are read at a time.
const auditPage = 1000

// Run prints the entries, oldest first.
func (a auditCommand) Run(o *Options, p *process) error {
	filter, err := a.filter(time.Now())
	if err != nil {
		return usageError{err}
	}
	return o.withExisting(p, func(s store.Store) error {
		print, flush := printJSON(p.stdout), func() error { return nil }
		if a.Format == "csv" {
			print, flush = printCSV(p.stdout)
		}
		for {
			entries, err := s.Audit(p.ctx, filter, auditPage)
			if err != nil {
				return err
			}
			for _, entry := range entries {
				if err := print(newAuditLine(entry)); err != nil {
					return err
				}
				filter.After = entry.Seq
			}
			if len(entries) < auditPage {
				return flush()
			}
		}
	})
}

func (a auditCommand) filter(now time.Time) (filter captcha.AuditFilter, err error) {
	filter = captcha.AuditFilter{Site: a.Site, Step: captcha.Step(a.Step)}
	if filter.Since, err = readInstant("since", a.Since, now); err != nil {
		return filter, err
	}
	if filter.Until, err = readInstant("until", a.Until, now); err != nil {
		return filter, err
	}
	if a.Outcome == outcomeDone {
		filter.Done = true
	} else {
		filter.Code = captcha.Code(a.Outcome)
	}
	if a.ID != "" {
		var ok bool
		if filter.ID, ok = captcha.ParseID(a.ID); !ok {
			return filter, errors.New("id: want 32 lower-case hex digits")
		}
	}
	return filter, nil
}

// readInstant reads an instant, or how long ago it was.
func readInstant(name, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil {
		return now.Add(-ago), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: want an instant such as 2026-11-21T08:00:00Z, or a duration such as 24h", name)
	}
	return at, nil
}

// outcomeDone is the outcome of what was not refused.
const outcomeDone = "done"

// auditLine is an entry as it is printed.
type auditLine struct {
	Seq     int64     `json:"seq"`
	At      time.Time `json:"at"`
	Step    string    `json:"step"`
	Outcome string    `json:"outcome"`
	Dialect string    `json:"dialect"`
	Site    string    `json:"site"`
	Kind    string    `json:"kind,omitempty"`
	ID      string    `json:"id,omitempty"`
	Address string    `json:"address,omitempty"`
}

var auditColumns = []string{"seq", "at", "step", "outcome", "dialect", "site", "kind", "id", "address"}

func newAuditLine(e captcha.AuditEntry) auditLine {
	line := auditLine{Seq: e.Seq, At: e.At, Step: string(e.Step), Outcome: string(e.Code), Dialect: e.Dialect, Site: e.Site, Address: e.Address}
	if e.Code == "" {
		line.Outcome = outcomeDone
	}
	if e.Kind != 0 {
		line.Kind = e.Kind.String()
	}
	if e.ID != (captcha.ID{}) {
		line.ID = e.ID.String()
	}
	return line
}

func printJSON(w io.Writer) func(auditLine) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return func(line auditLine) error { return encoder.Encode(line) }
}

func printCSV(w io.Writer) (print func(auditLine) error, flush func() error) {
	table := csv.NewWriter(w)
	named := false
	print = func(l auditLine) error {
		if !named {
			named = true
			if err := table.Write(auditColumns); err != nil {
				return err
			}
		}
		return table.Write([]string{
			fmt.Sprint(l.Seq), l.At.Format(time.RFC3339Nano), l.Step, l.Outcome, l.Dialect, l.Site, l.Kind, l.ID, l.Address,
		})
	}
	return print, func() error { table.Flush(); return table.Error() }
}
