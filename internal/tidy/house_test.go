package tidy_test

import (
	"os"
	"testing"
)

// folders are the packages below internal.
func folders(t *testing.T) []string {
	t.Helper()
	list, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range list {
		if d.IsDir() {
			out = append(out, d.Name())
		}
	}
	return out
}
