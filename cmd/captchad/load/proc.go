package load

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"
)

// tick is the unit of the times in /proc: Linux shows 100 a second to programs,
// whatever it counts inside.
const tick = 10 * time.Millisecond

// CPU is what a process has used so far, in its own code and for it in the
// kernel's. It tells false where that cannot be read.
func CPU(pid int) (time.Duration, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, false
	}
	// The second field, in brackets, is a name that may hold anything; utime and
	// stime are the 14th and the 15th.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, false
	}
	user, errUser := strconv.ParseInt(string(fields[11]), 10, 64)
	system, errSystem := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * tick, errUser == nil && errSystem == nil
}

// PeakMemory is the most memory that a process has had so far, in bytes. It tells
// false where that cannot be read.
func PeakMemory(pid int) (int64, bool) { return memory(pid, "VmHWM:") }

// Memory is the memory that a process has now, in bytes. It tells false where that
// cannot be read.
func Memory(pid int) (int64, bool) { return memory(pid, "VmRSS:") }

func memory(pid int, name string) (int64, bool) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, false
	}
	_, after, found := bytes.Cut(status, []byte(name))
	fields := bytes.Fields(after)
	if !found || len(fields) == 0 {
		return 0, false
	}
	kilobytes, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return kilobytes << 10, err == nil
}
