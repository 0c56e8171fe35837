package inbox

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
	"time"

	"passbook/internal/address"
	"passbook/internal/letter"
)

// spool keeps what a reading has fetched until it is whole: a file of its own that has no name any more where the system allows
// that, so that nothing of it stays whatever happens. It is read as often as need be.
type spool struct {
	file *os.File
	w    *bufio.Writer
	n    int
	size int64
}

// spooled says where a letter lay: in which folder of the reading, under which of its numberings.
type spooled struct {
	folder, turn uint32
	arrived      int64 // seconds of Unix; 0 where the server does not say
	size         uint32
}

const spooledSize = 4 + 4 + 8 + 4

func newSpool(dir string) (*spool, error) {
	f, err := os.CreateTemp(dir, "passbook-mailbox-")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where an open file cannot be removed, close does it
	return &spool{file: f, w: bufio.NewWriterSize(f, 1<<20)}, nil
}

func (s *spool) close() {
	_ = s.file.Close() // it was only ours
	_ = os.Remove(s.file.Name())
}

// add keeps one letter.
func (s *spool) add(at spooled, raw []byte) error {
	var head [spooledSize]byte
	binary.BigEndian.PutUint32(head[0:], at.folder)
	binary.BigEndian.PutUint32(head[4:], at.turn)
	binary.BigEndian.PutUint64(head[8:], uint64(at.arrived))
	binary.BigEndian.PutUint32(head[16:], uint32(len(raw)))
	if _, err := s.w.Write(head[:]); err != nil {
		return err
	}
	if _, err := s.w.Write(raw); err != nil {
		return err
	}
	s.n++
	s.size += spooledSize + int64(len(raw))
	return nil
}

// each gives the letters in the order in which they were fetched; what is no letter is a fault.
func (s *spool) each(yield func(*letter.Letter, *letter.Fault) bool) {
	if err := s.w.Flush(); err != nil {
		yield(nil, &letter.Fault{Line: 1, Reason: "what was fetched cannot be kept: " + plain(err)})
		return
	}
	r := bufio.NewReaderSize(io.NewSectionReader(s.file, 0, s.size), 1<<20)
	var raw []byte
	for n := 1; n <= s.n; n++ {
		at, err := readSpooled(r)
		if err == nil {
			raw = append(raw[:0], make([]byte, at.size)...)
			_, err = io.ReadFull(r, raw)
		}
		if err != nil {
			yield(nil, &letter.Fault{Line: n, Reason: "what was fetched cannot be read: " + plain(err)})
			return
		}
		var arrived time.Time
		if at.arrived != 0 {
			arrived = time.Unix(at.arrived, 0).UTC()
		}
		l, err := letter.ParseArrived(raw, arrived)
		if err != nil {
			if !yield(nil, &letter.Fault{Line: n, Reason: err.Error()}) {
				return
			}
			continue
		}
		l.Line = n
		if !yield(l, nil) {
			return
		}
		if cap(raw) > 1<<20 {
			raw = nil // one large letter must not hold its memory for the rest
		}
	}
}

// marks gives where each letter lay, by its number less one.
func (s *spool) marks() ([]spooled, error) {
	if err := s.w.Flush(); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(io.NewSectionReader(s.file, 0, s.size), 1<<20)
	out := make([]spooled, s.n)
	for i := range out {
		var err error
		if out[i], err = readSpooled(r); err != nil {
			return nil, err
		}
		if _, err := r.Discard(int(out[i].size)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// isAddress says whether a name to sign in by is an address, which is the member's own then.
func isAddress(login string) bool { return address.KindOf(login) == address.Email }

func readSpooled(r io.Reader) (at spooled, err error) {
	var head [spooledSize]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return at, err
	}
	return spooled{
		folder: binary.BigEndian.Uint32(head[0:]), turn: binary.BigEndian.Uint32(head[4:]),
		arrived: int64(binary.BigEndian.Uint64(head[8:])), size: binary.BigEndian.Uint32(head[16:]),
	}, nil
}
