package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// programName is how the process at hand was called. What `go run` builds lies in a folder that is gone a moment later,
// so its commands are told as `go run`.
func programName() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	return programAt(path, os.Args[0], exec.LookPath)
}

// programAt is what to type for an executable that was called by a word.
func programAt(path, word string, look func(string) (string, error)) string {
	dir := filepath.ToSlash(filepath.Dir(path))
	if strings.Contains(dir, "/go-build") {
		return "go run ./cmd/passbook"
	}
	if !strings.ContainsAny(word, `/\`) {
		return word
	}
	name := filepath.Base(word)
	if found, err := look(name); err == nil && filepath.Clean(found) == filepath.Clean(path) {
		return name
	}
	return shellWord(word)
}

// typed is a command as it can be typed again.
func (a *app) typed(words string) string {
	program := a.env.Program
	if program == "" {
		program = "passbook"
	}
	return program + " " + words
}

// typedHere is a command on the book and the firm at hand.
func (a *app) typedHere(words string) string {
	if a.workspace != "" {
		words = "--workspace " + shellWord(a.workspace) + " " + words
	}
	if a.dsn != "" {
		words = "--dsn " + shellWord(a.dsn) + " " + words
	}
	return a.typed(words)
}

// shellWord is a word as a shell takes it, in quotes where it must be.
func shellWord(s string) string {
	plain := s != ""
	for _, r := range s {
		plain = plain && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:@=+,%", r))
	}
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
