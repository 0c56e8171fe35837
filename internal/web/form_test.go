package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// Nobody lays files down on the server's disk by sending them to a form that wants none, and a form that is too large or
// broken off changes nothing.
func TestForms(t *testing.T) {
	engines(t, func(d *desk) {
		tmp := d.TempDir()
		d.Setenv("TMPDIR", tmp)
		var body bytes.Buffer
		form := multipart.NewWriter(&body)
		part, err := form.CreateFormFile("f", "zeros")
		if err == nil {
			_, err = io.Copy(part, io.LimitReader(zeros{}, 40<<20))
		}
		if err == nil {
			err = form.Close()
		}
		if err != nil {
			d.Fatal(err)
		}
		for _, path := range []string{"/signin", "/forgot", "/link/x"} {
			req, err := http.NewRequest(http.MethodPost, d.server.URL+path, bytes.NewReader(body.Bytes()))
			if err != nil {
				d.Fatal(err)
			}
			req.Header.Set("Content-Type", form.FormDataContentType())
			if res, err := http.DefaultClient.Do(req); err == nil { // else the server hung up on us, as it may
				_ = res.Body.Close()
				if res.StatusCode != http.StatusUnprocessableEntity {
					d.Errorf("POST %s with 40 MB: %d", path, res.StatusCode)
				}
			}
		}
		if left, err := filepath.Glob(filepath.Join(tmp, "*")); err != nil || len(left) > 0 {
			d.Errorf("left on the disk: %v, %v", left, err)
		}

		ana := d.member(d.Ana, "ana@acme.example")
		id := string(d.client("Maria Keller"))
		ana.post("/clients/"+id, url.Values{"kind": {"note"}, "text": {"x"}, "more": {strings.Repeat("x", 5<<20)}}, http.StatusUnprocessableEntity, "4 MB")
		res, err := ana.client.Post(d.server.URL+"/clients/"+id, "application/x-www-form-urlencoded", strings.NewReader("kind=note&text=%zz"))
		ana.read("a broken form", res, err, http.StatusUnprocessableEntity, []string{"whole"})
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }
