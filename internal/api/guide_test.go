package api_test

import (
	"os"
	"strings"
	"testing"
)

// The requests that docs/API.md shows are answered as it says: those of a method, a path and a body, in their order.
func TestGuide(t *testing.T) {
	raw, err := os.ReadFile("../../docs/API.md")
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(t, sqliteBook(t))
	b.want(201, "POST", "/accounts", `{"name":"Maria Keller","emails":["maria@example.com"]}`)
	lines, asked := strings.Split(string(raw), "\n"), 0
	for i, line := range lines {
		method, path, ok := strings.Cut(strings.TrimPrefix(line, "    "), " /")
		if !ok || !strings.HasPrefix(line, "    ") || strings.ToUpper(method) != method {
			continue
		}
		body := ""
		for _, more := range lines[i+1:] {
			if !strings.HasPrefix(more, "    ") {
				break
			}
			body += strings.TrimSpace(more)
		}
		asked++
		if status, text := b.ask(method, "/"+path, body); status != 200 && status != 201 {
			t.Errorf("docs/API.md shows %s /%s %s, which is answered with %d: %s", method, path, body, status, text)
		}
	}
	if asked < 2 {
		t.Errorf("docs/API.md shows %d requests", asked)
	}
	for word := range strings.FieldsSeq(strings.NewReplacer("`", " ", ";", " ", ",", " ").Replace(string(raw))) {
		path, isPath := strings.CutPrefix(word, "/")
		path, _, _ = strings.Cut(strings.Trim(path, ".:)"), "?")
		if !isPath || path == "" || path == "start" || path == "undo" || strings.HasPrefix(path, "api/") {
			continue
		}
		if b.doc.Paths["/api/v1/"+path] == nil {
			t.Errorf("docs/API.md names /%s, which there is not", path)
		}
	}
}
