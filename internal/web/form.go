package web

import (
	"errors"
	"net/http"

	"passbook/internal/book"
)

// mostForm bounds what a form without files may bring: bulk acts on thousands of clients have room in it. A server takes
// larger bodies for the sake of files, and what it parses beyond its memory would be laid down on the disk, for strangers
// at the door of signing in as well.
const mostForm = 4 << 20

// takesFiles are the pages that read the files of a form themselves, each with a bound of its own.
var takesFiles = map[string]bool{"POST /import": true, "POST /clients/{id}/files": true, "POST /settings/playbooks": true}

// form reads what a form brings before its page is asked. One that is cut off on its way or larger than any of ours is
// refused: half of a form would say that its other fields had been emptied.
func (v *visit) form() error {
	if v.r.Method != http.MethodPost || takesFiles[v.r.Pattern] {
		return nil
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, mostForm)
	err := v.r.ParseForm()
	if err == nil {
		err = v.r.ParseMultipartForm(mostForm) // which keeps the fault of a plain form to itself
	}
	switch large := (*http.MaxBytesError)(nil); {
	case err == nil, errors.Is(err, http.ErrNotMultipart):
		return nil
	case errors.As(err, &large):
		return book.Errorf(book.Invalid, "%s", v.lang.Say("error.large", mostForm>>20))
	}
	return book.Errorf(book.Invalid, "%s", v.lang.Say("error.cut"))
}
