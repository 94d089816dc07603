package main

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var listeningTLS = regexp.MustCompile(`(?m)^Listening on (https://\S+)$`)

// secureURL is what the program says that it serves with TLS.
func (p *program) secureURL(t *testing.T) string {
	t.Helper()
	found := listeningTLS.FindStringSubmatch(p.stdout.String())
	if found == nil {
		t.Fatalf("no https URL in:\n%s", p.stdout)
	}
	return found[1]
}

// pair writes a fresh certificate for 127.0.0.1 and its key as PEM files.
func pair(t *testing.T) (leaf *x509.Certificate, certFile, keyFile string) {
	t.Helper()
	made, err := selfSigned([]string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.MarshalPKCS8PrivateKey(made.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile = write(t, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]})))
	keyFile = write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	return made.Leaf, certFile, keyFile
}

// trusting is a client that trusts this certificate alone.
func trusting(t *testing.T, leaf *x509.Certificate) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// shown is the certificate that a server shows, believed or not.
func shown(t *testing.T, url string) *x509.Certificate {
	t.Helper()
	connection, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	return connection.ConnectionState().PeerCertificates[0]
}

func TestTLSServesTheGivenCertificateBesideThePlainListener(t *testing.T) {
	leaf, certFile, keyFile := pair(t)
	for _, mode := range [][]string{{"serve", database(t)}, {"mock"}} {
		p := start(t, append(mode, "--tls-listen=127.0.0.1:0", "--tls-cert="+certFile, "--tls-key="+keyFile)...)
		response, err := trusting(t, leaf).Get(p.secureURL(t) + "/livez")
		if err != nil {
			t.Fatalf("%v: %v", mode, err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK || response.Proto != "HTTP/2.0" {
			t.Errorf("%v: %s over %s", mode, response.Status, response.Proto)
		}
		if status, _ := get(t, p.url+"/livez", nil); status != http.StatusOK {
			t.Errorf("%v: without TLS: %d", mode, status)
		}
		if strings.Contains(p.stdout.String(), "SHA-256") {
			t.Errorf("%v made a certificate of its own:\n%s", mode, p.stdout)
		}
	}
}

func TestTLSSpeaksHTTP1ToThoseWhoKnowNoOther(t *testing.T) {
	p := start(t, "mock", "--tls-listen=127.0.0.1:0")
	client := trusting(t, shown(t, p.secureURL(t)))
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = false
	response, err := client.Get(p.secureURL(t) + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Proto != "HTTP/1.1" {
		t.Errorf("%s over %s", response.Status, response.Proto)
	}
}

func TestTLSOlderThan12IsRefused(t *testing.T) {
	p := start(t, "mock", "--tls-listen=127.0.0.1:0")
	_, err := tls.Dial("tcp", strings.TrimPrefix(p.secureURL(t), "https://"), &tls.Config{
		InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
	})
	if err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}

func TestTLSOfTheMockNamesTheVendorsHosts(t *testing.T) {
	p := start(t, "mock", "--tls-listen=127.0.0.1:0", "--tls-host=captcha.example.test")
	url := p.secureURL(t)
	leaf := shown(t, url)
	client := trusting(t, leaf)
	// As with a line in /etc/hosts: whatever the name, this server is dialled.
	client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(url, "https://"))
	}
	for _, host := range []string{
		"localhost", "127.0.0.1", "[::1]", "static.geetest.com", "static.geevisit.com", "my-name.huaweioneaccess.com", "gcaptcha4.geetest.com",
		"gcaptcha4.geevisit.com", "gcaptcha4.gsensebot.com", "cstaticdun.126.net", "cstatic.dun.163yun.com",
		"c.dun.163.com", "c.dun.163yun.com", "captcha.example.test",
	} {
		response, err := client.Get("https://" + host + "/livez")
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		response.Body.Close()
	}
	if _, err := client.Get("https://api.example.test/livez"); err == nil {
		t.Error("it is good for a host that it should not name")
	}
	sum := strings.ReplaceAll(fmt.Sprintf("% X", sha256.Sum256(leaf.Raw)), " ", ":")
	if !strings.Contains(p.stdout.String(), "SHA-256 "+sum+"\n") {
		t.Errorf("its fingerprint is not %s in:\n%s", sum, p.stdout)
	}
	if again := start(t, "mock", "--tls-listen=127.0.0.1:0"); leaf.Equal(shown(t, again.secureURL(t))) {
		t.Error("two runs show the same certificate")
	}
}

func TestTLSOfTheMockIsSavedForClientsToTrust(t *testing.T) {
	file := filepath.Join(t.TempDir(), "captchad.pem")
	p := start(t, "mock", "--tls-listen=127.0.0.1:0", "--tls-save="+file)
	saved, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(saved)
	if block == nil || len(rest) != 0 || block.Type != "CERTIFICATE" {
		t.Fatalf("not one certificate alone: %s", saved)
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil || !leaf.Equal(shown(t, p.secureURL(t))) {
		t.Errorf("another certificate than the one that is shown: %v", err)
	}
	key := sha256.Sum256(leaf.RawSubjectPublicKeyInfo)
	if digest := base64.StdEncoding.EncodeToString(key[:]); !strings.Contains(p.stdout.String(), "SPKI    "+digest+"\n") {
		t.Errorf("its key's digest is not %s in:\n%s", digest, p.stdout)
	}
	nowhere := filepath.Join(t.TempDir(), "nowhere", "captchad.pem")
	if _, stderr, code := command(t, "mock", "--listen=127.0.0.1:0", "--tls-listen=127.0.0.1:0", "--tls-save="+nowhere); code != exitFailed || !strings.Contains(stderr, "tls-save") {
		t.Errorf("a file that cannot be written: exit %d, %s", code, stderr)
	}
}

func TestTLSWithoutAllItNeedsIsAMistakeOfUse(t *testing.T) {
	_, certFile, keyFile := pair(t)
	cert, key, listen := "--tls-cert="+certFile, "--tls-key="+keyFile, "--tls-listen=127.0.0.1:0"
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"serve without a certificate":           {[]string{"serve", listen}, "needs tls-cert and tls-key"},
		"serve without a key":                   {[]string{"serve", listen, cert}, "needs tls-key"},
		"serve without a certificate for a key": {[]string{"serve", listen, key}, "needs tls-cert"},
		"serve with a certificate for nothing":  {[]string{"serve", cert, key}, "without tls-listen"},
		"mock without a key":                    {[]string{"mock", listen, cert}, "needs tls-key"},
		"mock with a certificate for nothing":   {[]string{"mock", cert}, "without tls-listen"},
		"mock with a file for nothing":          {[]string{"mock", "--tls-save=x"}, "tls-save"},
		"mock with names for nothing":           {[]string{"mock", "--tls-host=a.example"}, "tls-host"},
	} {
		t.Run(name, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "captchad.db")
			stdout, stderr, code := command(t, append(c.args, "--db="+db, "--listen=127.0.0.1:0")...)
			if code != exitUsage || !strings.Contains(stderr, c.says) || stdout != "" {
				t.Errorf("exit %d: %s%s", code, stdout, stderr)
			}
			if _, err := os.Stat(db); err == nil {
				t.Error("it has made the database first")
			}
		})
	}
}

func TestTLSWithAPairThatIsNoneStartsNothing(t *testing.T) {
	_, certFile, keyFile := pair(t)
	_, otherFile, _ := pair(t)
	for name, args := range map[string][]string{
		"a file that is not there":       {"--tls-cert=/no/such/file", "--tls-key=" + keyFile},
		"the key of another certificate": {"--tls-cert=" + otherFile, "--tls-key=" + keyFile},
		"a certificate in place of keys": {"--tls-cert=" + certFile, "--tls-key=" + certFile},
	} {
		t.Run(name, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "captchad.db")
			stdout, stderr, code := command(t, append(args, "serve", "--db="+db, "--listen=127.0.0.1:0", "--tls-listen=127.0.0.1:0")...)
			if code != exitFailed || !strings.Contains(stderr, "certificate") || stdout != "" {
				t.Errorf("exit %d: %s%s", code, stdout, stderr)
			}
			if _, err := os.Stat(db); err == nil {
				t.Error("it has made the database first")
			}
		})
	}
}

func TestTLSOnAPortInUseIsSaidBeforeAnythingElse(t *testing.T) {
	p := start(t, "mock", "--tls-listen=127.0.0.1:0")
	stdout, stderr, code := command(t, "mock", "--listen=127.0.0.1:0", "--tls-listen="+strings.TrimPrefix(p.secureURL(t), "https://"))
	if code != exitFailed || !strings.Contains(stderr, "address already in use") || stdout != "" {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
}

func TestTLSRequestsInFlightAreAnsweredAtTheEndAsPlainOnesAre(t *testing.T) {
	p := start(t, "mock", "--tls-listen=127.0.0.1:0")
	secure, err := tls.Dial("tcp", strings.TrimPrefix(p.secureURL(t), "https://"), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	const body = `{"site":"native-demo"}`
	connections := map[string]net.Conn{"TLS": secure, "plain": plain}
	for _, connection := range connections {
		defer connection.Close()
		fmt.Fprintf(connection, "POST /native/v1/challenges HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
		// Only a handler that has begun to read asks for the rest.
		if line := readLine(t, connection); !strings.Contains(line, "100 Continue") {
			t.Fatalf("answered %q", line)
		}
	}
	stopped := make(chan int, 1)
	go func() { stopped <- p.stop() }()
	for _, url := range []string{p.url, p.secureURL(t)} {
		waitUntilClosed(t, url)
	}
	for name, connection := range connections {
		fmt.Fprint(connection, body)
		answer, err := io.ReadAll(connection)
		if err != nil || !strings.Contains(string(answer), "201 Created") {
			t.Errorf("%s: %v %.100s", name, err, answer)
		}
	}
	if code := <-stopped; code != exitOK {
		t.Errorf("exit %d: %s", code, p.stderr)
	}
}

// readLine reads up to the end of a line and the empty one after it.
func readLine(t *testing.T, r io.Reader) string {
	t.Helper()
	var line []byte
	for b := make([]byte, 1); !strings.HasSuffix(string(line), "\r\n\r\n"); {
		if _, err := r.Read(b); err != nil {
			t.Fatal(err)
		}
		line = append(line, b[0])
	}
	return string(line)
}

// waitUntilClosed waits until nobody listens there any more.
func waitUntilClosed(t *testing.T, url string) {
	t.Helper()
	_, address, _ := strings.Cut(url, "://")
	for {
		connection, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		connection.Close()
		if t.Context().Err() != nil {
			t.Fatal("it still listens")
		}
	}
}

func TestTLSIsConfiguredAsAllElseIs(t *testing.T) {
	file := write(t, "captchad.yaml", "tls-listen: 127.0.0.1:7443\ntls-cert: /etc/captchad/cert.pem\n")
	t.Setenv("CAPTCHAD_TLS_KEY", "/etc/captchad/key.pem")
	out := must(t, "config", "--config-file", file)
	for _, want := range []string{"tls-listen: 127.0.0.1:7443\n", "tls-cert: /etc/captchad/cert.pem\n", "tls-key: /etc/captchad/key.pem\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}
