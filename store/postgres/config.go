package postgres

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// How connections are used, unless the URL says otherwise (pool_max_conns, and so on).
const (
	// maxConnections is for one replica. PostgreSQL has 100 for all, as it comes.
	maxConnections = 20
	// connectTimeout is in seconds; whoever asks gives up sooner.
	connectTimeout = 3 * time.Second
)

// sessionParameters are those of each connection. A statement that the database has not
// answered by then is of no use to anybody any more. That a commit waits for the disk is
// what everything else relies on.
var sessionParameters = map[string]string{
	"application_name":                    "captchad",
	"statement_timeout":                   "5s",
	"lock_timeout":                        "2s",
	"idle_in_transaction_session_timeout": "10s",
	"default_transaction_isolation":       "read committed",
	"synchronous_commit":                  "on",
}

// errURL does not repeat the URL, nor what is wrong with it: that may be the password.
var errURL = errors.New("the PostgreSQL URL cannot be read: want postgres://user:password@host:port/database, " +
	"the password's special characters percent-encoded")

// parse reads a URL, with what is our own of the configuration.
func parse(address string) (*pgxpool.Config, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errURL
	}
	config, err := pgxpool.ParseConfig(parsed.String()) // whose scheme is in lower case
	if err != nil {
		return nil, errURL
	}
	given := parsed.Query()
	if !given.Has("pool_max_conns") {
		config.MaxConns = maxConnections
	}
	connection := config.ConnConfig
	if !given.Has("connect_timeout") {
		connection.ConnectTimeout = connectTimeout
	}
	for name, value := range sessionParameters {
		if _, said := connection.RuntimeParams[name]; !said {
			connection.RuntimeParams[name] = value
		}
	}
	if connection.ValidateConnect == nil {
		// After a failover the server that was in charge may still answer.
		connection.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	if connection.Database == "" {
		return nil, fmt.Errorf("the PostgreSQL URL names no database: want postgres://user:password@host:port/database")
	}
	return config, nil
}
