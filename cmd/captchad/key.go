package main

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/captchad/captchad/server/dialect/cloudbase"
	"github.com/captchad/captchad/store"
)

// keyCommand manages the server's own keys, on a running system too.
type keyCommand struct {
	List   keyList   `cmd:"" help:"List the keys that sign captcha_tokens."`
	Rotate keyRotate `cmd:"" help:"Make a new key to sign captcha_tokens with. It is published at once and signs after 15 minutes; the old one stays published until its last token has expired."`
}

type keyList struct{}

// Run lists the keys, without their secrets.
func (keyList) Run(o *Options, p *process) error {
	return o.withStore(p, func(s store.Store) error {
		keys, err := s.Keys(p.ctx, cloudbase.KeyPurpose)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "KID\tMADE")
		for _, key := range keys {
			fmt.Fprintf(table, "%s\t%s\n", key.ID, key.CreatedAt.Format(time.RFC3339))
		}
		return table.Flush()
	})
}

type keyRotate struct{}

// Run adds a key. When it takes over follows from its age.
func (keyRotate) Run(o *Options, p *process) error {
	key, err := cloudbase.NewKey(time.Now())
	if err != nil {
		return err
	}
	return o.withStore(p, func(s store.Store) error {
		if err := s.AddKey(p.ctx, key); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "new key %s\n", key.ID)
		return err
	})
}
