package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// call is a request of an app's backend to captchad. Its body is JSON or a form.
type call struct {
	path   string
	query  url.Values
	header map[string]string
	basic  *credentials // for HTTP Basic
	json   any
	form   url.Values
}

// answer is what captchad said.
type answer struct {
	status int
	body   []byte
}

// maxAnswer is how many bytes of an answer are read.
const maxAnswer = 64 << 10

// send makes the call at the captchad of that URL.
func (c call) send(ctx context.Context, client *http.Client, base string) (answer, error) {
	mediaType, body, err := c.body()
	if err != nil {
		return answer{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+c.target(), bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", errCall, err)
	}
	request.Header.Set("Content-Type", mediaType)
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	if c.basic != nil {
		request.SetBasicAuth(c.basic.key, c.basic.secret)
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", errCall, err)
	}
	defer response.Body.Close()
	said, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answer{}, fmt.Errorf("%w: read its answer: %w", errCall, err)
	}
	return answer{response.StatusCode, said}, nil
}

func (c call) target() string {
	if len(c.query) == 0 {
		return c.path
	}
	return c.path + "?" + c.query.Encode()
}

func (c call) body() (mediaType string, body []byte, err error) {
	if c.form != nil {
		return "application/x-www-form-urlencoded", []byte(c.form.Encode()), nil
	}
	body, err = indented(c.json)
	return "application/json", body, err
}

// text is the call as a person reads it: a form's values stand one to a line, as
// they are before they are encoded.
func (c call) text(base string) (string, error) {
	mediaType, body, err := c.body()
	if err != nil {
		return "", err
	}
	out := &strings.Builder{}
	fmt.Fprintf(out, "POST %s%s\n", base, c.target())
	if c.basic != nil {
		fmt.Fprintf(out, "Authorization: Basic base64(%s:%s)\n", c.basic.key, c.basic.secret)
	}
	for _, name := range slices.Sorted(maps.Keys(c.header)) {
		fmt.Fprintf(out, "%s: %s\n", name, c.header[name])
	}
	fmt.Fprintf(out, "Content-Type: %s\n\n", mediaType)
	if c.form == nil {
		out.Write(body)
		return out.String(), nil
	}
	for i, name := range slices.Sorted(maps.Keys(c.form)) {
		if i > 0 {
			out.WriteString("\n&")
		}
		fmt.Fprintf(out, "%s=%s", name, c.form.Get(name))
	}
	return out.String(), nil
}

// text is the answer as captchad wrote it, with JSON on as many lines as it has
// members.
func (a answer) text() string {
	if len(a.body) == 0 {
		return "(no body)"
	}
	var out bytes.Buffer
	if json.Indent(&out, a.body, "", "  ") != nil {
		return string(a.body)
	}
	return strings.TrimSpace(out.String())
}

// read finds members of an answer that is a JSON object.
func (a answer) read(into any) bool { return json.Unmarshal(a.body, into) == nil }

// indented is JSON as people write it: with the characters that encoding/json
// would escape for the sake of HTML.
func indented(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}
