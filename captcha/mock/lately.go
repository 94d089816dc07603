package mock

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/captchad/captchad/captcha"
)

// maxLately is how many Challenges a Core lists.
const maxLately = 200

// issue is one Challenge that was issued lately.
type issue struct {
	id       captcha.ID
	site     string
	settings captcha.Settings // with which its Puzzle was drawn; nil: those of the Site
	outcome  Outcome          // of its last Answer; "": none was given
}

// lately are the Challenges that were issued last, oldest first. The zero value has
// none; many may use it at a time.
type lately struct {
	mu     sync.Mutex
	issues []issue
}

// note takes over what an Event tells.
func (l *lately) note(e captcha.Event) {
	if e.ID == (captcha.ID{}) {
		return
	}
	switch {
	case e.Step == captcha.Issued && e.Code == "":
		l.add(issue{id: e.ID, site: e.Site})
	case e.Step == captcha.Answered:
		outcome := cmp.Or(Outcome(e.Code), Right)
		l.change(e.ID, func(i *issue) { i.outcome = outcome })
	}
}

func (l *lately) add(added issue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.issues) == maxLately {
		l.issues = slices.Delete(l.issues, 0, 1)
	}
	l.issues = append(l.issues, added)
}

func (l *lately) change(id captcha.ID, change func(*issue)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	// The one in question is most often among the last.
	for i := len(l.issues) - 1; i >= 0; i-- {
		if l.issues[i].id == id {
			change(&l.issues[i])
			return
		}
	}
}

func (l *lately) find(id captcha.ID) (found issue) {
	l.change(id, func(i *issue) { found = *i })
	return found
}

func (l *lately) newestFirst() []issue {
	l.mu.Lock()
	defer l.mu.Unlock()
	issues := slices.Clone(l.issues)
	slices.Reverse(issues)
	return issues
}

func (l *lately) empty() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.issues = nil
}

// Lately looks into the Challenges of a Site ("": of all) that were issued last, newest
// first and at most so many. Those of Sites that are gone are left out; no more than 200
// are kept.
func (c *Core) Lately(ctx context.Context, key string, limit int) ([]Insight, error) {
	insights := []Insight{}
	for _, issued := range c.lately.newestFirst() {
		if key != "" && issued.site != key {
			continue
		}
		if len(insights) == limit {
			break
		}
		site, err := c.config.Sites.Site(ctx, issued.site)
		if err == nil {
			var insight Insight
			if insight, err = c.inspect(ctx, site, issued.id); err == nil {
				insights = append(insights, insight)
				continue
			}
		}
		if !gone(err) {
			return nil, fmt.Errorf("look into challenge %s: %w", issued.id, err)
		}
	}
	return insights, nil
}

// Picture draws the Puzzle of the Challenge with that ID again, as its visitor saw it,
// whatever has become of it since. Of a recording the digits are the same, and the noise
// around them is another.
func (c *Core) Picture(ctx context.Context, id captcha.ID) (*captcha.Puzzle, error) {
	insight, err := c.Inspect(ctx, id)
	if err != nil {
		return nil, err
	}
	settings := insight.Site.Settings
	if drawnWith := c.lately.find(id).settings; drawnWith != nil {
		settings = drawnWith
	}
	_, seed, _ := c.Keys().Open(id, insight.Site.Tag())
	puzzle, err := c.makers[insight.Challenge.Kind].Draw(seed, settings)
	if err != nil {
		return nil, fmt.Errorf("draw %v again: %w", insight.Challenge.Kind, err)
	}
	return puzzle, nil
}
