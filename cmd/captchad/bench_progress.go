package main

import (
	"fmt"
	"io"
)

// progress tells a person who waits what bench does: in one line that changes on a
// terminal, and elsewhere in a line for each step.
type progress struct {
	to       io.Writer
	terminal bool
	of, nth  int
	step     string
	open     bool // the line on the terminal is not empty
}

func newProgress(to io.Writer, of int) *progress {
	return &progress{to: to, terminal: isTerminal(to), of: of}
}

// clearLine goes back to the start of a terminal's line and empties it.
const clearLine = "\r\x1b[K"

func (p *progress) begin(step string) { p.nth, p.step = p.nth+1, step }

// doing is shown on a terminal alone.
func (p *progress) doing(what string) {
	if !p.terminal {
		return
	}
	p.open = true
	if p.step != "" {
		what = fmt.Sprintf("[%d/%d] %s: %s", p.nth, p.of, p.step, what)
	}
	fmt.Fprintf(p.to, "%s%s ...", clearLine, what)
}

func (p *progress) done(outcome string) {
	if !p.terminal {
		fmt.Fprintf(p.to, "[%d/%d] %s: %s\n", p.nth, p.of, p.step, outcome)
	}
}

func (p *progress) end() {
	if p.open {
		fmt.Fprint(p.to, clearLine)
		p.open = false
	}
}
