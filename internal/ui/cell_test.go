package ui

import (
	"context"
	"strings"
	"testing"
)

// An address may be parted after an @ or a point within it; other text is as it was, and nothing of it is markup.
func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"ada.brook@client.example":     "ada.<wbr>brook@<wbr>client.<wbr>example",
		"ada@client.example (home), x": "ada@<wbr>client.<wbr>example (home), x",
		"12 Ashstone Row. Tarnside":    "12 Ashstone Row. Tarnside",
		"a@b.example\nc@d.example":     "a@<wbr>b.<wbr>example\nc@<wbr>d.<wbr>example",
		"<b>@x. ":                      "&lt;b&gt;@<wbr>x.<wbr> ",
	} {
		var out strings.Builder
		if err := Address(text).Render(context.Background(), &out); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("%q is written as %q, want %q", text, out.String(), want)
		}
	}
}
