package archive

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/store"
	"passbook/internal/transfer"
)

// Limits of what is read of an archive. A card has at most 32 MiB, of which JSON makes six times as much at the worst.
const (
	maxLineBytes  = 208 << 20
	maxSmallBytes = 4 << 20 // manifest and playbooks
)

// exported is an archive's folder, or what is one in a ZIP file, opened for reading. Nothing outside the folder is ever opened,
// whatever the archive says or links to.
type exported struct {
	files fs.FS
	done  func() error
	m     manifest
	tell  Progress
}

// openArchive looks at the folder and its manifest. Its errors are Invalid (no archive, damaged, or something in it that
// is no part of one), Conflict (written by a newer Passbook) or NotFound.
func openArchive(dir string) (*exported, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, book.Errorf(book.NotFound, "there is no folder %s", dir)
		}
		return nil, book.Errorf(book.Invalid, "%s is no folder that can be read", dir)
	}
	return openFiles(root.FS(), root.Close, nil)
}

// openFiles looks at the manifest and the files, unless something is amiss already; done closes them.
func openFiles(files fs.FS, done func() error, err error) (*exported, error) {
	a := &exported{files: files, done: done}
	if err == nil {
		err = first(a.readManifest(), a.checkFiles())
	}
	if err != nil {
		return nil, errors.Join(err, done())
	}
	return a, nil
}

func (a *exported) close() { _ = a.done() } // it was only read

func fileFault(file, format string, args ...any) error {
	return book.Errorf(book.Invalid, "%s: %s; nothing was imported", file, fmt.Sprintf(format, args...))
}

func lineFault(file string, line int, format string, args ...any) error {
	return book.Errorf(book.Invalid, "%s, line %d: %s; nothing was imported", file, line, fmt.Sprintf(format, args...))
}

func (a *exported) readManifest() error {
	b, err := a.small(manifestName)
	if err != nil {
		return err
	}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil || head.Format != archiveFormat {
		return fileFault(manifestName, "this is not the manifest of a Passbook export")
	}
	if head.Version > archiveVersion {
		return book.Errorf(book.Conflict, "this export was written by a newer Passbook (format %d, this program reads %d); use that one",
			head.Version, archiveVersion)
	}
	if err := decodeStrict(b, &a.m); err != nil {
		return fileFault(manifestName, "%s", err)
	}
	m := &a.m
	err = checkTexts(string(m.Workspace), m.Name, m.Country, m.Salt, m.Playbook)
	switch {
	case err != nil:
		return fileFault(manifestName, "%s", book.Message(err))
	case m.Version < 1 || m.Salt == "" || m.Workspace == "" || len(m.Workspace) > 100:
		return fileFault(manifestName, "the version, the workspace or the salt is missing")
	case m.Country != "" && !countryCode.MatchString(m.Country):
		return fileFault(manifestName, "country is %s, not two letters", transfer.Quote(m.Country))
	case !slices.Contains(m.Playbooks, m.Playbook):
		return fileFault(manifestName, "the first playbook %s is not among the playbooks", transfer.Quote(m.Playbook))
	}
	for _, name := range m.Playbooks {
		if !playbookName.MatchString(name) {
			return fileFault(manifestName, "%s is not the name of a playbook", transfer.Quote(name))
		}
	}
	return nil
}

var (
	countryCode  = regexp.MustCompile(`^[A-Z]{2}$`)
	playbookName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

// checkFiles makes sure that the folder holds the files of an archive and no others but hidden ones, which some file
// managers leave: a file that is not known might be what a newer Passbook calls essential.
func (a *exported) checkFiles() error {
	want := map[string]bool{manifestName: true, cardsName: false, playbooksName: true}
	for _, n := range nouns() {
		want[n.title()+".jsonl"] = !slices.Contains(later, n.title())
	}
	entries, err := fs.ReadDir(a.files, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") {
			continue
		}
		if _, ok := want[name]; !ok {
			return fileFault(name, "this is no part of an export that this Passbook knows")
		}
		if name == playbooksName && !e.IsDir() || name != playbooksName && !e.Type().IsRegular() {
			return fileFault(name, "this is not a plain file or folder")
		}
		delete(want, name)
	}
	for name, needed := range want {
		if needed {
			return fileFault(name, "this is missing")
		}
	}
	for noun := range a.m.Counts {
		if a.m.SHA256[noun+".jsonl"] == "" {
			return fileFault(manifestName, "it counts %s, of which it knows no file", transfer.Quote(noun))
		}
	}
	return nil
}

// open opens a plain file of the archive.
func (a *exported) open(name string) (fs.File, error) {
	info, err := fs.Lstat(a.files, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fileFault(name, "this is missing")
	case err != nil:
		return nil, fileFault(name, "this cannot be read: %s", transfer.Plain(err))
	case !info.Mode().IsRegular():
		return nil, fileFault(name, "this is not a plain file")
	}
	f, err := a.files.Open(name)
	if err != nil {
		return nil, fileFault(name, "this cannot be read: %s", transfer.Plain(err))
	}
	return f, nil
}

// small reads a small file whole.
func (a *exported) small(name string) ([]byte, error) {
	f, err := a.open(name)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxSmallBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fileFault(name, "this cannot be read: %s", transfer.Plain(err))
	}
	if len(b) > maxSmallBytes {
		return nil, fileFault(name, "this is longer than %d MiB", maxSmallBytes>>20)
	}
	return b, nil
}

// firm is the workspace that the archive holds, and its playbooks' sources by name.
func (a *exported) firm(context.Context) (store.Workspace, map[string]string, error) {
	w := store.Workspace{Salt: a.m.Salt}
	w.ID, w.Name, w.Playbook, w.Country, w.Created = a.m.Workspace, a.m.Name, a.m.Playbook, a.m.Country, a.m.Created
	sources := make(map[string]string, len(a.m.Playbooks))
	for _, name := range a.m.Playbooks {
		file := playbookFile(name)
		b, err := a.small(file)
		if err != nil {
			return w, nil, err
		}
		p, err := playbook.Parse(file, b)
		if err != nil {
			return w, nil, err
		}
		if p.Name != name {
			return w, nil, fileFault(file, "the playbook in it is called %s", transfer.Quote(p.Name))
		}
		sum := sha256.Sum256(b)
		if err := a.same(file, hex.EncodeToString(sum[:])); err != nil {
			return w, nil, err
		}
		sources[name] = string(b)
	}
	return w, sources, nil
}

// same makes sure that a file is the one that was written.
func (a *exported) same(file, sum string) error {
	if a.m.SHA256[file] != sum {
		return fileFault(file, "it is not as it was written: its SHA-256 differs from the manifest's, so it was damaged or changed")
	}
	return nil
}

// fill reads every noun into the book.
func (a *exported) fill(ctx context.Context, to *destination, now book.Instant) error {
	k := newKnown(now)
	for _, n := range nouns() {
		if err := a.fillOne(ctx, n, to, k); err != nil {
			return err
		}
	}
	return nil
}

func (a *exported) fillOne(ctx context.Context, n stream, to *destination, k *known) (err error) {
	name := n.title() + ".jsonl"
	if _, err := fs.Lstat(a.files, name); errors.Is(err, fs.ErrNotExist) && slices.Contains(later, n.title()) && a.m.SHA256[name] == "" {
		return nil // written before there were any
	}
	f, err := a.open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r := newLineReader(name, f)
	count := newGauge(a.tell, n.title(), a.m.Counts[n.title()])
	if err := n.restore(ctx, r, to, k, count.add); err != nil {
		return err
	}
	if want := a.m.Counts[n.title()]; r.line != want {
		return fileFault(name, "it has %d lines, the manifest says %d", r.line, want)
	}
	return a.same(name, hex.EncodeToString(r.sum.Sum(nil)))
}

// lineReader reads a file line by line, bounded, and hashes what it reads.
type lineReader struct {
	name string
	in   *bufio.Reader
	sum  hash.Hash
	line int // of the last line read
	buf  []byte
}

func newLineReader(name string, r io.Reader) *lineReader {
	sum := sha256.New()
	return &lineReader{name: name, in: bufio.NewReaderSize(io.TeeReader(r, sum), 256<<10), sum: sum}
}

// next gives the next line without its end, valid until the next call; nil at the end of the file.
func (r *lineReader) next() ([]byte, error) {
	r.buf = r.buf[:0]
	for {
		part, err := r.in.ReadSlice('\n')
		if len(r.buf) == 0 && err == nil {
			r.line++
			return part[:len(part)-1], nil
		}
		r.buf = append(r.buf, part...)
		switch {
		case err == nil:
			r.line++
			return r.buf[:len(r.buf)-1], nil
		case errors.Is(err, io.EOF) && len(r.buf) == 0:
			return nil, nil
		case len(r.buf) > maxLineBytes:
			r.line++
			return nil, r.fault("it is longer than any line of an export")
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			r.line++
			return nil, r.fault("it is cut off: the file ends in the middle of it")
		default:
			return nil, fileFault(r.name, "it cannot be read: %s", transfer.Plain(err))
		}
	}
}

func (r *lineReader) fault(format string, args ...any) error {
	return lineFault(r.name, r.line, format, args...)
}

// refused names the file to what the book has against a page of its lines.
func (r *lineReader) refused(err error) error {
	if book.FaultOf(err) == book.Internal {
		return fmt.Errorf("%s, up to line %d: %w", r.name, r.line, err)
	}
	return r.fault("or one shortly before: %s", book.Message(err))
}

// decodeStrict reads one JSON object whole. A field it does not know is refused, since to leave it out would lose it.
// Its errors are words to be shown.
func decodeStrict(line []byte, v any) error {
	if trimmed := bytes.TrimSpace(line); len(trimmed) == 0 || trimmed[0] != '{' {
		return errors.New("this is not a JSON object")
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("the field %s holds a %s, which it cannot", transfer.Quote(wrong.Field), wrong.Value)
	case err != nil:
		return fmt.Errorf("this cannot be understood: %s", transfer.Quote(strings.TrimPrefix(err.Error(), "json: ")))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more on the line than one JSON object")
	}
	return nil
}
