//go:build unix

package servers

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// owner is whom a server runs as, and whom its folder belongs to; nil: as we do.
// PostgreSQL refuses to run as root.
type owner struct{ uid, gid int }

func newOwner() (*owner, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		return &owner{uid, gid}, errors.Join(uidErr, gidErr)
	}
	return nil, errors.New("there is no user postgres or nobody to run the server as")
}

// take has the command run as the owner.
func (o *owner) take(command *exec.Cmd) {
	if o != nil {
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}}
	}
}

// folder makes one for the owner. It lies where others may pass through.
func (o *owner) folder() (string, error) {
	path, err := os.MkdirTemp("", "captchad-server-")
	if err == nil && o != nil {
		err = os.Chown(path, o.uid, o.gid)
	}
	return path, err
}
