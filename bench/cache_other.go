//go:build !linux

package main

import "os"

// uncached does nothing where the system cannot be told to forget a file.
func uncached(*os.File) error { return nil }
