package cli

import (
	"errors"
	"testing"
)

// What is printed to be typed can be typed.
func TestProgramAt(t *testing.T) {
	found := func(name string) (string, error) {
		if name == "passbook" {
			return "/usr/local/bin/passbook", nil
		}
		return "", errors.New("not found")
	}
	for _, c := range []struct{ path, word, want string }{
		{"/tmp/go-build123/b001/exe/passbook", "/tmp/go-build123/b001/exe/passbook", "go run ./cmd/passbook"},
		{"/root/.cache/go-build/ab/cd-d/passbook", "/root/.cache/go-build/ab/cd-d/passbook", "go run ./cmd/passbook"},
		{"/usr/local/bin/passbook", "passbook", "passbook"},
		{"/usr/local/bin/passbook", "/usr/local/bin/passbook", "passbook"},
		{"/home/ana/passbook", "./passbook", "./passbook"},
		{"/home/ana/my books/passbook", "/home/ana/my books/passbook", "'/home/ana/my books/passbook'"},
	} {
		if got := programAt(c.path, c.word, found); got != c.want {
			t.Errorf("%s called by %s: %s, want %s", c.path, c.word, got, c.want)
		}
	}
	for in, want := range map[string]string{
		"Maria Keller": "'Maria Keller'", "Rory O'Nolan": `'Rory O'\''Nolan'`, "": "''", "plain-1.db": "plain-1.db", "$HOME": "'$HOME'",
		"`date`": "'`date`'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}
