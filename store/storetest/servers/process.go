//go:build unix

package servers

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// process is a server that ends with us, even if we are killed: a shell beside it waits
// for the end of a pipe, whose other end is ours alone.
type process struct {
	orders io.WriteCloser
	pid    int
	ended  chan struct{} // closed when the server has
}

// guard starts the server that its further arguments say, logging to the first, and
// tells its pid. A line that it reads is a signal for the server. At the end of its
// input that is the second argument, and the folder of the third, if it names one, is
// removed after the server.
const guard = `log=$1 signal=$2 folder=$3
shift 3
exec 3<&0
"$@" </dev/null >>"$log" 2>&1 3<&- &
server=$!
echo $server
{
	read -r asked <&3 || { asked=$signal; [ -z "$folder" ] || touch "$folder/over"; }
	kill -s "$asked" $server
} >/dev/null 2>&1 &
reader=$!
wait $server
kill $reader 2>/dev/null
[ -z "$folder" ] || [ ! -e "$folder/over" ] || rm -rf "$folder"`

// startProcess starts a server as somebody. See guard for the rest.
func startProcess(as *owner, log, signal, folder string, command ...string) (*process, error) {
	shell := exec.Command("sh", append([]string{"-c", guard, "sh", log, signal, folder}, command...)...)
	as.take(shell)
	shell.Dir = "/"
	orders, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := shell.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	p := &process{orders: orders, ended: make(chan struct{})}
	go func() {
		_ = shell.Wait() // with whatever status
		close(p.ended)
	}()
	if err == nil {
		p.pid, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		p.end()
		return nil, fmt.Errorf("start %s: %w", command[0], err)
	}
	return p, nil
}

// end stops the server for good.
func (p *process) end() {
	_ = p.orders.Close() // it may have ended by itself
	<-p.ended
}

// stop sends the server a signal that ends it, such as "KILL", and waits for that.
func (p *process) stop(signal string) error {
	_, err := fmt.Fprintln(p.orders, signal)
	if err == nil {
		<-p.ended
	}
	return err
}

// send sends the server a signal that does not end it.
func (p *process) send(signal syscall.Signal) error {
	select {
	case <-p.ended:
		return errEnded
	default:
		return syscall.Kill(p.pid, signal)
	}
}

var errEnded = errors.New("it ended by itself")

// answers waits until ask is answered by the server, or the server has ended.
func (p *process) answers(ask func() error) error {
	return until(func() (done bool, err error) {
		select {
		case <-p.ended:
			return true, errEnded
		default:
			err = ask()
			return err == nil, err
		}
	})
}
