package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// machine names what the figures were measured on.
func machine(w io.Writer) {
	fmt.Fprintf(w, "%s, %s, %d cores, %s, Linux %s, %s\n", time.Now().UTC().Format("2006-01-02"),
		after("/proc/cpuinfo", "model name"), runtime.NumCPU(), after("/proc/meminfo", "MemTotal"),
		whole("/proc/sys/kernel/osrelease"), runtime.Version())
}

// after is what stands behind a name in a file of the kernel's.
func after(file, name string) string {
	for _, l := range strings.Split(whole(file), "\n") {
		if key, value, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func whole(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(b))
}
