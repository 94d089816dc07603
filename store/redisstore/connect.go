package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/store/cas"
)

// dialTimeout is how long to wait for a connection; whoever asks waits no longer.
const dialTimeout = 2 * time.Second

// errURL does not repeat the URL, nor what is wrong with it: that may be the password.
var errURL = errors.New("the Redis URL cannot be read: want redis://user:password@host:port/0 (or rediss, redis-cluster, rediss-cluster), " +
	"the password's special characters percent-encoded")

// silent keeps the client from printing: what fails is returned to whoever asked.
var silent = sync.OnceFunc(logging.Disable)

// connect makes the client. It connects when it is first used.
func connect(address string) (redis.UniversalClient, error) {
	silent()
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errURL
	}
	scheme, cluster := strings.CutSuffix(parsed.Scheme, "-cluster")
	parsed.Scheme = scheme
	if cluster {
		return connectCluster(parsed.String())
	}
	options, err := redis.ParseURL(parsed.String())
	if err != nil {
		return nil, errURL
	}
	// A script that was sent twice would not do harm, but package cas knows better
	// when to try again.
	options.MaxRetries = -1
	options.DialTimeout, options.PoolTimeout = dialTimeout, cas.Patience
	options.ReadTimeout, options.WriteTimeout = cas.Patience, cas.Patience
	options.ContextTimeoutEnabled = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(options), nil
}

func connectCluster(address string) (redis.UniversalClient, error) {
	options, err := redis.ParseClusterURL(address)
	if err != nil {
		return nil, errURL
	}
	options.MaxRetries = -1
	options.DialTimeout, options.PoolTimeout = dialTimeout, cas.Patience
	options.ReadTimeout, options.WriteTimeout = cas.Patience, cas.Patience
	options.ContextTimeoutEnabled = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClusterClient(options), nil
}

// explain says whose fault an error is.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case redis.HasErrorPrefix(err, "FORGOTTEN"):
		return captcha.ErrForgotten
	case errors.Is(err, redis.ErrPoolTimeout):
		return captcha.Refuse(captcha.Busy, "too many wait for the ledger")
	case errors.Is(err, context.Canceled):
		return err
	}
	return fmt.Errorf("ask Redis: %w", err)
}
