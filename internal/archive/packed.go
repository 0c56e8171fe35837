package archive

import (
	"archive/zip"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"

	"passbook/internal/book"
	"passbook/internal/transfer"
)

// Bounds of what a ZIP file may come to. An export's lines shrink to a fifth or a tenth; what grows more than these allow is no
// export but something made to keep a machine busy.
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
	defer func() { _ = z.Close() }() // it was only read
	_, found := packedIn(&z.Reader)
	return found
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

// openPacked opens an export in a ZIP file, which is read where it stands: nothing of it is ever written beside the book. Its
// errors are those of openArchive.
func openPacked(file string) (*exported, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, book.Errorf(book.Invalid, "%s is no ZIP file that can be read: %s", file, transfer.Plain(err))
	}
	folder, err := checkPacked(file, &z.Reader)
	files := fs.FS(z)
	if err == nil && folder != "" {
		files, err = fs.Sub(z, strings.TrimSuffix(folder, "/"))
	}
	return openFiles(files, z.Close, err)
}

// checkPacked makes sure that a ZIP file holds an export and nothing else, of a length that an export has, and gives the folder
// of the manifest. What a file says of its own length holds: reading more than that of it is an error of package zip.
func checkPacked(file string, z *zip.Reader) (folder string, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	folder, found := packedIn(z)
	if !found || len(z.File) > mostFiles {
		return "", book.Errorf(book.Invalid, "%s is a ZIP file, and no Passbook export", file)
	}
	seen := make(map[string]bool, len(z.File))
	left := uint64(max(alwaysFits, mostGrowth*info.Size()))
	for _, f := range z.File {
		name, below := strings.CutPrefix(f.Name, folder)
		if strings.HasSuffix(f.Name, "/") || strings.HasPrefix(f.Name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".") {
			continue // folders are there by themselves, and some file managers leave things
		}
		switch {
		case !below || !packedName.MatchString(name) || !f.Mode().IsRegular():
			return "", fileFault(f.Name, "this is no part of an export that this Passbook knows")
		case seen[name]:
			return "", fileFault(f.Name, "this is in the ZIP file twice")
		case f.UncompressedSize64 > left:
			return "", fileFault(f.Name, "the ZIP file comes to far more than an export does")
		}
		seen[name] = true
		left -= f.UncompressedSize64
	}
	return folder, nil
}
