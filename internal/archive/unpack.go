package archive

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"passbook/internal/book"
	"passbook/internal/transfer"
)

// Bounds of what is unpacked. An export's lines shrink to a fifth or a tenth; what grows more than these allow is no export but
// something made to fill a disk.
const (
	mostFiles  = 500
	mostGrowth = 100
	alwaysFits = 64 << 20 // bytes that a small ZIP file may come to, whatever its growth
)

// packedName are the names that an archive's files have in a ZIP file, below its folder. What else stands there is refused as it
// is in a folder, but for what machines put in by themselves.
var packedName = regexp.MustCompile(`^([a-z_]+\.(json|jsonl|vcf)|playbooks/[a-z0-9-]+\.toml)$`)

// IsPacked says whether a file is a ZIP file that holds an export: a manifest, in its first folder or in none.
func IsPacked(file string) bool {
	z, err := zip.OpenReader(file)
	if err != nil {
		return false
	}
	_, found := packedIn(&z.Reader)
	return errors.Join(z.Close()) == nil && found
}

// packedIn finds the folder of the manifest: "" or one with its stroke.
func packedIn(z *zip.Reader) (folder string, found bool) {
	for _, f := range z.File {
		if dir, name := path.Split(f.Name); name == manifestName && strings.Count(dir, "/") <= 1 {
			return dir, true
		}
	}
	return "", false
}

// unpacked hands over the folder that a ZIP file was unpacked into, in a place of its own that only its owner may read; drop
// takes it away.
func unpacked(file string) (dir string, drop func(), err error) {
	tmp, err := os.MkdirTemp("", "passbook-import-*")
	if err != nil {
		return "", nil, err
	}
	drop = func() { _ = os.RemoveAll(tmp) } // nothing depends on it
	if err := unpack(file, tmp); err != nil {
		drop()
		return "", nil, err
	}
	return tmp, drop, nil
}

func unpack(file, into string) (err error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return book.Errorf(book.Invalid, "%s is no ZIP file that can be read: %s", file, transfer.Plain(err))
	}
	defer func() { err = errors.Join(err, z.Close()) }()
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	folder, found := packedIn(&z.Reader)
	if !found || len(z.File) > mostFiles {
		return book.Errorf(book.Invalid, "%s is a ZIP file, and no Passbook export", file)
	}
	left := max(alwaysFits, mostGrowth*info.Size())
	for _, f := range z.File {
		name, below := strings.CutPrefix(f.Name, folder)
		if strings.HasSuffix(f.Name, "/") || strings.HasPrefix(f.Name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".") {
			continue // folders make themselves, and some file managers leave things
		}
		if !below || !packedName.MatchString(name) || !f.Mode().IsRegular() {
			return fileFault(f.Name, "this is no part of an export that this Passbook knows")
		}
		n, err := unpackOne(f, filepath.Join(into, filepath.FromSlash(name)), left)
		if err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// unpackOne writes one file out. More than left is refused while it is written, since what a ZIP file says of its lengths need
// not be so.
func unpackOne(f *zip.File, to string, left int64) (n int64, err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return 0, err
	}
	r, err := f.Open()
	if err != nil {
		return 0, fileFault(f.Name, "this cannot be read: %s", transfer.Plain(err))
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	w, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return 0, fileFault(f.Name, "this is in the ZIP file twice")
	}
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	n, err = io.Copy(w, io.LimitReader(r, left+1))
	switch {
	case n > left:
		return n, fileFault(f.Name, "the ZIP file comes to far more than an export does")
	case errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF):
		return n, fileFault(f.Name, "this cannot be read: %s", transfer.Plain(err))
	}
	return n, err
}
