package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// uncached has the system forget what it keeps in memory of a file.
func uncached(f *os.File) error { return unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED) }
