package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"time"
)

// ownNames are what the mock's own certificate is good for: this machine, and the
// vendors' hosts that are written into clients, so that mapping those names to
// this machine is enough to bring such a client here.
var ownNames = []string{
	"localhost", "127.0.0.1", "::1",
	"static.geetest.com", "static.geevisit.com",
	"gcaptcha4.geetest.com", "gcaptcha4.geevisit.com", "gcaptcha4.gsensebot.com",
	"*.huaweioneaccess.com",
	"cstaticdun.126.net", "cstatic.dun.163yun.com", "c.dun.163.com", "c.dun.163yun.com",
}

// ownLifetime is how long the mock's own certificate is good. Some clients refuse
// those that live much longer than a year.
const ownLifetime = 365 * 24 * time.Hour

// selfSigned makes a certificate whose key is nowhere but in memory.
func selfSigned(names []string, now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key for TLS: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("draw a serial number: %w", err)
	}
	form := ownForm(names, serial, now)
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read the certificate made: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

// ownForm says what stands in the mock's own certificate. It is no CA's: who trusts
// it trusts these names and no others.
func ownForm(names []string, serial *big.Int, now time.Time) *x509.Certificate {
	form := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "captchad mock"},
		NotBefore:             now.Add(-time.Hour), // clocks differ
		NotAfter:              now.Add(ownLifetime),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			form.IPAddresses = append(form.IPAddresses, ip)
		} else {
			form.DNSNames = append(form.DNSNames, name)
		}
	}
	return form
}

// saveCertificate writes it where clients find what to trust. It is no secret.
func saveCertificate(leaf *x509.Certificate, path string) error {
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw})
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return fmt.Errorf("tls-save: %w", err)
	}
	return nil
}

// printOwnCertificate prints what tells the certificate from any other, and its key's
// digest, as Chromium wants it to trust that key.
func printOwnCertificate(w io.Writer, leaf *x509.Certificate) {
	var pairs []string
	for _, b := range sha256.Sum256(leaf.Raw) {
		pairs = append(pairs, fmt.Sprintf("%02X", b))
	}
	key := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	fmt.Fprintf(w, "Certificate: self-signed, made for this run, until %s\n  SHA-256 %s\n  SPKI    %s\n  names   %s\n\n",
		leaf.NotAfter.Format(time.DateOnly), strings.Join(pairs, ":"), base64.StdEncoding.EncodeToString(key[:]), strings.Join(namesOf(leaf), " "))
}

func namesOf(leaf *x509.Certificate) []string {
	names := append([]string(nil), leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}
