package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed static/* style/*
var static embed.FS

// first and last are the sheets that stand before and after the others, which are in the order of their names.
var first, last = []string{"base"}, []string{"small", "print"}

// Assets are the files that pages load. Each is served under a name that holds its hash, so that browsers keep it for
// good and a new program's pages name new files.
type Assets struct {
	named map[string]string // "app.css" → "/static/app.1f2e3d4c.css"
	files map[string]asset  // by the served path
}

type asset struct {
	data   []byte
	packed []byte // the same as gzip; nil where that is no smaller
	kind   string
}

// NewAssets reads what is embedded.
func NewAssets() (*Assets, error) {
	a := &Assets{named: map[string]string{}, files: map[string]asset{}}
	err := fs.WalkDir(static, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := static.ReadFile(p)
		if err != nil {
			return err
		}
		return a.add(strings.TrimPrefix(p, "static/"), data)
	})
	if err != nil {
		return nil, err
	}
	sheet, err := sheets()
	if err != nil {
		return nil, err
	}
	return a, a.add("app.css", sheet)
}

// add serves a file under a name that holds its hash.
func (a *Assets) add(name string, data []byte) error {
	ext := path.Ext(name)
	kind := mime.TypeByExtension(ext)
	if ext == ".webmanifest" {
		kind = "application/manifest+json"
	}
	if kind == "" {
		return fmt.Errorf("no media type is known for %s", name)
	}
	sum := sha256.Sum256(data)
	served := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
	packed, err := pack(data)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	a.named[name], a.files[served] = served, asset{data, packed, kind}
	return nil
}

// pack compresses a file once and for all requests, as tightly as it goes.
func pack(data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || out.Len() >= len(data) {
		return nil, err
	}
	return out.Bytes(), nil
}

// send answers with a file, packed for those who can unpack it.
func (f asset) send(w http.ResponseWriter, r *http.Request, keep string) {
	h, data := w.Header(), f.data
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", keep)
	h.Set("Vary", "Accept-Encoding")
	if f.packed != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		data = f.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if _, err := w.Write(data); err != nil {
		return // the reader has left
	}
}

// sheets joins the style sheets of all parts into the one that pages load.
func sheets() ([]byte, error) {
	files, err := fs.Glob(static, "style/*.css")
	if err != nil {
		return nil, err
	}
	names := slices.Clone(first)
	for _, f := range files {
		if name := strings.TrimSuffix(path.Base(f), ".css"); !slices.Contains(first, name) && !slices.Contains(last, name) {
			names = append(names, name)
		}
	}
	var out []byte
	for _, name := range append(names, last...) {
		data, err := static.ReadFile("style/" + name + ".css")
		if err != nil {
			return nil, err
		}
		out = append(out, data...)
	}
	return out, nil
}

// Path is where a file is served; a name that is not there is a fault of the program.
func (a *Assets) Path(name string) string {
	p, ok := a.named[name]
	if !ok {
		panic("ui: no static file " + name)
	}
	return p
}

// Worker serves the service worker, which must stand at the root to see every page, and under one name.
func (a *Assets) Worker(w http.ResponseWriter, r *http.Request) {
	a.files[a.Path("sw.js")].send(w, r, "no-cache")
}

// ServeHTTP serves the files.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := a.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	f.send(w, r, "public, max-age=31536000, immutable")
}
