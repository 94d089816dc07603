package demo

import "strings"

// snippet is code to be shown. In it {url} and {key} stand for this server and the
// Site's key, and «before|after» for what an app changes; «after» is just marked.
type snippet struct{ Language, Text string }

// piece is a part of a snippet that looks alike.
type piece struct {
	Text   string
	Before string // what stood there for the vendor
	Marked bool
	Remark bool // a comment
}

// pieces cuts a snippet up for a page.
func (s snippet) pieces(url, key string) (found []piece) {
	filled := strings.NewReplacer("{url}", url, "{key}", key).Replace(strings.TrimSpace(s.Text))
	for line := range strings.Lines(filled) {
		start := strings.TrimSpace(line)
		remark := strings.HasPrefix(start, "//") || strings.HasPrefix(start, "<!--")
		for line != "" {
			plain, rest, _ := strings.Cut(line, "«")
			if plain != "" {
				found = append(found, piece{Text: plain, Remark: remark})
			}
			change, after, _ := strings.Cut(rest, "»")
			if change != "" {
				found = append(found, marked(change))
			}
			line = after
		}
	}
	return found
}

func marked(change string) piece {
	if before, after, ok := strings.Cut(change, "|"); ok {
		return piece{Text: after, Before: before, Marked: true}
	}
	return piece{Text: change, Marked: true}
}
