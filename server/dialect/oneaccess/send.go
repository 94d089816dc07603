package oneaccess

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server/dialect"
	"github.com/gin-gonic/gin"
)

// The occasions for which a code is sent: the vendor's, spelled as the vendor
// spells them, and those of BambooCloud, whose product it is built on.
var (
	smsTypes = []string{"REGISTER_SMS", "LOGIN_SMS", "FORGET_PWD_SMS", "BIND_MOBILE_SMS", "UPDATE_MOBILE_SMS", "OTP_REST_SMS",
		"UPDATE_PWD_SMS", "MFA_AUTH_SMS", "CHANGE_PWD_SMS"}
	emailTypes = []string{"REGISTER_EMS", "LOGIN_EMS", "FORGET_PWD_EMS", "BIND_EMAIL_EMS", "UPDATE_PWD_EMS", "UPDATE_EMAIL_EMS",
		"MFA_AUTH_EMS", "CHANGE_PWD_EMS"}
	emails = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
)

// errNotSent is a failure of delivery. It is logged, unlike a refusal.
var errNotSent = errors.New("code not sent")

// webhookTimeout is how long a Site's webhook may take.
const webhookTimeout = 5 * time.Second

// sendSMS is POST /api/v2/sdk/sms/send.
func (d Dialect) sendSMS(c *gin.Context) error {
	return d.send(c, "sms", "mobile", smsTypes, func(site *captcha.Site, mobile string) bool {
		pattern, err := regexp.Compile(site.Settings.Get(mobilePattern))
		return err == nil && pattern.MatchString(mobile)
	})
}

// sendEmail is POST /api/v2/sdk/email/send.
func (d Dialect) sendEmail(c *gin.Context) error {
	return d.send(c, "email", "email", emailTypes, func(_ *captcha.Site, email string) bool {
		return len(email) <= 254 && emails.MatchString(email)
	})
}

// send redeems the Pass, for the address that it was given for, and sends a code
// there. Until the Pass is redeemed a refusal leaves it as it is; afterwards it
// is spent, even if the code cannot be delivered.
func (d Dialect) send(c *gin.Context, channel, addressMember string, types []string, isAddress func(*captcha.Site, string) bool) error {
	site, body, err := d.post(c)
	if err != nil {
		return err
	}
	address, okAddress := body.Text(addressMember)
	occasion, okType := body.Text("type")
	captchaToken, okToken := body.Text("captcha_token")
	switch {
	case !okAddress || !isAddress(site, address):
		return invalidParameter(addressMember)
	case !okType || !slices.Contains(types, occasion):
		return invalidParameter("type")
	case !okToken:
		return invalidParameter("captcha_token")
	case captchaToken == "":
		return tokenRequired
	case d.Outbox == nil && site.Settings.Get(webhook) == "":
		return fmt.Errorf("site %s has no webhook to send codes by: %w", site.Key, errNotSent)
	}
	if _, _, err := d.Core.Spend(c.Request.Context(), site, parsePass(captchaToken, address)); err != nil {
		return err
	}
	code, err := d.code()
	if err != nil {
		return err
	}
	message := dialect.Message{Site: site.Key, Channel: channel, To: address, Type: occasion, Code: code, SentAt: d.Core.Now().UTC()}
	if err := d.deliver(c.Request.Context(), site, message); err != nil {
		return err
	}
	c.Header("Content-Length", "0") // success is an empty body
	c.Status(http.StatusOK)
	c.Writer.WriteHeaderNow()
	return nil
}

// code draws six digits.
func (d Dialect) code() (string, error) {
	n, err := rand.Int(d.Random, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("draw code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// deliver hands the message to the Site's webhook, or in mock mode to the outbox
// if there is none. A client that hangs up does not stop it: the Pass is spent.
func (d Dialect) deliver(ctx context.Context, site *captcha.Site, message dialect.Message) error {
	hook := site.Settings.Get(webhook)
	if hook == "" {
		d.Outbox.Put(message)
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), webhookTimeout)
	defer cancel()
	if err := d.post2xx(ctx, hook, message); err != nil {
		return fmt.Errorf("%w: webhook of site %s: %w", errNotSent, site.Key, err)
	}
	return nil
}

func (d Dialect) post2xx(ctx context.Context, hook string, message dialect.Message) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, hook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := d.HTTP.Do(request)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err // without the URL, which may hold a secret of the Site's
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16)) // so that the connection can be used again
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", response.Status)
	}
	return nil
}
