package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
)

// certificate is what the TLS listener shows. It may be renewed while it is shown.
type certificate struct {
	shown atomic.Pointer[tls.Certificate]
	from  atomic.Pointer[Options] // that name its files; nil: made by the program, and never renewed
}

// certificate is the pair that the options name, or nil if there is to be no TLS
// listener.
func (o *Options) certificate() (*certificate, error) {
	if o.TLSListen == "" {
		if o.TLSCert != "" || o.TLSKey != "" {
			return nil, usageError{errors.New("tls-cert and tls-key are of no use without tls-listen")}
		}
		return nil, nil
	}
	var missing []string
	if o.TLSCert == "" {
		missing = append(missing, "tls-cert")
	}
	if o.TLSKey == "" {
		missing = append(missing, "tls-key")
	}
	if len(missing) > 0 {
		return nil, usageError{fmt.Errorf("tls-listen needs %s too", strings.Join(missing, " and "))}
	}
	c := &certificate{}
	apply, err := c.change(o)
	if err != nil {
		return nil, err
	}
	apply()
	return c, nil
}

// change reads the pair that the options name, which may be another one than before.
// Where there is no TLS listener, or a pair that the program has made, nothing changes:
// that takes a restart.
func (c *certificate) change(o *Options) (apply func(), err error) {
	if c == nil || o.TLSListen == "" || o.TLSCert == "" || o.TLSKey == "" {
		return func() {}, nil
	}
	pair, err := tls.LoadX509KeyPair(o.TLSCert, o.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("certificate %s, key %s: %w", o.TLSCert, o.TLSKey, err)
	}
	return func() { c.show(&pair, o) }, nil
}

func (c *certificate) show(pair *tls.Certificate, from *Options) {
	c.from.Store(from)
	c.shown.Store(pair)
}

// renew reads the same files again. If they are no good pair the former one stays.
func (c *certificate) renew() error {
	if c == nil || c.from.Load() == nil {
		return nil
	}
	apply, err := c.change(c.from.Load())
	if err != nil {
		return err
	}
	apply()
	return nil
}

// tlsConfig shows the certificate. The protocols are named, since one http.Server
// serves the plain listener beside this one and would else settle on those of the
// listener that comes first.
func (c *certificate) tlsConfig() *tls.Config {
	return &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.shown.Load(), nil },
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
	}
}
