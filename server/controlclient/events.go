package controlclient

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
)

// Event is something that happened to the journal.
type Event struct {
	Entry Entry
	Reset bool // the journal was emptied; there is no Entry then
}

// maxLine is how many bytes a line of an event has at most: the server bounds its entries.
const maxLine = 1 << 20

// Listen goes through the entries that match, and then on through each new one when it
// comes, until ctx ends or the server does. An error comes last.
func (c *Client) Listen(ctx context.Context, match Filter) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		stopped := false
		err := c.receive(ctx, "GET", "/journal/events?"+match.query().Encode(), nil, func(r *http.Response) error {
			return readEvents(r.Body, func(e Event) bool {
				stopped = !yield(e, nil)
				return !stopped
			})
		})
		if err != nil && !stopped {
			yield(Event{}, err)
		}
	}
}

// readEvents reads server-sent events, as far as the journal sends such.
func readEvents(from io.Reader, yield func(Event) bool) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, maxLine)
	kind, data := "", ""
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			kind = value
		case "data":
			data = value
		case "": // the event ends, or this is a comment
			event := Event{Reset: kind == "reset"}
			if kind == "entry" {
				if err := json.Unmarshal([]byte(data), &event.Entry); err != nil {
					return fmt.Errorf("event: %w", err)
				}
			}
			if kind != "" && !yield(event) {
				return nil
			}
			kind, data = "", ""
		}
	}
	return lines.Err()
}
