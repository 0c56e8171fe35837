package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed static/* style/* script/*
var static embed.FS

// What stands before and after the other sheets, or parts of the script, which are in the order of their names.
var (
	first       = []string{"base"}
	lastSheets  = []string{"small", "print"}
	lastScripts = []string{"offline"}
)

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
	sheet, err := joined("style/*.css", lastSheets)
	if err != nil {
		return nil, err
	}
	script, err := joined("script/*.js", lastScripts)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(a.add("app.css", sheet), a.add("app.js", script)); err != nil {
		return nil, err
	}
	files, err := fs.ReadDir(static, "static")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Name() == manifest {
			continue
		}
		data, err := static.ReadFile("static/" + f.Name())
		if err == nil {
			err = a.add(f.Name(), data)
		}
		if err != nil {
			return nil, err
		}
	}
	return a, a.addManifest()
}

// manifest says to a telephone what the program is called and how it looks among others.
const manifest = "manifest.webmanifest"

// addManifest serves the manifest with the names under which the icons are served.
func (a *Assets) addManifest() error {
	data, err := static.ReadFile("static/" + manifest)
	if err != nil {
		return err
	}
	for name, served := range a.named {
		data = bytes.ReplaceAll(data, []byte(`"`+name+`"`), []byte(`"`+served+`"`))
	}
	return a.add(manifest, data)
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

// joined makes one file of the parts that match a pattern, without indentation and lines of comment, which no reader
// needs. No part has text that goes over several lines.
func joined(pattern string, last []string) ([]byte, error) {
	files, err := fs.Glob(static, pattern)
	if err != nil {
		return nil, err
	}
	dir, ext := path.Dir(pattern)+"/", path.Ext(pattern)
	names := slices.Clone(first)
	for _, f := range files {
		if name := strings.TrimSuffix(path.Base(f), ext); !slices.Contains(first, name) && !slices.Contains(last, name) {
			names = append(names, name)
		}
	}
	var out []byte
	for _, name := range append(names, last...) {
		data, err := static.ReadFile(dir + name + ext)
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(data) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
				out = append(append(out, line...), '\n')
			}
		}
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

// Has says whether a file is served under a path.
func (a *Assets) Has(served string) bool {
	_, ok := a.files[served]
	return ok
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
