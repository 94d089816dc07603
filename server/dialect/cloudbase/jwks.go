package cloudbase

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

// jwks is GET /auth/v1/certs and /.well-known/jwks.json: the keys by which
// captcha_tokens are checked offline, the one that signs first. Anybody may read
// and keep it.
func (d Dialect) jwks(c *gin.Context) error {
	published, err := d.keys.published(c.Request.Context())
	if err != nil {
		return err
	}
	var set struct {
		Keys []publicKey `json:"keys"`
	}
	for _, key := range published {
		set.Keys = append(set.Keys, newPublicKey(key))
	}
	body, err := json.Marshal(set)
	if err != nil {
		return fmt.Errorf("encode key set: %w", err)
	}
	digest := sha256.Sum256(body)
	tag := fmt.Sprintf(`"%x"`, digest[:16])
	c.Header("Cache-Control", "public, max-age=600")
	c.Header("ETag", tag)
	c.Header("Access-Control-Allow-Origin", "*")
	identify(c)
	if c.GetHeader("If-None-Match") == tag {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	c.Data(http.StatusOK, "application/json", body)
	return nil
}
