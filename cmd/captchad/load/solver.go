package load

import (
	"crypto/rand"
	"time"

	"github.com/captchad/captchad/captcha"
)

// Solver makes Challenges and finds their solutions, as the server would. It is for
// who has the server's keys.
type Solver struct {
	keys   *captcha.Keyring
	makers map[captcha.Kind]captcha.Maker
}

// NewSolver makes a Solver.
func NewSolver(keys *captcha.Keyring, makers []captcha.Maker) *Solver {
	s := &Solver{keys: keys, makers: make(map[captcha.Kind]captcha.Maker, len(makers))}
	for _, maker := range makers {
		s.makers[maker.Kind()] = maker
	}
	return s
}

// solved is a Challenge and the right Answer to it.
type solved struct {
	id     captcha.ID
	name   string // the ID on the wire
	answer captcha.Answer
}

// seal makes a Challenge that the server never heard of, and will take for its own.
func (s *Solver) seal(site *captcha.Site, kind captcha.Kind) captcha.ID {
	return s.keys.Seal(captcha.Challenge{SiteTag: site.Tag(), Kind: kind, IssuedAt: time.Now()}, rand.Reader)
}

// solve finds the right Answer. It tells false if the ID was not sealed for the Site.
func (s *Solver) solve(site *captcha.Site, id captcha.ID) (solved, bool) {
	challenge, seed, ok := s.keys.Open(id, site.Tag())
	maker := s.makers[challenge.Kind]
	if !ok || maker == nil {
		return solved{}, false
	}
	return solved{id, id.String(), maker.Solution(seed, site.Settings)}, true
}
