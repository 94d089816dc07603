package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text is the report for a person, at most 100 characters wide but for what names
// files and for what a server has answered.
func (r *benchReport) text() string {
	text := &strings.Builder{}
	fmt.Fprintf(text, "captchad %s on %s/%s, %s, %s\n", r.Version, r.OS, r.Arch, counted(r.CPUs, "CPU"), r.GoVersion)
	fmt.Fprintf(text, "%s, %gs a step, %s of each vendor\n", counted(r.Connections, "connection"), r.Duration, counted(r.Sites, "site"))
	fmt.Fprintf(text, "database %s", r.Database)
	if r.Ledger != "" {
		fmt.Fprintf(text, ", ledger %s", r.Ledger)
	}
	if r.Records != nil {
		fmt.Fprintf(text, ", %s before", counted(*r.Records, "record"))
	}
	text.WriteString("\n\n")
	rows := [][]string{r.heads()}
	for _, result := range r.Results {
		rows = append(rows, result.cells()[:len(rows[0])])
	}
	text.WriteString(aligned(rows))
	text.WriteString("\n" + r.memory() + "\n" + r.remarks() + r.wrong())
	return text.String()
}

func (r *benchReport) heads() []string {
	heads := []string{"VENDOR", "STEP", "TIME", "REQ/S", "P50", "P99", "P99.9", "BYTES", "CPU/REQ"}
	if r.compares() {
		heads = append(heads, "RATE/GIN", "P99/GIN")
	}
	return heads
}

func (r *benchReport) compares() bool {
	return slices.ContainsFunc(r.Results, func(result benchResult) bool { return result.Bare != nil })
}

// cells are those of a row, with the comparison, whether there is one or not.
func (r *benchResult) cells() []string {
	cpu, rate, p99 := "-", "-", "-"
	if r.CPU != nil {
		cpu = shortTime(*r.CPU / 1000)
	}
	if r.Bare != nil {
		rate, p99 = threeDigits(*r.Rate)+" x", threeDigits(*r.Latency)+" x"
	}
	return []string{r.Dialect, r.Step, fmt.Sprintf("%.1f s", r.Seconds), thousands(int(r.PerSecond)),
		shortTime(r.P50), shortTime(r.P99), shortTime(r.P999), thousands(r.Bytes), cpu, rate, p99}
}

// memory is what is told of the server as a whole.
func (r *benchReport) memory() string {
	peak, startup := "-", "-"
	if r.PeakMemory != nil {
		peak = fmt.Sprintf("%.0f MB", float64(*r.PeakMemory)/1e6)
	}
	if r.Ready != nil {
		startup = fmt.Sprintf("%.0f ms", *r.Ready)
	}
	return fmt.Sprintf("Peak memory of the server: %s. From its start until it was ready: %s.", peak, startup)
}

// remarks say what the columns mean that do not say it themselves.
func (r *benchReport) remarks() string {
	text := ""
	if slices.ContainsFunc(r.Results, func(result benchResult) bool { return result.Requests > 1 }) {
		text += "A life is issue, answer and redeem, one after the other; its row counts lives.\n"
	}
	if slices.ContainsFunc(r.Results, func(result benchResult) bool { return result.Seconds < 0.95*r.Duration }) {
		text += "A step that took less time than it was given has used up all that was prepared for it.\n"
	}
	if r.compares() {
		text += "GIN is a bare gin server that sends as many bytes and does nothing else, measured in turns.\n"
	}
	return text
}

// wrong lists what went wrong, and shows an answer of each step where something did.
func (r *benchReport) wrong() string {
	text := &strings.Builder{}
	for _, result := range r.Results {
		for i, m := range result.measured() {
			name := result.Dialect + " " + result.Step + []string{"", ", bare"}[i]
			for _, kind := range slices.Sorted(maps.Keys(m.Errors)) {
				fmt.Fprintf(text, "WRONG in %s: %s x %s\n", name, thousands(m.Errors[kind]), kind)
			}
			if m.Example != "" {
				fmt.Fprintf(text, "  such as %q\n", m.Example)
			}
		}
	}
	return text.String()
}

// aligned sets rows in columns: the first two to the left, numbers to the right.
func aligned(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	text := &strings.Builder{}
	for _, row := range rows {
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch {
			case i == 0:
				text.WriteString(cell + space)
			case i == 1:
				text.WriteString("  " + cell + space)
			default:
				text.WriteString("  " + space + cell)
			}
		}
		text.WriteString("\n")
	}
	return text.String()
}

// shortTime is a time in milliseconds.
func shortTime(ms float64) string { return threeDigits(ms) + " ms" }

// threeDigits is a number with about as many digits as a measurement is good for.
func threeDigits(n float64) string {
	switch {
	case n < 9.995:
		return fmt.Sprintf("%.2f", n)
	case n < 99.95:
		return fmt.Sprintf("%.1f", n)
	default:
		return thousands(int(math.Round(n)))
	}
}

// thousands writes 12345 as 12,345.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// counted is how many of something there are, in words.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return thousands(n) + " " + what + "s"
}
