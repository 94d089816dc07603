package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// TestAKilledServerLosesNothing kills a server (SIGKILL, as a crash would) in
// the middle of many redemptions, starts another on the same file, and asks for
// every Pass again. What had been answered is refused; what had not is good once
// at the most.
func TestAKilledServerLosesNothing(t *testing.T) {
	binary := build(t)
	db := filepath.Join(t.TempDir(), "captchad.db")
	for round := range 3 {
		t.Run(fmt.Sprintf("round %d", round+1), func(t *testing.T) { killed(t, binary, db) })
	}
}

func build(t testing.TB) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "captchad")
	command := exec.Command("go", "build", "-o", binary, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// crashing is a captchad in a process of its own.
type crashing struct {
	command *exec.Cmd
	url     string
	stderr  *output
}

func launch(t *testing.T, binary string, args ...string) crashing {
	t.Helper()
	command := exec.Command(binary, append(args, "--listen=127.0.0.1:0", "--log-level=error")...)
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr := newOutput()
	command.Stderr = stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	address := regexp.MustCompile(`^Listening on (http://\S+)$`)
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if match := address.FindStringSubmatch(lines.Text()); match != nil {
			go io.Copy(io.Discard, stdout)
			return crashing{command, match[1], stderr}
		}
	}
	command.Wait()
	t.Fatalf("the server did not start: %s", stderr)
	return crashing{}
}

// crashPass is a Pass, and what became of it before the crash.
type crashPass struct {
	text   json.RawMessage
	asked  bool // its redemption was sent
	status int  // and answered with this; 0: never answered
}

func killed(t *testing.T, binary, db string) {
	const workers, passes, killAfter = 16, 60, 400
	server := launch(t, binary, "mock", "--db="+db)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	all := make([][]*crashPass, workers)
	var mu sync.Mutex
	answered := 0
	var working sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			for range passes {
				pass, err := server.mint(client)
				if err != nil {
					return // killed
				}
				all[w] = append(all[w], pass)
			}
			for _, pass := range all[w] {
				pass.asked = true
				status, err := server.redeem(client, pass)
				if err != nil {
					return
				}
				pass.status = status
				mu.Lock()
				if answered++; answered == killAfter {
					server.command.Process.Kill()
				}
				mu.Unlock()
			}
		})
	}
	working.Wait()
	server.command.Wait()

	again := launch(t, binary, "mock", "--db="+db)
	var redeemed, doubtful, untouched, twice int
	for _, passes := range all {
		for _, pass := range passes {
			first, err := again.redeem(client, pass)
			if err != nil {
				t.Fatal(err)
			}
			second, err := again.redeem(client, pass)
			if err != nil {
				t.Fatal(err)
			}
			if second != http.StatusConflict {
				twice++
			}
			switch {
			case pass.status == http.StatusOK:
				redeemed++
				if first != http.StatusConflict {
					t.Errorf("a redemption that had been answered is good again: status %d", first)
				}
			case pass.asked:
				doubtful++
				if first != http.StatusConflict && first != http.StatusOK {
					t.Errorf("a redemption that was cut off: status %d", first)
				}
			default:
				untouched++
				if first != http.StatusOK {
					t.Errorf("a pass that nobody had asked for is lost: status %d", first)
				}
			}
		}
	}
	t.Logf("before the crash: %d redeemed and answered, %d cut off, %d not asked for; after it: %d redeemed twice", redeemed, doubtful, untouched, twice)
	if twice != 0 || redeemed < killAfter {
		t.Errorf("%d were redeemed twice, of %d", twice, redeemed)
	}
}

func (c crashing) mint(client *http.Client) (*crashPass, error) {
	status, body, err := postTo(client, c.url+"/control/v1/passes", `{"dialect":"oneaccess","site":"DRrYIqauawN0I8myTMoDTPys6ezGZxnm","subject":"12345678901"}`)
	if err != nil {
		return nil, err
	}
	var minted struct{ Pass json.RawMessage }
	if err := json.Unmarshal(body, &minted); err != nil || status != http.StatusCreated {
		return nil, errors.Join(err, fmt.Errorf("status %d", status))
	}
	return &crashPass{text: minted.Pass}, nil
}

func (c crashing) redeem(client *http.Client, pass *crashPass) (int, error) {
	status, _, err := postTo(client, c.url+"/native/v1/redeem", fmt.Sprintf(
		`{"site":"DRrYIqauawN0I8myTMoDTPys6ezGZxnm","secret":"oneaccess-demo-secret","subject":"12345678901","pass":%s}`, pass.text))
	return status, err
}

func postTo(client *http.Client, url, body string) (int, []byte, error) {
	response, err := client.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}
