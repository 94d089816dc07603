package main

import (
	"os/exec"
	"testing"

	"github.com/captchad/captchad/store/storetest/servers"
)

// BenchmarkStores has captchad bench measure the stores, one after the other, each in
// turns with a bare server. Its tables are what it tells; the time of a round means
// nothing.
func BenchmarkStores(b *testing.B) {
	binary := build(b)
	for _, store := range []struct {
		name string
		args func(b *testing.B) []string
	}{
		{"SQLite", func(*testing.B) []string { return nil }},
		{"PostgreSQL", func(b *testing.B) []string { return []string{"--db=" + servers.Postgres(b)} }},
		{"PostgreSQL and Redis", func(b *testing.B) []string {
			return []string{"--db=" + servers.Postgres(b), "--ledger=" + servers.Redis(b)}
		}},
	} {
		b.Run(store.name, func(b *testing.B) {
			for b.Loop() {
				args := []string{"bench", "--baseline", "--duration=1s", "--dialect=geetest", "--step=issue,answer,redeem"}
				table, err := exec.Command(binary, append(args, store.args(b)...)...).Output()
				if err != nil {
					b.Fatalf("%v\n%s", err, table)
				}
				b.Logf("%s", table)
			}
		})
	}
}
