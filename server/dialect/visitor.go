package dialect

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// Visitor is what is known of the person who gave an Answer. A Record keeps it
// among its Details until the Pass is forgotten, for vendors that tell it to the
// backend. The page chooses all of it but the address, so nothing is decided by it.
type Visitor struct {
	Address    string // without a port
	Referer    string // URL of the page, or its origin with a slash
	UserAgent  string
	ClientType string // the vendor's name for the device, such as "web" or "h5"
	UserInfo   string // whatever the page tells of its user; 256 characters of it are kept
	Failures   int    // wrong Answers before this one, by the page's own count
}

// The names of the details.
const (
	detailAddress    = "address"
	detailReferer    = "referer"
	detailUserAgent  = "user_agent"
	detailClientType = "client_type"
	detailUserInfo   = "user_info"
	detailFailures   = "failures"
)

// How much of the details is kept, so that all of them fit into a Record. Vendors
// count what the page tells in characters.
const (
	maxDetail   = 240 // bytes
	maxUserInfo = 256 // characters
)

// VisitorOf is what the headers of the Answer tell.
func VisitorOf(c *gin.Context) Visitor {
	referer := c.GetHeader("Referer")
	if origin := c.GetHeader("Origin"); referer == "" && origin != "" && origin != "null" {
		referer = origin + "/"
	}
	return Visitor{Address: c.ClientIP(), Referer: referer, UserAgent: c.GetHeader("User-Agent")}
}

// Details is the Visitor as a Record keeps it; what is not known is left out.
func (v Visitor) Details() map[string]string {
	details := make(map[string]string, 6)
	for _, known := range [...][2]string{
		{detailAddress, v.Address}, {detailReferer, v.Referer}, {detailUserAgent, v.UserAgent}, {detailClientType, v.ClientType},
	} {
		if name, value := known[0], known[1]; value != "" {
			details[name] = cut(value, maxDetail)
		}
	}
	if v.UserInfo != "" {
		details[detailUserInfo] = firstCharacters(v.UserInfo, maxUserInfo)
	}
	if v.Failures > 0 {
		details[detailFailures] = strconv.Itoa(v.Failures)
	}
	return details
}

// VisitorIn reads what Details wrote.
func VisitorIn(details map[string]string) Visitor {
	failures, _ := strconv.Atoi(cmp.Or(details[detailFailures], "0")) // Details wrote it
	return Visitor{
		Address: details[detailAddress], Referer: details[detailReferer], UserAgent: details[detailUserAgent],
		ClientType: details[detailClientType], UserInfo: details[detailUserInfo], Failures: failures,
	}
}

// cut shortens text to that many bytes of whole characters.
func cut(text string, most int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= most {
		return text
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

func firstCharacters(text string, most int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	for i := range text {
		if most--; most < 0 {
			return text[:i]
		}
	}
	return text
}
