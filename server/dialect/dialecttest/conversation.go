package dialecttest

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/captchad/captchad/captcha"
	"github.com/captchad/captchad/server"
	"github.com/captchad/captchad/server/dialect/ajpoint"
	"github.com/google/go-cmp/cmp"
)

// Conversations runs the files that match pattern, a story each, against a fresh
// server each. State lives from a file's first line to its last.
//
//	A line like this one tells why the next exchange matters, and is printed
//	when that exchange fails.
//
//	> POST /captcha/get          the request: method and path,
//	> Content-Type: text/plain   headers,
//	>                            a bare mark,
//	> {"captchaType":"x"}        and the body
//	< 200                        the answer: status,
//	< Cache-Control: no-store    headers that must be there ("(none)": must not),
//	<                            a bare mark, if there were headers,
//	< {"repCode":"0000"}         and the body
//
// A body is compared as JSON if the expected one is JSON, and exactly if not; a
// lone "< ..." takes any body. In expected JSON the value "..." takes any value,
// if the member is there; "...name" takes any, and {name} stands for it from then
// on, in requests, answers and directions.
//
// Directions:
//
//	! site KEY DIALECT [name=value ...]   adds a Site. attempts, hosts (with commas),
//	                                      pass (its life), once, disabled, or a setting's name
//	! limit NAME N                        limits requests a minute; before the first request
//	! header NAME: VALUE                  sent with all requests from now on; no VALUE: no more
//	! wait 2m                             moves the clock
//	! pass KEY                            makes a Pass for that Site without a visitor;
//	                                      the texts in it go by their own names
//	! hmac NAME = TEXT under KEY          NAME becomes the HMAC-SHA256 of the text, in hex
//	! solve NAME = {token}                NAME becomes the right x of that slider
//	! hear NAME = {id}                    NAME becomes the right text of that puzzle
//	! add NAME = {x} -5.01                NAME becomes the sum
//	! let NAME = TEXT                     NAME becomes the text, to the end of the line
//	! json NAME = TEXT                    the same, escaped to stand within a JSON string
//	! aes NAME = {token} TEXT             the text, encrypted as AJ-Captcha's clients do
func Conversations(t *testing.T, pattern string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations in %s (%v)", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts, err := Parse(string(text))
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			talk := talk{t: t, file: file, values: map[string]string{}, header: http.Header{}, limits: map[string]int{}}
			talk.server = New(t, func(c *server.Config) { c.Limits = talk.limits })
			for _, part := range parts {
				talk.run(part)
			}
		})
	}
}

// Part is a direction or one exchange of a conversation.
type Part struct {
	Line      int    // where it begins
	Prose     string // what was told before it
	Direction string // for a direction: what follows "! "
	Request   []string
	Answer    []string
}

// Parse reads the text of a conversation.
func Parse(text string) ([]Part, error) {
	var parts []Part
	var prose []string
	lines := bufio.NewScanner(strings.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		mark, rest, _ := strings.Cut(line, " ")
		switch {
		case mark == "!" && rest == "":
			return nil, fmt.Errorf("line %d: a direction that says nothing", n)
		case mark == "!":
			parts = append(parts, Part{Line: n, Direction: rest, Prose: strings.Join(prose, "\n")})
			prose = nil
		case mark == ">":
			if len(parts) == 0 || parts[len(parts)-1].Request == nil || parts[len(parts)-1].Answer != nil {
				parts = append(parts, Part{Line: n, Prose: strings.Join(prose, "\n")})
				prose = nil
			}
			last := &parts[len(parts)-1]
			last.Request = append(last.Request, rest)
		case mark == "<":
			if len(parts) == 0 || parts[len(parts)-1].Request == nil {
				return nil, fmt.Errorf("line %d: an answer without a request", n)
			}
			last := &parts[len(parts)-1]
			last.Answer = append(last.Answer, rest)
		case line != "":
			prose = append(prose, line)
		}
	}
	for _, part := range parts {
		if part.Request != nil && part.Answer == nil {
			return nil, fmt.Errorf("line %d: a request without an answer", part.Line)
		}
	}
	return parts, lines.Err()
}

// talk is a conversation that is going on.
type talk struct {
	t      *testing.T
	file   string
	server *Server
	values map[string]string // by name
	header http.Header       // sent with every request
	limits map[string]int
}

func (k *talk) run(part Part) {
	k.t.Helper()
	if part.Direction != "" {
		if err := k.direct(k.fill(part.Direction)); err != nil {
			k.t.Fatalf("%s:%d: ! %s: %v", k.file, part.Line, part.Direction, err)
		}
		return
	}
	request := k.request(part.Request)
	response := k.server.Do(request)
	if complaint := k.compare(part.Answer, response); complaint != "" {
		k.t.Fatalf("%s:%d: %s\n> %s %s\n> %s\n%s", k.file, part.Line, part.Prose, request.Method, request.Path, request.Body, complaint)
	}
}

var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

// fill puts the values in place of their names.
func (k *talk) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		if value, ok := k.values[strings.Trim(found, "{}")]; ok {
			return value
		}
		return found
	})
}

func (k *talk) direct(direction string) error {
	verb, rest, _ := strings.Cut(direction, " ")
	switch verb {
	case "wait":
		by, err := time.ParseDuration(rest)
		k.server.Clock.Advance(by)
		return err
	case "site":
		return k.addSite(strings.Fields(rest))
	case "limit":
		var name string
		var perMinute int
		_, err := fmt.Sscanf(rest, "%s %d", &name, &perMinute)
		k.limits[name] = perMinute
		return err
	case "pass":
		return k.mint(rest)
	case "header":
		name, value, _ := strings.Cut(rest, ":")
		if value = strings.TrimSpace(value); value == "" {
			k.header.Del(name)
		} else {
			k.header.Set(name, value)
		}
		return nil
	}
	name, text, ok := strings.Cut(rest, " = ")
	if !ok {
		return fmt.Errorf("no such direction")
	}
	value, err := k.value(verb, text)
	k.values[name] = value
	return err
}

func (k *talk) value(verb, text string) (string, error) {
	switch verb {
	case "let":
		return text, nil
	case "json":
		quoted, err := json.Marshal(text)
		return string(quoted[1 : len(quoted)-1]), err
	case "solve":
		return formatNumber(k.server.SolutionX(k.t, text)), nil
	case "hear":
		return k.server.Solution(k.t, text).Text, nil
	case "hmac":
		message, key, _ := strings.Cut(text, " under ")
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(message))
		return hex.EncodeToString(mac.Sum(nil)), nil
	case "add":
		var a, b float64
		if _, err := fmt.Sscanf(text, "%g %g", &a, &b); err != nil {
			return "", err
		}
		return formatNumber(a + b), nil
	case "aes":
		token, clear, _ := strings.Cut(text, " ")
		id, ok := captcha.ParseID(token)
		if !ok {
			return "", fmt.Errorf("%q is no ID", token)
		}
		return ajpoint.Encrypt(ajpoint.Key(id), clear), nil
	}
	return "", fmt.Errorf("no such direction")
}

// mint keeps the members of a fresh Pass as values of their own names.
func (k *talk) mint(key string) error {
	site, err := k.server.Core.Site(k.t.Context(), "", key)
	if err != nil {
		return err
	}
	_, onPage := mint(k.t, k.server, site, "")
	var members map[string]string
	if err := json.Unmarshal(onPage, &members); err != nil {
		return fmt.Errorf("not a pass of texts: %w", err)
	}
	maps.Copy(k.values, members)
	return nil
}

func formatNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func (k *talk) addSite(words []string) error {
	if len(words) < 2 {
		return fmt.Errorf("want a key and a dialect")
	}
	var failed error
	site := k.server.AddSite(k.t, words[1], words[0], func(site *captcha.Site) {
		for _, word := range words[2:] {
			name, value, _ := strings.Cut(word, "=")
			switch name {
			case "attempts":
				site.Rules.Attempts, failed = strconv.Atoi(value)
			case "hosts":
				site.Hosts = strings.Split(value, ",")
			case "pass":
				site.Rules.PassLifetime, failed = time.ParseDuration(value)
			case "once":
				site.Rules.Reusable = false
			case "disabled":
				site.Disabled = true
			default:
				site.Settings[name] = value
			}
		}
	})
	if failed != nil {
		return failed
	}
	return server.CheckSite(site, k.server.Makers)
}

func (k *talk) request(lines []string) Request {
	method, path, _ := strings.Cut(k.fill(lines[0]), " ")
	request := Request{Method: method, Path: path, Header: k.header.Clone()}
	for i, line := range lines[1:] {
		if line == "" {
			request.Body = k.fill(strings.Join(lines[i+2:], "\n"))
			break
		}
		name, value, _ := strings.Cut(k.fill(line), ":")
		request.Header.Set(name, strings.TrimSpace(value))
	}
	return request
}

var headerLine = regexp.MustCompile(`^([A-Za-z-]+): (.*)$`)

// compare says how the answer differs from the expected one.
func (k *talk) compare(want []string, got *http.Response) string {
	body := Body(k.t, got)
	shown := fmt.Sprintf("< %d\n< %s", got.StatusCode, strings.TrimSuffix(body, "\n"))
	if strconv.Itoa(got.StatusCode) != want[0] {
		return "want status " + want[0] + ", got\n" + shown
	}
	rest := want[1:]
	for len(rest) > 0 {
		header := headerLine.FindStringSubmatch(rest[0])
		if header == nil {
			break
		}
		value := strings.Join(got.Header.Values(header[1]), ", ")
		if wanted := k.fill(header[2]); value != wanted && !(wanted == "(none)" && value == "") {
			return fmt.Sprintf("want header %s: %s, got %q", header[1], wanted, value)
		}
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[0] == "" {
		rest = rest[1:]
	}
	if difference := k.compareBody(k.fill(strings.Join(rest, "\n")), body); difference != "" {
		return difference + "\ngot\n" + shown
	}
	return ""
}

func (k *talk) compareBody(want, got string) string {
	if want == "..." {
		return ""
	}
	var wantValue, gotValue any
	if json.Unmarshal([]byte(want), &wantValue) != nil {
		return cmp.Diff(want, strings.TrimSuffix(got, "\n"))
	}
	if err := json.Unmarshal([]byte(got), &gotValue); err != nil {
		return "the body is not JSON: " + err.Error()
	}
	return cmp.Diff(k.accept(wantValue, gotValue), gotValue)
}

// accept puts what was got in the place of "..." in what is wanted, and keeps
// what "...name" names.
func (k *talk) accept(want, got any) any {
	switch want := want.(type) {
	case string:
		name, any := strings.CutPrefix(want, "...")
		if !any {
			return want
		}
		if name != "" {
			k.values[name] = fmt.Sprint(got)
		}
		return got
	case map[string]any:
		gotMap, _ := got.(map[string]any)
		accepted := map[string]any{}
		for name, value := range want {
			accepted[name] = value
			if member, there := gotMap[name]; there {
				accepted[name] = k.accept(value, member)
			}
		}
		return accepted
	case []any:
		gotList, _ := got.([]any)
		accepted := append([]any(nil), want...)
		for i := range min(len(want), len(gotList)) {
			accepted[i] = k.accept(want[i], gotList[i])
		}
		return accepted
	}
	return want
}
