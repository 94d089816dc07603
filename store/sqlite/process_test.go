package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/captchad/captchad/store/sqlite"
)

// writeInHome is the environment variable that makes this test binary the other
// process, and names the home of the database.
const writeInHome = "CAPTCHAD_TEST_WRITE_IN_HOME"

func TestMain(m *testing.M) {
	if home := os.Getenv(writeInHome); home != "" {
		fmt.Fprintln(os.Stderr, writeUntilKilled(home))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeUntilKilled makes one change after the other, and prints the number of
// each once it is confirmed.
func writeUntilKilled(home string) error {
	ctx := context.Background()
	store, err := sqlite.Open(ctx, filepath.Join(home, "captchad.db"))
	for n := 0; err == nil; n++ {
		if err = store.Update(ctx, challenge(n), countAttempt); err == nil {
			fmt.Println(n)
		}
	}
	return err
}

func TestKilledProcess(t *testing.T) {
	t.Run("leaves all that it confirmed, and does not disturb another one", func(t *testing.T) {
		home := t.TempDir()
		store := open(t, home)
		command := exec.CommandContext(t.Context(), os.Args[0])
		command.Env = append(os.Environ(), writeInHome+"="+home)
		command.Stderr = os.Stderr
		printed, err := command.StdoutPipe()
		must(t, err)
		must(t, command.Start())

		last, lines := -1, bufio.NewScanner(printed)
		for lines.Scan() {
			if last, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatal(err)
			}
			if last < 50 {
				must(t, store.Update(t.Context(), challenge(60000), countAttempt))
			}
			if last == 100 {
				must(t, command.Process.Kill())
			}
		}
		_ = command.Wait() // killed

		if last < 100 {
			t.Fatalf("the other process ended by itself after %d changes", last+1)
		}
		for n := range last + 1 {
			if got := attempts(t, store, n); got != 1 {
				t.Errorf("challenge %d has %d attempts, want 1", n, got)
			}
		}
		if got := attempts(t, store, 60000); got != 50 {
			t.Errorf("of our own 50 changes %d are kept", got)
		}
	})
}
