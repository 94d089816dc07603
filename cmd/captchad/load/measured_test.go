package load_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/captchad/captchad/cmd/captchad/load"
)

func TestLatency(t *testing.T) {
	thousand := make([]uint32, 1000)
	for i := range thousand {
		thousand[i] = uint32(1000 - i) // in no order
	}
	for name, c := range map[string]struct {
		latencies []uint32
		share     float64
		want      int
	}{
		"of none":                        {nil, 0.5, 0},
		"of one":                         {[]uint32{7}, 0.999, 7},
		"the middle of three":            {[]uint32{3, 1, 2}, 0.5, 2},
		"the lower middle of four":       {[]uint32{4, 1, 2, 3}, 0.5, 2},
		"the fastest":                    {[]uint32{4, 1, 2, 3}, 0, 1},
		"the slowest":                    {[]uint32{4, 1, 2, 3}, 1, 4},
		"half of a thousand":             {thousand, 0.5, 500},
		"99 % of a thousand":             {thousand, 0.99, 990},
		"99.9 % of a thousand":           {thousand, 0.999, 999},
		"99.9 % of few is their slowest": {[]uint32{1, 2, 9}, 0.999, 9},
	} {
		t.Run(name, func(t *testing.T) {
			want := time.Duration(c.want) * time.Microsecond
			if got := load.MeasuredOf(c.latencies...).Latency(c.share); got != want {
				t.Errorf("%v, want %v", got, want)
			}
		})
	}
}

func TestNothingMeasuredIsNothing(t *testing.T) {
	none := load.MeasuredOf()
	rate, p99 := none.Compare(none)
	if cpu, ok := none.CPUPerOperation(); ok || cpu != 0 || rate != 0 || p99 != 0 || none.PerSecond() != 0 || none.Bytes() != 0 {
		t.Errorf("cpu %v, compared %v and %v, %v a second", cpu, rate, p99, none.PerSecond())
	}
}

func TestMember(t *testing.T) {
	const body = `{"data":"iVBOR\/w0KGgo","token":"ab","none":null,"pass":{"pass":"x.y"},"captcha_token":"id---{\"x\":7,\"y\":5.0}","end":"\\"}`
	for name, want := range map[string]string{
		"token":         "ab",
		"pass":          "x.y",
		"data":          `iVBOR\/w0KGgo`,
		"captcha_token": `id---{\"x\":7,\"y\":5.0}`,
		"end":           `\\`,
		"none":          "",
		"nobody":        "",
	} {
		if got := load.Member(body, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := load.Member(`{"cut":"off`, "cut"); got != "" {
		t.Errorf("a text without an end: %q", got)
	}
}

func TestWhatAProcessUses(t *testing.T) {
	const nobody = 1 << 30
	if _, ok := load.CPU(nobody); ok {
		t.Error("tells the CPU of no process")
	}
	if _, ok := load.PeakMemory(nobody); ok {
		t.Error("tells the memory of no process")
	}
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	if _, ok := load.CPU(os.Getpid()); !ok {
		t.Error("the CPU of this process cannot be told")
	}
	if peak, ok := load.PeakMemory(os.Getpid()); !ok || peak < 1<<20 {
		t.Errorf("the memory of this process: %d", peak)
	}
}
