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
		eachEntry(dir, func(file string, e fs.DirEntry, reason string) bool {
			if e == nil {
				return yield(nil, &Fault{Line: 1, Reason: reason, File: file})
			}
			l, err := readLetter(dir, file, e)
			if err != nil {
				return yield(nil, &Fault{Line: 1, Reason: err.Error(), File: file})
			}
			l.File = file
			return yield(l, nil)
		})
	}
}

// MaildirNames gives the path in dir of everything that ScanMaildir yields, in the same order and number, unread.
func MaildirNames(dir fs.FS) iter.Seq[string] {
	return func(yield func(string) bool) {
		eachEntry(dir, func(file string, _ fs.DirEntry, _ string) bool { return yield(file) })
	}
}

// eachEntry walks the files of a Maildir. Where a directory cannot be read there is no entry but the reason.
func eachEntry(dir fs.FS, fn func(file string, e fs.DirEntry, reason string) bool) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		fn(".", nil, "the directory cannot be read")
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
			if !eachOf(dir, sub, fn) {
				return
			}
		}
	}
	if !found {
		fn(".", nil, "the directory is not a Maildir: it has neither cur nor new")
	}
}

// eachOf walks one cur or new and says whether to go on.
func eachOf(dir fs.FS, name string, fn func(string, fs.DirEntry, string) bool) bool {
	entries, err := fs.ReadDir(dir, name)
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if !fn(path.Join(name, e.Name()), e, "") {
			return false
		}
	}
	return err == nil || fn(name, nil, "the directory cannot be read")
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
