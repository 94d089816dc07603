package migrations_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/captchad/captchad/migrations"
)

func TestSteps(t *testing.T) {
	t.Run("are numbered without a gap, so that nobody adds one in between", func(t *testing.T) {
		names, err := fs.Glob(migrations.SQLite(), "*")
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
