package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/store"
	"github.com/captchad/captchad/store/sealed"
)

// keyCommand manages the server's own keys, on a running system too: servers see
// what has changed within five seconds.
type keyCommand struct {
	List   keyList   `cmd:"" help:"List the server's own keys, without their secrets."`
	Rotate keyRotate `cmd:"" help:"Make a new key. What hangs on the old one stays good until it expires."`
	Remove keyRemove `cmd:"" help:"Remove a key that others may know. What hangs on it ends at once."`
	Master keyMaster `cmd:"" help:"Draw a master key, for master-key-file."`
	Reseal keyReseal `cmd:"" help:"Encrypt all secrets in the database under the first master key."`
}

// keyPurposes are what the server's own keys are for, by the words that operators
// use.
var keyPurposes = []struct {
	word    string
	purpose string
	make    func(now time.Time) (captcha.Key, error)
	hint    string
}{
	{"token", cloudbase.KeyPurpose, cloudbase.NewKey, "It is published at once, and signs captcha_tokens after 15 minutes."},
	{"seal", captcha.SealPurpose, newSealKey, "It seals challenges after 10 seconds."},
}

func newSealKey(now time.Time) (captcha.Key, error) {
	return captcha.NewSealKey(rand.Reader, now), nil
}

// ownKeys are all keys in the store, by what they are for.
func ownKeys(ctx context.Context, s store.Store) (map[string][]captcha.Key, error) {
	found := map[string][]captcha.Key{}
	for _, kind := range keyPurposes {
		keys, err := s.Keys(ctx, kind.purpose)
		if err != nil {
			return nil, err
		}
		found[kind.word] = keys
	}
	return found, nil
}

type keyList struct{}

// Run lists the keys, without their secrets.
func (keyList) Run(o *Options, p *process) error {
	return o.withExisting(p, func(s store.Store) error {
		keys, err := ownKeys(p.ctx, s)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "FOR\tID\tMADE")
		for _, kind := range keyPurposes {
			for _, key := range keys[kind.word] {
				fmt.Fprintf(table, "%s\t%s\t%s\n", kind.word, key.ID, key.CreatedAt.Format(time.RFC3339))
			}
		}
		return table.Flush()
	})
}

type keyRotate struct {
	For string `arg:"" optional:"" enum:"token,seal" default:"token" help:"token: the key that signs captcha_tokens; seal: the one that seals challenges."`
}

// Run adds a key. When it takes over follows from its age.
func (r keyRotate) Run(o *Options, p *process) error {
	kind := keyPurposes[0]
	for _, other := range keyPurposes {
		if other.word == r.For {
			kind = other
		}
	}
	key, err := kind.make(time.Now())
	if err != nil {
		return err
	}
	return o.withExisting(p, func(s store.Store) error {
		if err := s.AddKey(p.ctx, key); err != nil {
			return err
		}
		fmt.Fprintln(p.stderr, kind.hint)
		_, err := fmt.Fprintf(p.stdout, "new key %s\n", key.ID)
		return err
	})
}

type keyRemove struct {
	ID string `arg:"" help:"The key's ID, as captchad key list tells it."`
}

// Run removes a key, unless it is the last one for what it is for: a running server
// would go on with it.
func (r keyRemove) Run(o *Options, p *process) error {
	return o.withExisting(p, func(s store.Store) error {
		keys, err := ownKeys(p.ctx, s)
		if err != nil {
			return err
		}
		for word, alike := range keys {
			isIt := slices.ContainsFunc(alike, func(k captcha.Key) bool { return k.ID == r.ID })
			if isIt && len(alike) == 1 {
				return fmt.Errorf("%s is the only key of its kind: make a new one first (captchad key rotate %s)", r.ID, word)
			}
			if isIt {
				return s.RemoveKey(p.ctx, r.ID)
			}
		}
		return captcha.ErrNoKey
	})
}

type keyMaster struct{}

// Run draws a key, and keeps it nowhere.
func (keyMaster) Run(p *process) error {
	_, err := fmt.Fprintln(p.stdout, sealed.NewMasterKey())
	return err
}

type keyReseal struct{}

// Run saves all that is secret anew.
func (keyReseal) Run(o *Options, p *process) error {
	if cmp.Or(o.MasterKeyFile, o.MasterKey) == "" {
		return usageError{errors.New("reseal needs master-key-file")}
	}
	return o.withExisting(p, func(s store.Store) error {
		purposes := []string{mockMark}
		for _, kind := range keyPurposes {
			purposes = append(purposes, kind.purpose)
		}
		sites, keys, err := sealed.Reseal(p.ctx, s, s, purposes...)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "encrypted the secrets of %d sites, and %d keys\n", sites, keys)
		return err
	})
}
