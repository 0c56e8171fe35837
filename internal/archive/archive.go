// Package archive carries whole books: the export of a workspace into a folder, the import of one, copies from one
// database to another, backups and what is restored from them. Cards go out as they came, so it reads them as transfer
// does.
package archive

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// An archive is a folder that holds all of one workspace: manifest.json, playbooks/NAME.toml, a file of JSON lines for
// each noun, in ascending order of its key, and cards.vcf, which other programs read and an import leaves aside. What
// is worked out from the log (balances, postings, due dates, addresses, search) is not in it.
const (
	archiveFormat  = "passbook-export"
	archiveVersion = 1
	manifestName   = "manifest.json"
	cardsName      = "cards.vcf"
	playbooksName  = "playbooks"
)

// manifest says what an archive is. It is written last, so that a folder without one is no archive.
type manifest struct {
	Format    string            `json:"format"`
	Version   int               `json:"version"`
	Workspace book.ID           `json:"workspace"`
	Name      string            `json:"name"`
	Created   book.Instant      `json:"created"`
	Playbook  string            `json:"playbook"` // the first one
	Country   string            `json:"country"`
	Salt      string            `json:"salt"`
	Digest    string            `json:"digest"`    // as verify prints it
	Playbooks []string          `json:"playbooks"` // each is playbooks/NAME.toml
	Counts    map[string]int    `json:"counts"`    // lines by noun
	SHA256    map[string]string `json:"sha256"`    // of every file that an import reads, in hex
}

// Summary says what was exported, imported or copied of one workspace.
type Summary struct {
	Workspace book.ID        `json:"workspace"`
	Name      string         `json:"name"`
	Counts    map[string]int `json:"counts"` // records by noun
	Merged    int            `json:"merged"` // of the accounts, those that another stands for
	Digest    string         `json:"digest"` // of the history as it stands now where it was written
	Was       string         `json:"was"`    // of the history where it came from
	// Replaced is what was founded where it was written, and had no more in it; nil for nothing.
	Replaced *Founding `json:"replaced,omitempty"`
}

// Founding is how a workspace began: its firm, the members and the time zone.
type Founding struct {
	Name    string   `json:"name"`
	Members []string `json:"members"`
	Zone    string   `json:"zone"`
}

// Agrees says whether the history came over whole. Where it does not, the book it came from was not what its log says
// (verify there), or a Passbook that prices otherwise had written the archive.
func (s Summary) Agrees() bool { return s.Digest == s.Was }

// Progress is told how far a long piece of work is; total is 0 when it is not known. It may be nil.
type Progress = func(noun string, done, total int)

// Export writes everything of one workspace into a new folder, from one snapshot. The folder may be there and empty; it
// appears whole or not at all. Errors are Conflict when there is something in it already.
func Export(ctx context.Context, t *teller.Teller, who teller.Actor, dir string, progress Progress) (sum Summary, err error) {
	defer book.Wrap(&err, "export")
	if err := leaves(ctx, t, who, ""); err != nil {
		return Summary{}, err
	}
	err = intoFolder(dir, func(tmp string) error {
		return t.Store().Read(ctx, who.Workspace, func(tx *store.Tx) (err error) {
			sum, err = writeArchive(ctx, tx, inFolder(tmp), progress)
			return err
		})
	})
	return sum, err
}

// leaves says whether somebody may take the whole book out, and notes that they do: first noted, then taken, so that a
// book does not leave without anybody's knowing. from is the network address that asks, "" at the command line.
func leaves(ctx context.Context, t *teller.Teller, who teller.Actor, from string) error {
	if err := book.Permit(who.Role, book.ActTake); err != nil {
		return err
	}
	return t.AtDoor(ctx, who, store.Door{What: store.DoorTaken, How: "export", Place: from})
}

// exportAll writes every workspace of a database: a single one as its archive, several as folders in one, all from the
// same snapshot.
func exportAll(ctx context.Context, st *store.Store, dir string, progress Progress) error {
	all, err := st.Workspaces(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return book.Errorf(book.NotFound, "this book holds no firm yet, so there is nothing to write")
	}
	return intoFolder(dir, func(tmp string) error {
		return st.Read(ctx, all[0].ID, func(tx *store.Tx) error {
			for _, w := range all {
				into := tmp
				if len(all) > 1 {
					into = filepath.Join(tmp, "workspace-"+hex.EncodeToString([]byte(w.ID)))
					if err := os.Mkdir(into, 0o700); err != nil {
						return err
					}
				}
				if _, err := writeArchive(ctx, tx.In(w.ID), inFolder(into), progress); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// intoFolder has fill write into a folder beside dir, which takes dir's name once it is complete and on the disk.
func intoFolder(dir string, fill func(tmp string) error) (err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return book.Errorf(book.Conflict, "%s is not empty; name a new folder, nothing is ever written over", dir)
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
	default:
		return book.Errorf(book.Conflict, "%s is there already and no folder; name a new one", dir)
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".passbook-export-*")
	if err != nil {
		return folderFault(dir, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	if err := fill(tmp); err != nil {
		return err
	}
	if err := syncTree(tmp); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // only an empty folder goes
		return book.Errorf(book.Conflict, "%s is not empty any more; name a new folder", dir)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return err
	}
	return sqldb.SyncPath(filepath.Dir(dir))
}

func folderFault(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return book.Errorf(book.NotFound, "there is no folder %s to write into", filepath.Dir(dir))
	case errors.Is(err, fs.ErrPermission):
		return book.Errorf(book.Forbidden, "%s may not be written", filepath.Dir(dir))
	}
	return err
}

// syncTree makes the names in a folder and those below it survive a power cut; the files have been synced one by one.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return sqldb.SyncPath(path)
	})
}

// writeArchive writes the archive of the transaction's workspace into a place that is empty.
func writeArchive(ctx context.Context, tx *store.Tx, to place, progress Progress) (Summary, error) {
	firm, err := tx.Firm(ctx)
	if err != nil {
		return Summary{}, err
	}
	m := manifest{
		Format: archiveFormat, Version: archiveVersion, Workspace: firm.ID, Name: firm.Name, Created: firm.Created,
		Playbook: firm.Playbook, Country: firm.Country, Salt: firm.Salt, Counts: map[string]int{}, SHA256: map[string]string{},
	}
	if err := m.writePlaybooks(ctx, tx, to); err != nil {
		return Summary{}, err
	}
	tally, err := tx.Tally(ctx)
	if err != nil {
		return Summary{}, err
	}
	totals := totalsOf(&tally)
	for _, n := range nouns() {
		tell := newGauge(progress, n.title(), totals[n.title()])
		w, err := createLines(to, n.title()+".jsonl")
		if err != nil {
			return Summary{}, err
		}
		err = n.export(ctx, tx, w, tell.add)
		sum, cerr := w.close()
		if err = errors.Join(err, cerr); err != nil {
			return Summary{}, err
		}
		m.Counts[n.title()], m.SHA256[n.title()+".jsonl"] = tell.done, sum
	}
	if err := writeCards(ctx, tx, to, newGauge(progress, cardsName, tally.Contacts).add); err != nil {
		return Summary{}, err
	}
	tell := newGauge(progress, "digest", tally.Entries)
	if m.Digest, err = assessment.Digest(ctx, tx, tell.at); err != nil {
		return Summary{}, err
	}
	b, err := json.MarshalIndent(&m, "", "  ")
	if err != nil {
		return Summary{}, err
	}
	if _, err := writeFile(to, manifestName, append(b, '\n')); err != nil {
		return Summary{}, err
	}
	gone, err := tx.Survivors(ctx)
	return Summary{Workspace: m.Workspace, Name: m.Name, Counts: m.Counts, Merged: len(gone), Digest: m.Digest, Was: m.Digest}, err
}

func (m *manifest) writePlaybooks(ctx context.Context, tx *store.Tx, to place) error {
	sources, err := tx.Playbooks(ctx)
	if err != nil {
		return err
	}
	m.Playbooks = slices.Sorted(maps.Keys(sources))
	for _, name := range m.Playbooks {
		file := playbookFile(name)
		if m.SHA256[file], err = writeFile(to, file, []byte(sources[name])); err != nil {
			return err
		}
	}
	return nil
}

func playbookFile(name string) string { return playbooksName + "/" + name + ".toml" }

// writeFile writes a small file and gives the hash of what is in it.
func writeFile(to place, name string, content []byte) (string, error) {
	w, err := createFile(to, name)
	if err != nil {
		return "", err
	}
	_, err = w.Write(content)
	sum, cerr := w.close()
	return sum, errors.Join(err, cerr)
}

// fileWriter is a new file with the hash of all that was written to it.
type fileWriter struct {
	file io.WriteCloser
	buf  *bufio.Writer
	sum  hash.Hash
}

func createFile(to place, name string) (*fileWriter, error) {
	f, err := to(name)
	if err != nil {
		return nil, err
	}
	return &fileWriter{file: f, buf: bufio.NewWriterSize(f, 256<<10), sum: sha256.New()}, nil
}

// Write implements io.Writer.
func (w *fileWriter) Write(p []byte) (int, error) {
	w.sum.Write(p)
	return w.buf.Write(p)
}

// close returns the hash in hex once the file is where it belongs.
func (w *fileWriter) close() (string, error) {
	err := w.buf.Flush()
	return hex.EncodeToString(w.sum.Sum(nil)), errors.Join(err, w.file.Close())
}

// lineWriter writes records as JSON, one a line.
type lineWriter struct {
	*fileWriter
	json *json.Encoder
}

func createLines(to place, name string) (*lineWriter, error) {
	f, err := createFile(to, name)
	if err != nil {
		return nil, err
	}
	w := &lineWriter{fileWriter: f, json: json.NewEncoder(io.Writer(f))}
	w.json.SetEscapeHTML(false) // the lines are for people's eyes too
	return w, nil
}

// gauge counts what is done of one noun.
type gauge struct {
	tell        Progress
	noun        string
	done, total int
}

func newGauge(tell Progress, noun string, total int) *gauge {
	return &gauge{tell: tell, noun: noun, total: total}
}

func (p *gauge) add(n int) { p.at(p.done + n) }

func (p *gauge) at(done int) {
	p.done = done
	if p.tell != nil {
		p.tell(p.noun, p.done, max(p.total, p.done))
	}
}
