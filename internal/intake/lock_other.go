//go:build !unix

package intake

import "os"

// takeFolder has no lock to take on this system; its folders belong to one user's programs.
func takeFolder(dir string) (*os.File, error) { return os.Open(dir) }

func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unusable(err)
	}
	return nil
}
