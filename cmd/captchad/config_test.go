package main

import (
	"strings"
	"testing"
)

func TestConfig(t *testing.T) {
	file := write(t, "captchad.yaml", `
listen: 127.0.0.1:9000
trusted-proxies: [10.0.0.0/8, 192.168.0.0/16]
limit:
  oneaccess.issue: 7
word:
  oneaccess.CAPTCHA.0002: "Wrong; try again, please."
log-level: warn
`)
	t.Run("the file gives what nobody else says", func(t *testing.T) {
		out := must(t, "config", "--config-file", file)
		for _, want := range []string{
			"listen: 127.0.0.1:9000\n", "- 10.0.0.0/8\n", "- 192.168.0.0/16\n", "oneaccess.issue: 7\n",
			"oneaccess.CAPTCHA.0002: Wrong; try again, please.\n", "log-level: warn\n", "db: captchad.db\n",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q in:\n%s", want, out)
			}
		}
	})
	t.Run("the file may have what only serve or mock wants", func(t *testing.T) {
		both := write(t, "both.yaml", "first-site: geetest\naudit-retention: 1h\nseed: 1\n")
		db := database(t)
		start(t, "serve", db, "--config-file="+both).stop()
		if sites := must(t, "site", "list", db, "--config-file="+both); !strings.Contains(sites, "geetest") {
			t.Errorf("the first site is not what the file says:\n%s", sites)
		}
		start(t, "mock", "--config-file="+both)
	})
	t.Run("the environment comes before the file, the command line before both", func(t *testing.T) {
		t.Setenv("CAPTCHAD_LISTEN", "127.0.0.1:9001")
		t.Setenv("CAPTCHAD_LOG_LEVEL", "error")
		t.Setenv("CAPTCHAD_CONFIG_FILE", file)
		out := must(t, "config", "--log-level=debug")
		if !strings.Contains(out, "listen: 127.0.0.1:9001\n") || !strings.Contains(out, "log-level: debug\n") || !strings.Contains(out, "oneaccess.issue: 7\n") {
			t.Errorf("got:\n%s", out)
		}
	})
	t.Run("what it prints is a file that it reads", func(t *testing.T) {
		out := must(t, "config", "--config-file", file)
		again := must(t, "config", "--config-file", write(t, "again.yaml", out))
		if out != again {
			t.Errorf("printed:\n%s\nread again:\n%s", out, again)
		}
	})
	t.Run("secrets are masked", func(t *testing.T) {
		out := must(t, "config", "--db=postgres://me:TOPSECRET@db/captchad")
		if strings.Contains(out, "TOPSECRET") || !strings.Contains(out, "postgres://me:********@db/captchad") {
			t.Errorf("got:\n%s", out)
		}
	})
	for address, want := range map[string]string{
		"postgres://me:TOP!SECRET@db/captchad":         "postgres://me:********@db/captchad",
		"postgres://me@db/captchad?password=TOPSECRET": "postgres://me@db/captchad?password=********",
		"postgres://me:TOP%zzSECRET@db/captchad":       "postgres://********",
		"postgres://me:TOP/SECRET@db/captchad":         "postgres://********",
		"redis://:TOPSECRET@db/0":                      "redis://:********@db/0",
	} {
		t.Run("secrets are masked: "+want, func(t *testing.T) {
			out := must(t, "config", "--db="+address, "--ledger="+address)
			if strings.Contains(out, "SECRET") || strings.Count(out, want+"\n") != 2 {
				t.Errorf("got:\n%s", out)
			}
		})
	}
	for name, text := range map[string]string{
		"an unknown key":  "lisen: x\n",
		"no mapping":      "- a\n- b\n",
		"broken YAML":     "listen: [\n",
		"a wrong choice":  "log-level: loud\n",
		"no whole number": "limit: {oneaccess.issue: many}\n",
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			_, stderr, code := command(t, "config", "--config-file", write(t, "bad.yaml", text))
			if code != exitUsage || stderr == "" {
				t.Errorf("exit %d: %s", code, stderr)
			}
		})
	}
	t.Run("a file that is not there is refused", func(t *testing.T) {
		if _, _, code := command(t, "config", "--config-file=/no/such/file"); code != exitUsage {
			t.Errorf("exit %d", code)
		}
	})
	t.Run("an unknown limit is refused", func(t *testing.T) {
		if _, stderr, code := command(t, "serve", database(t), "--limit=x.y=1"); code != exitUsage || !strings.Contains(stderr, "x.y") {
			t.Errorf("exit %d: %s", code, stderr)
		}
	})
}

func TestHelpAndVersion(t *testing.T) {
	if out := must(t, "--help"); !strings.Contains(out, "serve") || !strings.Contains(out, "$CAPTCHAD_LISTEN") {
		t.Errorf("help:\n%s", out)
	}
	if out := must(t, "version"); !strings.HasPrefix(out, "captchad ") {
		t.Errorf("version: %s", out)
	}
	if _, stderr, code := command(t, "no-such-command"); code != exitUsage || stderr == "" {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
