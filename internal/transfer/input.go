package transfer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// counter adds what is read to n.
type counter struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// countedAt is a counter of a file that is read in places.
type countedAt struct {
	r io.ReaderAt
	n *atomic.Int64
}

// ReadAt implements io.ReaderAt.
func (c *countedAt) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n.Add(int64(n))
	return n, err
}

// Text shrinks by a factor of five to fifty; what grows far beyond that was made to fill memory and time.
const (
	zipRatio = 200
	zipFloor = 64 << 20
)

var (
	errBomb = errors.New("it unpacks to far more than a file of its size can hold")
	errCut  = errors.New("the packed file is cut off")
)

// unzip reads gzip, refusing to unpack more than zipRatio times the packed size.
func unzip(r io.Reader, size int64) (io.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return &capped{r: z, left: zipFloor + size*zipRatio}, nil
}

type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, errBomb
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errCut
	}
	return n, err
}

// decodeText turns a table's bytes into UTF-8 as far as that can be told from its beginning: byte order marks go,
// UTF-16 is decoded with or without one. Lines in Windows-1252 are left for decodeField, because a file may hold its
// first accent after a million plain rows.
func decodeText(r io.Reader) io.Reader {
	br := bufio.NewReaderSize(r, 64<<10)
	head, _ := br.Peek(1024)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = br.Discard(3)
	case isUTF16(head, 1):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(br)
	case isUTF16(head, 0):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(br)
	}
	if head, _ = br.Peek(4096); !bytes.ContainsRune(head, '\n') && bytes.ContainsRune(head, '\r') {
		return &returns{br}
	}
	return br
}

// isUTF16 recognises UTF-16 whose zero bytes stand at odd (1, little-endian) or even (0, big-endian) places. A
// header of a table is plain Latin, so without a mark most of those places are zero.
func isUTF16(head []byte, zeroAt int) bool {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) {
		return zeroAt == 1
	}
	if bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return zeroAt == 0
	}
	pairs, zeros, strays := len(head)/2, 0, 0
	for i := range pairs * 2 {
		switch {
		case head[i] != 0:
		case i%2 == zeroAt:
			zeros++
		default:
			strays++
		}
	}
	return pairs >= 4 && zeros*10 >= pairs*6 && strays*20 <= pairs
}

// returns reads files whose lines end in carriage returns alone.
type returns struct{ r io.Reader }

func (c *returns) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// decodeField reads bytes that are UTF-8 or else Windows-1252, which has a letter for nearly every byte.
func decodeField(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(out)
}
