package migrations_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/captchad/captchad/migrations"
)

func TestSteps(t *testing.T) {
	for engine, steps := range map[string]fs.FS{"SQLite": migrations.SQLite(), "PostgreSQL": migrations.Postgres()} {
		t.Run("for "+engine+" are numbered without a gap, so that nobody adds one in between", func(t *testing.T) {
			names, err := fs.Glob(steps, "*")
			if err != nil || len(names) == 0 {
				t.Fatalf("found %v, %v", names, err)
			}
			for i, name := range names {
				if prefix := fmt.Sprintf("%05d_", i+1); !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, ".sql") {
					t.Errorf("step %d is called %q, want %s*.sql", i+1, name, prefix)
				}
			}
		})
	}
}
