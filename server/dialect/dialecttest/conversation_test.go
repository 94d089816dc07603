package dialecttest_test

import (
	"testing"

	"github.com/captchad/captchad/server/dialect/dialecttest"
	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	parts, err := dialecttest.Parse(`A story.

! wait 2m
Why this
matters.

> POST /a
> Name: value
>
> {"x": 1}
< 200
< {"y": 2}
> GET /b
< 404
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []dialecttest.Part{
		{Line: 3, Prose: "A story.", Direction: "wait 2m"},
		{Line: 7, Prose: "Why this\nmatters.", Request: []string{"POST /a", "Name: value", "", `{"x": 1}`}, Answer: []string{"200", `{"y": 2}`}},
		{Line: 13, Request: []string{"GET /b"}, Answer: []string{"404"}},
	}
	if diff := cmp.Diff(want, parts); diff != "" {
		t.Error(diff)
	}
}

func TestParseSaysWhereAConversationIsBroken(t *testing.T) {
	for name, text := range map[string]string{
		"an answer without a request":  "prose\n< 200\n",
		"a request without an answer":  "> GET /\n",
		"a direction that is empty":    "!\n",
		"an unanswered one in between": "> GET /\n! wait 2m\n> GET /\n< 200\n",
	} {
		if _, err := dialecttest.Parse(text); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("> GET /\n< 200\n! wait 2m\n")
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := dialecttest.Parse(text)
		for _, part := range parts {
			if err == nil && part.Direction == "" && (len(part.Request) == 0 || len(part.Answer) == 0) {
				t.Errorf("%q: half an exchange: %+v", text, part)
			}
		}
	})
}
