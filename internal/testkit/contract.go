package testkit

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Contract is what the API's document promises, against which answers are held.
type Contract struct {
	doc    *openapi3.T
	router routers.Router
	mu     sync.Mutex
	done   map[string]bool // the operations that went well, by id
}

// NewContract reads a document, as it is marshalled to JSON, of a server at the address base.
func NewContract(t testing.TB, document any, base string) *Contract {
	t.Helper()
	raw, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	c := &Contract{done: map[string]bool{}}
	if c.doc, err = openapi3.NewLoader().LoadFromData(raw); err != nil {
		t.Fatal(err)
	}
	c.doc.Servers = openapi3.Servers{{URL: base}}
	if c.router, err = gorillamux.NewRouter(c.doc); err != nil {
		t.Fatal(err)
	}
	return c
}

// explained are the paths that tell of the document, and stand in none.
var explained = []string{"/api/v1/docs", "/api/v1/openapi"}

// Check says in what an answer is none that the document promises: its status, its type or its body. Where the document has no
// such path or method, the answer is a Problem that says so.
func (c *Contract) Check(req *http.Request, status int, header http.Header, body []byte) error {
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		for _, path := range explained {
			if strings.HasPrefix(req.URL.Path, path) && status == http.StatusOK {
				return nil
			}
		}
		return errors.Join(unlike(err, status), c.problem(status, header, body))
	}
	if status < 300 {
		c.Did(route.Operation.OperationID)
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
		Status:                 status, Header: header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	in.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(context.Background(), in); err != nil || status < 400 {
		return err
	}
	return c.problem(status, header, body)
}

// Keyed says whether the operation that a request asks for takes a key, by which it is done once.
func (c *Contract) Keyed(req *http.Request) bool {
	route, _, err := c.router.FindRoute(req)
	return err == nil && route.Operation.Parameters.GetByInAndName("header", "Idempotency-Key") != nil
}

// Takes says in what a body is none that the document lets a request have; what is sent in lines is given as their list.
func (c *Contract) Takes(req *http.Request, media string, body []byte) error {
	route, _, err := c.router.FindRoute(req)
	if err != nil {
		return err
	}
	content := route.Operation.RequestBody.Value.Content[media]
	if content == nil {
		return fmt.Errorf("%s takes no %s", route.Operation.OperationID, media)
	}
	var sent any
	if err := json.Unmarshal(body, &sent); err != nil {
		return err
	}
	return content.Schema.Value.VisitJSON(sent, openapi3.EnableJSONSchema2020())
}

// unlike says that what has no route was answered as if it had one.
func unlike(err error, status int) error {
	want := http.StatusNotFound
	if errors.Is(err, routers.ErrMethodNotAllowed) {
		want = http.StatusMethodNotAllowed
	}
	if status == want {
		return nil
	}
	return fmt.Errorf("%w: %d, want %d", err, status, want)
}

// problem holds a refusal against the shape of all of them.
func (c *Contract) problem(status int, header http.Header, body []byte) error {
	if got := header.Get("Content-Type"); got != "application/problem+json" {
		return fmt.Errorf("%d is told as %q, not as a problem", status, got)
	}
	var told any
	if err := json.Unmarshal(body, &told); err != nil {
		return err
	}
	if err := c.doc.Components.Schemas["Problem"].Value.VisitJSON(told, openapi3.EnableJSONSchema2020()); err != nil {
		return err
	}
	if said, _ := told.(map[string]any)["status"].(float64); int(said) != status {
		return fmt.Errorf("%d is told as the problem %v", status, said)
	}
	return nil
}

// Did keeps that an operation went well, by its id; who listens for answers does so from elsewhere.
func (c *Contract) Did(operation string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done[operation] = true
}

// Done says whether an operation went well.
func (c *Contract) Done(operation string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.done[operation]
}

// readsStreams makes the checker read what is streamed.
func readsStreams() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", jsonLines)
	openapi3filter.RegisterBodyDecoder("text/event-stream", messages)
}

// jsonLines reads lines of JSON as the list that the document says they are.
func jsonLines(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	all := []any{}
	for dec := json.NewDecoder(body); ; {
		var line any
		switch err := dec.Decode(&line); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, line)
	}
}

// messages reads the lines of server-sent events likewise, leaving comments out.
func messages(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	all, now := []any{}, map[string]any{}
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "data":
			var data any
			if err := json.Unmarshal([]byte(value), &data); err != nil {
				return nil, err
			}
			now[name] = data
		case name != "":
			now[name] = value
		case len(now) > 0:
			all, now = append(all, any(now)), map[string]any{}
		}
	}
	return all, lines.Err()
}
