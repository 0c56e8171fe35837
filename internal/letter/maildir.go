package letter

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"path"
	"strings"
)

// ScanMaildir reads a Maildir: the letters in cur and new, then those of the Maildir++ subfolders (".Sent",
// ".Work.Clients"), each in the order of file names. Letters and Faults name their File by its path in dir.
// What is being delivered (tmp), hidden files and folders inside cur and new are passed over; links and
// devices are not followed and yield a Fault. A directory without cur and new yields one Fault.
func ScanMaildir(dir fs.FS) iter.Seq2[*Letter, *Fault] {
	return func(yield func(*Letter, *Fault) bool) {
		entries, err := fs.ReadDir(dir, ".")
		if err != nil {
			yield(nil, &Fault{Line: 1, Reason: "the directory cannot be read", File: "."})
			return
		}
		folders := []string{"."}
		for _, e := range entries {
			if e.IsDir() && strings.HasPrefix(e.Name(), ".") && e.Name() != "." && e.Name() != ".." {
				folders = append(folders, e.Name())
			}
		}
		found := false
		for _, folder := range folders {
			for _, part := range []string{"cur", "new"} {
				sub := path.Join(folder, part)
				if info, err := fs.Stat(dir, sub); err != nil || !info.IsDir() {
					continue
				}
				found = true
				if !scanFolder(dir, sub, yield) {
					return
				}
			}
		}
		if !found {
			yield(nil, &Fault{Line: 1, Reason: "the directory is not a Maildir: it has neither cur nor new", File: "."})
		}
	}
}

// scanFolder yields the letters of one cur or new and says whether to go on.
func scanFolder(dir fs.FS, name string, yield func(*Letter, *Fault) bool) bool {
	entries, err := fs.ReadDir(dir, name)
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		file := path.Join(name, e.Name())
		l, err := readLetter(dir, file, e)
		if err != nil {
			if !yield(nil, &Fault{Line: 1, Reason: err.Error(), File: file}) {
				return false
			}
			continue
		}
		l.File = file
		if !yield(l, nil) {
			return false
		}
	}
	if err != nil {
		return yield(nil, &Fault{Line: 1, Reason: "the directory cannot be read", File: name})
	}
	return true
}

func readLetter(dir fs.FS, name string, e fs.DirEntry) (*Letter, error) {
	if !e.Type().IsRegular() {
		return nil, errors.New("it is not a plain file")
	}
	f, err := dir.Open(name)
	if err != nil {
		return nil, errors.New("the file cannot be opened")
	}
	raw, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if closeErr := f.Close(); err != nil || closeErr != nil {
		return nil, errors.New("the file cannot be read")
	}
	return Parse(raw)
}
