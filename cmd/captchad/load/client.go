package load

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// patience is how long an answer may take.
const patience = 30 * time.Second

// client keeps connections to one server.
type client struct {
	base string
	http *fasthttp.HostClient
	cpu  func() (time.Duration, bool)
}

func newClient(server Server, connections int) (*client, error) {
	base, err := url.Parse(server.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("url %q: want http://HOST:PORT", server.URL)
	}
	secure := base.Scheme == "https"
	if server.CPU == nil {
		server.CPU = func() (time.Duration, bool) { return 0, false }
	}
	return &client{
		base: strings.TrimSuffix(server.URL, "/"),
		cpu:  server.CPU,
		http: &fasthttp.HostClient{
			Addr:                      fasthttp.AddMissingPort(base.Host, secure),
			Name:                      "captchad bench",
			IsTLS:                     secure,
			TLSConfig:                 &tls.Config{MinVersion: tls.VersionTLS12},
			DialDualStack:             true,
			MaxConns:                  connections,
			MaxIdemponentCallAttempts: 1, // a request that failed is counted, and not sent again
			ReadBufferSize:            16 << 10,
			ReadTimeout:               patience,
			WriteTimeout:              patience,
			DisablePathNormalizing:    true,
		},
	}, nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// worker is one connection's loop, with what it has seen.
type worker struct {
	client   *client
	request  fasthttp.Request
	response fasthttp.Response

	turn      int    // of operations, to take the Sites in turn
	failure   string // of the operation that goes on; empty: none so far
	detail    string // what was answered instead
	latencies []uint32
	errors    map[string]int
	example   string // the first detail
	bytes     [mostCalls]int64
	sample    []call // of the last operation that was good
}

// mostCalls is how many requests an operation has at most.
const mostCalls = 3

// send sends the n-th request of an operation and checks the answer. Its body is
// good until the next one; nil: it was none.
func (w *worker) send(n int, c call) []byte {
	w.request.Reset()
	w.response.ResetBody()
	w.request.Header.SetMethod(c.method)
	w.request.SetRequestURI(w.client.base + c.uri)
	for _, header := range c.headers {
		w.request.Header.Set(header[0], header[1])
	}
	if c.contentType != "" {
		w.request.Header.SetContentType(c.contentType)
		w.request.SetBodyString(c.body)
	}
	if err := w.client.http.Do(&w.request, &w.response); err != nil {
		w.failure, w.detail = kindOf(err), err.Error()
		return nil
	}
	body := w.response.Body()
	if w.failure = c.refused(w.response.StatusCode(), body); w.failure != "" {
		w.detail = string(body[:min(len(body), maxDetail)])
		return nil
	}
	w.bytes[n] += int64(len(body))
	return body
}

// maxDetail is how much is kept of an answer that was not expected.
const maxDetail = 200

// kindOf is what transport errors are counted as.
func kindOf(err error) string {
	timeout := net.Error(nil)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, fasthttp.ErrTimeout) || errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNRESET) || errors.Is(err, fasthttp.ErrConnectionClosed):
		return "connection closed"
	}
	return "connection failed"
}
