package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/ui"
)

// docPart is a part of the page that explains the API.
type docPart struct {
	Name       string
	Operations []docOperation
}

type docOperation struct {
	ID, Method, Path, Summary, Description string
	Fields                                 []docField
	Answers                                []docAnswer
	Try                                    string // a command line
}

type docField struct {
	Name, In, Kind, Doc string
	Wanted              bool
}

type docAnswer struct{ Status, What string }

// docs adds the page. It is made from the document once, so it says what is so, and loads nothing from elsewhere.
func (d *desk) docs() {
	if d.Assets == nil {
		return
	}
	parts := explain(d.api.OpenAPI())
	d.open["GET "+root+"/docs"] = true
	d.mux.HandleFunc("GET "+root+"/docs", func(w http.ResponseWriter, r *http.Request) {
		lang := d.Words.Pick("", r.Header.Get("Accept-Language"))
		p := &ui.Page{
			Title: lang.Say("api.title"), Firm: "Passbook", Lang: lang, Version: d.Version, Assets: d.Assets,
			Clock: ui.Clock{Now: d.Teller.Now().Time(), Lang: lang},
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := docsPage(p, parts).Render(r.Context(), w); err != nil {
			d.Log.Info("a page could not be sent", "error", err)
		}
	})
}

// explain puts the operations of a document into their parts, each in the order of paths.
func explain(doc *huma.OpenAPI) []docPart {
	var parts []docPart
	for _, name := range []string{tagDay, tagAccounts, tagPeople, tagEntries, tagOwed, tagFiles, tagFirm} {
		part := docPart{Name: name}
		for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
			item := doc.Paths[path]
			for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
				if op != nil && slices.Contains(op.Tags, name) {
					part.Operations = append(part.Operations, explained(doc.Components.Schemas, op))
				}
			}
		}
		parts = append(parts, part)
	}
	return parts
}

func explained(r huma.Registry, op *huma.Operation) docOperation {
	o := docOperation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description}
	for _, p := range op.Parameters {
		o.Fields = append(o.Fields, docField{p.Name, p.In, kindOf(r, p.Schema), p.Description, p.Required})
	}
	var sample []byte
	var media string
	if op.RequestBody != nil {
		media = slices.Sorted(maps.Keys(op.RequestBody.Content))[0]
		s := resolved(r, op.RequestBody.Content[media].Schema)
		if s.Items != nil { // lines, each of which has these fields
			s = resolved(r, s.Items)
		}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			f := s.Properties[name]
			o.Fields = append(o.Fields, docField{name, "body", kindOf(r, f), f.Description, slices.Contains(s.Required, name)})
		}
		sample = sampleOf(r, op, s)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		o.Answers = append(o.Answers, docAnswer{status, op.Responses[status].Description})
	}
	o.Try = tryOf(op, media, sample)
	return o
}

// resolved follows a reference.
func resolved(r huma.Registry, s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return r.SchemaFromRef(s.Ref)
	}
	return s
}

// kindOf says in words what a value is.
func kindOf(r huma.Registry, s *huma.Schema) string {
	if s = resolved(r, s); s == nil {
		return ""
	}
	if len(s.Enum) > 0 {
		words := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			raw, _ := json.Marshal(v) // a plain value
			words[i] = strings.Trim(string(raw), `"`)
		}
		return strings.Join(words, ", ")
	}
	kind := s.Type
	if s.Format != "" {
		kind = s.Format
	}
	if s.Items != nil {
		return "list of " + kindOf(r, s.Items)
	}
	return kind
}

// samples are bodies that tell more than their wanted fields would.
var samples = map[string]string{
	"post-entry":   `{"id":"call-1","kind":"touch","account":"maria@example.com","channel":"call","summary":"boiler quote"}`,
	"post-entries": `{"id":"call-1","kind":"touch","account":"maria@example.com","channel":"call"}`,
	"edit-account": `{"tier":"A","tag":["garden"]}`,
	"edit-contact": `{"set":{"birthday":"1980-05-17"}}`,
	"edit-member":  `{"role":"manager"}`,
	"add-account":  `{"name":"Maria Keller","emails":["maria@example.com"]}`,
}

func sampleOf(r huma.Registry, op *huma.Operation, s *huma.Schema) []byte {
	if text, ok := samples[op.OperationID]; ok {
		return []byte(text)
	}
	if s.Type != "object" || len(s.Properties) == 0 {
		return nil
	}
	body := map[string]any{}
	for _, name := range s.Required {
		f := resolved(r, s.Properties[name])
		switch {
		case len(f.Enum) > 0:
			body[name] = f.Enum[0]
		case len(f.Examples) > 0:
			body[name] = f.Examples[0]
		case f.Type == "integer", f.Type == "number":
			body[name] = 1
		default:
			body[name] = "…"
		}
	}
	raw, _ := json.Marshal(body) // plain values
	return raw
}

// tryOf is a command line that asks for an operation.
func tryOf(op *huma.Operation, media string, sample []byte) string {
	text := `curl -H "Authorization: Bearer $TOKEN"`
	if op.Method != http.MethodGet {
		text += " -X " + op.Method
	}
	switch {
	case media == "multipart/form-data" || media == "application/octet-stream":
		text += " -F files=@contacts.vcf"
	case media == ndjson:
		text += " -H 'Content-Type: " + ndjson + "' --data-binary @entries.ndjson"
	case len(sample) > 0:
		text += " -H 'Content-Type: application/json' -d '" + string(sample) + "'"
	}
	path := op.Path
	var wanted []string
	for _, p := range op.Parameters {
		if p.In == "query" && p.Required {
			wanted = append(wanted, p.Name+"=maria")
		}
	}
	if len(wanted) > 0 {
		path += "?" + strings.Join(wanted, "&")
	}
	return text + " https://desk.example" + path
}
