package control

import (
	"net/http"
	"slices"
	"sync"

	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// maxMessages is how many messages an Outbox keeps.
const maxMessages = 1000

// Outbox keeps the latest messages instead of delivering them. The zero Outbox
// is empty and ready; many may use it at a time.
type Outbox struct {
	mu       sync.Mutex
	messages []dialect.Message // oldest first
}

var _ dialect.Outbox = (*Outbox)(nil)

// Put keeps the message, and drops the oldest if there are too many.
func (o *Outbox) Put(message dialect.Message) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.messages) == maxMessages {
		o.messages = slices.Delete(o.messages, 0, 1)
	}
	o.messages = append(o.messages, message)
}

// Messages are what is kept, newest first; never nil.
func (o *Outbox) Messages() []dialect.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	messages := append([]dialect.Message{}, o.messages...)
	slices.Reverse(messages)
	return messages
}

// Empty drops all messages.
func (o *Outbox) Empty() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.messages = nil
}

// outbox is GET /control/v1/outbox.
func (a api) outbox(c *gin.Context) error {
	c.PureJSON(http.StatusOK, struct {
		Messages []dialect.Message `json:"messages"`
	}{a.Outbox.Messages()})
	return nil
}

// emptyOutbox is DELETE /control/v1/outbox.
func (a api) emptyOutbox(c *gin.Context) error {
	a.Outbox.Empty()
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
	return nil
}
