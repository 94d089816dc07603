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
	certFile, keyFile string // "": made by the program, and never renewed
	shown             atomic.Pointer[tls.Certificate]
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
	c := &certificate{certFile: o.TLSCert, keyFile: o.TLSKey}
	return c, c.reload()
}

// reload reads the files again. If they are no good pair the former one stays.
func (c *certificate) reload() error {
	if c == nil || c.certFile == "" {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("certificate %s, key %s: %w", c.certFile, c.keyFile, err)
	}
	c.shown.Store(&pair)
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
