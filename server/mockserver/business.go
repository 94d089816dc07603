package mockserver

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/captchad/captchad/server/dialect"
	"github.com/captchad/captchad/server/dialect/cloudbase/guard"
)

// businessCall plays POST /auth/v1/verification of CloudBase itself, which sends a
// code and asks for a captcha_token first. With it the vendor's SDK can be tried
// from end to end. It is mock mode's alone: serve mode does not know the path.
type businessCall struct {
	core                          dialect.Core
	issuer, keysURL, standardSite string
	now                           func() time.Time
	random                        io.Reader

	guards sync.Map // *guard.Guard by audience
}

// ServeHTTP answers captcha_required, captcha_invalid, or a verification that was
// sent to nobody.
func (b *businessCall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	if origin := r.Header.Get("Origin"); origin != "" {
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Set("Access-Control-Expose-Headers", "x-request-id, retry-after")
		w.Header().Add("Vary", "Origin, Access-Control-Request-Headers")
	}
	switch r.Method {
	case http.MethodOptions:
		w.Header().Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		w.Header().Set("Access-Control-Allow-Methods", "POST, OPTIONS")
		w.Header().Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	case http.MethodPost:
		b.verification(w, r)
	default:
		w.Header().Set("Allow", "OPTIONS, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
		fmt.Fprintln(w, `{"error":"unimplemented","error_code":12,"error_description":"this path has no such method"}`)
	}
}

func (b *businessCall) verification(w http.ResponseWriter, r *http.Request) {
	// In mock mode every client_id is a Site, so the audience is the caller's.
	audience := cmp.Or(r.URL.Query().Get("client_id"), b.standardSite)
	if _, err := b.core.Site(r.Context(), "cloudbase", audience); err != nil {
		guard.Refuse(w, guard.ErrInvalid)
		return
	}
	protected, err := b.guard(audience)
	if err != nil {
		guard.Refuse(w, err)
		return
	}
	protected.Require(http.HandlerFunc(b.verified)).ServeHTTP(w, r)
}

// guard is the one for that audience.
func (b *businessCall) guard(audience string) (*guard.Guard, error) {
	if made, ok := b.guards.Load(audience); ok {
		return made.(*guard.Guard), nil
	}
	fresh, err := guard.New(guard.Config{Issuer: b.issuer, KeysURL: b.keysURL, Audience: audience, Now: b.now})
	if err != nil {
		return nil, err
	}
	made, _ := b.guards.LoadOrStore(audience, fresh)
	return made.(*guard.Guard), nil
}

// verified is what the vendor answers when it has sent a code.
func (b *businessCall) verified(w http.ResponseWriter, _ *http.Request) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(b.random, id); err != nil {
		panic(err) // there is no going on without randomness
	}
	fmt.Fprintf(w, `{"verification_id":%q,"expires_in":600,"is_user":false}`+"\n", hex.EncodeToString(id))
}
