package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
)

// certificate is what the TLS listener shows: the pair that the options name, or
// nil if there is to be no such listener.
func (o *Options) certificate() (*tls.Certificate, error) {
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
	pair, err := tls.LoadX509KeyPair(o.TLSCert, o.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("certificate %s, key %s: %w", o.TLSCert, o.TLSKey, err)
	}
	return &pair, nil
}

// tlsConfig shows one certificate. The protocols are named, since one http.Server
// serves the plain listener beside this one and would else settle on those of the
// listener that comes first.
func tlsConfig(certificate *tls.Certificate) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{*certificate},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"h2", "http/1.1"},
	}
}
