package config

import (
	"fmt"
	"strings"
)

// Print is the whole configuration in force as a file would have it, with where each value comes from and without any
// secret.
func (l *Loaded) Print() string {
	var b strings.Builder
	section := ""
	for i := range l.fields {
		f := &l.fields[i]
		key := f.Key
		if s, rest, nested := strings.Cut(f.Key, "."); nested {
			key = rest
			if s != section {
				fmt.Fprintf(&b, "\n[%s]\n", s)
				section = s
			}
		}
		line := key + " = " + f.text(&l.Config)
		if at := l.origin[f.Key]; at != "" {
			line = fmt.Sprintf("%-40s # %s", line, at)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
