package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store"
	"github.com/captchad/captchad/store/sealed"
)

// openStore opens the store at address, whose secrets are encrypted if there is a
// master key.
func (o *Options) openStore(ctx context.Context, address string) (store.Store, error) {
	master, err := o.masterKeys()
	if err != nil {
		return nil, err
	}
	opened, err := store.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	kept := store.Seal(opened, master)
	if err := sealed.Check(ctx, kept, kept, captcha.SealPurpose); err != nil {
		return nil, errors.Join(err, kept.Close())
	}
	return kept, nil
}

// masterKeys are those that the options name. Without any of them what is encrypted
// cannot be read, and is said to be so.
func (o *Options) masterKeys() (*sealed.MasterKeys, error) {
	text := o.MasterKey
	switch {
	case o.MasterKeyFile != "" && o.MasterKey != "":
		return nil, usageError{errors.New("master-key and master-key-file are two ways to say one thing")}
	case o.MasterKeyFile != "":
		read, err := os.ReadFile(o.MasterKeyFile)
		if err != nil {
			return nil, fmt.Errorf("read master key: %w", err)
		}
		text = string(read)
	case o.MasterKey == "":
		return &sealed.MasterKeys{}, nil
	}
	keys, err := sealed.ParseMasterKeys(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmp.Or(o.MasterKeyFile, "CAPTCHAD_MASTER_KEY"), err)
	}
	return keys, nil
}
