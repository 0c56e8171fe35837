package cli

import (
	"os"
	"os/exec"
	"runtime"
)

// browse opens an address in the browser of whoever sits at this machine, where somebody does.
func browse(address string) {
	if _, ok := terminal(os.Stdout); !ok { // a script or a service
		return
	}
	words := browserOf(runtime.GOOS, os.Getenv)
	if words == nil {
		return
	}
	cmd := exec.Command(words[0], append(words[1:], address)...)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }() // it has been told; what becomes of it is not ours
	}
}

// browserOf is the command that opens an address on a system; nil where there is no screen.
func browserOf(system string, getenv func(string) string) []string {
	switch system {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	if getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "" {
		return nil
	}
	return []string{"xdg-open"}
}
