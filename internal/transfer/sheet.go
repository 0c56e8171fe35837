package transfer

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// Bounds of a workbook, far above what people keep in one, so that a small file cannot fill memory or time.
const (
	maxSheetParts   = 5_000
	maxSheetText    = 64 << 20 // of all shared texts, which have to be held
	maxSheetColumns = 2_000
	maxSheetToken   = 4 << 20 // of XML between two marks
	// Of a sheet there may be so many pieces of XML that hold nothing, and so many more for each cell that holds something:
	// rows that were coloured down to the last are read, and what was made to take time is not.
	maxSheetBlank = 6_000_000
	sheetPerCell  = 24
)

var (
	errSheet      = errors.New("it is no workbook that is understood")
	errSheetToken = errors.New("a piece of its XML is longer than 4 MiB")
	errSheetBlank = errors.New("it has millions of rows or cells with nothing in them; delete those below the last one that is used, or save the sheet as CSV")
	errSheetText  = errors.New("its texts take more than 64 MiB")
)

// workbook is an XLSX file (ECMA-376): parts of XML in a ZIP archive. One sheet of it is read as a table.
type workbook struct {
	at      io.ReaderAt
	size    int64
	sheets  []sheetRef
	sheet   sheetRef // the one that is read
	strings []string
	dates   []bool // by style
	from    time.Time
}

type sheetRef struct {
	name, part string
	hidden     bool
}

// isWorkbook says whether a file that begins as a ZIP archive is a workbook.
func isWorkbook(at io.ReaderAt, size int64) bool {
	z, err := zip.NewReader(at, size)
	if err != nil || len(z.File) > maxSheetParts {
		return false
	}
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "xl/workbook.xml" })
}

// openWorkbook reads all but the sheets; name chooses one of them, "" the first that is shown.
func openWorkbook(at io.ReaderAt, size int64, name string) (*workbook, error) {
	w := &workbook{at: at, size: size, from: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	parts := map[string]string{}
	err := w.each("xl/_rels/workbook.xml.rels", func(_ *sheetXML, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			parts[attr(e, "Id")] = partPath(attr(e, "Target"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = w.each("xl/workbook.xml", func(_ *sheetXML, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			if v := attr(e, "date1904"); v == "1" || v == "true" {
				w.from = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
			}
		case "sheet":
			w.sheets = append(w.sheets, sheetRef{attr(e, "name"), parts[attr(e, "id")], attr(e, "state") != "" && attr(e, "state") != "visible"})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := w.choose(name); err != nil {
		return nil, err
	}
	if err := w.readStyles(); err != nil {
		return nil, err
	}
	return w, w.readStrings()
}

func partPath(target string) string {
	if rest, ok := strings.CutPrefix(target, "/"); ok {
		return rest
	}
	return path.Join("xl", target)
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (w *workbook) choose(name string) error {
	var names []string
	for _, s := range w.sheets {
		if s.part == "" {
			continue
		}
		if name != "" && book.Fold(s.name) == book.Fold(name) || name == "" && !s.hidden {
			w.sheet = s
			return nil
		}
		names = append(names, s.name)
	}
	if name == "" {
		return errSheet
	}
	return book.Fieldf(book.Invalid, "sheet", "%q is not there; the sheets are %s", name, strings.Join(names, ", "))
}

// note says which sheets are left unread.
func (w *workbook) note() string {
	var others []string
	for _, s := range w.sheets {
		if s.name != w.sheet.name && !s.hidden {
			others = append(others, s.name)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "only the sheet " + w.sheet.name + " is read; there are also " + strings.Join(others, ", ")
}

// open opens a part; counted reads of the file go through at.
func (w *workbook) open(at io.ReaderAt, name string) (io.ReadCloser, error) {
	z, err := zip.NewReader(at, w.size)
	if err != nil {
		return nil, err
	}
	for _, f := range z.File {
		if f.Name == name {
			return f.Open()
		}
	}
	return nil, errSheet
}

// sheetXML reads a part piece by piece, and counts them: packed, nothing is small, and read, it takes as long as something.
type sheetXML struct {
	xml    *xml.Decoder
	looked int // pieces
	kept   int // cells and texts that held something
}

// Token gives the next piece.
func (d *sheetXML) Token() (xml.Token, error) {
	if d.looked++; d.looked > maxSheetBlank+sheetPerCell*d.kept {
		return nil, errSheetBlank
	}
	return d.xml.Token()
}

// Skip passes over what a mark encloses.
func (d *sheetXML) Skip() error {
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

func (d *sheetXML) keep(text string) {
	if text != "" {
		d.kept++
	}
}

// decoder reads a part's XML within bounds.
func (w *workbook) decoder(r io.Reader) (*sheetXML, *tokenLimit) {
	limit := &tokenLimit{r: &capped{r: r, left: zipFloor + w.size*zipRatio}}
	d := xml.NewDecoder(limit)
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // workbooks are UTF-8, whatever they say
	return &sheetXML{xml: d}, limit
}

// tokenLimit refuses to read on within one piece of XML without end.
type tokenLimit struct {
	r    io.Reader
	read int
}

func (l *tokenLimit) Read(p []byte) (int, error) {
	if l.read > maxSheetToken {
		return 0, errSheetToken
	}
	n, err := l.r.Read(p)
	l.read += n
	return n, err
}

// each hands the opening marks of a part to fn.
func (w *workbook) each(name string, fn func(*sheetXML, xml.StartElement) error) error {
	r, err := w.open(w.at, name)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // it was only read
	d, limit := w.decoder(r)
	for {
		limit.read = 0
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := fn(d, e); err != nil {
				return err
			}
		}
	}
}

// readStyles finds out which styles show a number as a date.
func (w *workbook) readStyles() error {
	formats, inCells := map[string]string{}, false
	err := w.each("xl/styles.xml", func(_ *sheetXML, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			formats[attr(e, "numFmtId")] = attr(e, "formatCode")
		case "cellXfs", "cellStyleXfs":
			inCells = e.Name.Local == "cellXfs"
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if id := attr(e, "numFmtId"); inCells && len(w.dates) < 1<<16 {
				w.dates = append(w.dates, isDateFormat(id, formats[id]))
			}
		}
		return nil
	})
	if errors.Is(err, errSheet) { // a workbook without styles has no dates
		return nil
	}
	return err
}

// isDateFormat knows the built-in formats of dates by their numbers, others by the letters of their code.
func isDateFormat(id, code string) bool {
	n, err := strconv.Atoi(id)
	if err != nil {
		return false
	}
	if code == "" {
		return n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
	}
	quoted, bracketed := false, false
	for i, c := range code {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			bracketed = true
		case c == ']':
			bracketed = false
		case bracketed || i > 0 && code[i-1] == '\\':
		case strings.ContainsRune("dmyhsDMYHS", c):
			return true
		}
	}
	return false
}

func (w *workbook) readStrings() error {
	size := 0
	err := w.each("xl/sharedStrings.xml", func(d *sheetXML, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text, err := richText(d, "si")
		d.keep(text)
		if size += len(text) + 16; err == nil && size > maxSheetText {
			err = errSheetText
		}
		w.strings = append(w.strings, text)
		return err
	})
	if errors.Is(err, errSheet) { // all its texts stand in the cells
		return nil
	}
	return err
}

// richText joins the runs of a text up to its closing mark; what is written above it to say how it is read stays out.
func richText(d *sheetXML, until string) (string, error) {
	var b strings.Builder
	inText, phonetic := false, 0
	for {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			if t.Name.Local == "rPh" {
				phonetic++
			}
		case xml.EndElement:
			inText = false
			if t.Name.Local == "rPh" {
				phonetic--
			}
			if t.Name.Local == until {
				return b.String(), nil
			}
		case xml.CharData:
			if inText && phonetic == 0 && b.Len() < maxRow {
				b.Write(t)
			}
		}
	}
}

// sheetRows reads the rows of a sheet as those of a table. Their lines are the sheet's own row numbers.
type sheetRows struct {
	w     *workbook
	part  io.ReadCloser
	d     *sheetXML
	limit *tokenLimit
	line  int
	done  bool
	cells []string
}

func (w *workbook) rows(at io.ReaderAt) (*sheetRows, error) {
	r, err := w.open(at, w.sheet.part)
	if err != nil {
		return nil, err
	}
	t := &sheetRows{w: w, part: r}
	t.d, t.limit = w.decoder(r)
	return t, nil
}

// next gives a row; ok is false at the end. A sheet that breaks off is a fault, and its end.
func (t *sheetRows) next() (row, *Fault, bool) {
	for !t.done {
		t.limit.read = 0
		tok, err := t.d.Token()
		if err != nil {
			t.finish()
			if errors.Is(err, io.EOF) {
				break
			}
			return row{}, &Fault{Line: t.line + 1, Reason: "reading stopped: " + sheetFault(err)}, true
		}
		e, ok := tok.(xml.StartElement)
		if !ok || e.Name.Local != "row" {
			continue
		}
		t.line++
		if n, err := strconv.Atoi(attr(e, "r")); err == nil && n >= t.line && n <= 1<<21 {
			t.line = n
		}
		if err := t.row(); err != nil {
			t.finish()
			return row{}, &Fault{Line: t.line, Reason: "reading stopped: " + sheetFault(err)}, true
		}
		return row{fields: t.cells, line: t.line}, nil, true
	}
	return row{}, nil, false
}

func sheetFault(err error) string {
	if se := (*xml.SyntaxError)(nil); errors.As(err, &se) {
		return "the sheet's XML is broken"
	}
	return Plain(err)
}

func (t *sheetRows) finish() {
	if !t.done {
		t.done = true
		_ = t.part.Close() // it was only read
	}
}

// at says in which line the next row is looked for.
func (t *sheetRows) at() int { return t.line + 1 }

// broken is what stood in a row that was a fault: nothing that could be shown.
func (t *sheetRows) broken() []byte { return nil }

// row reads the cells up to the end of a row.
func (t *sheetRows) row() error {
	t.cells = t.cells[:0]
	for {
		t.limit.read = 0
		tok, err := t.d.Token()
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				return nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			col := len(t.cells)
			if n, ok := columnNumber(attr(e, "r")); ok && n >= col {
				col = n
			}
			text, err := t.cell(e)
			if err != nil {
				return err
			}
			t.d.keep(text)
			if col >= maxSheetColumns {
				continue
			}
			for len(t.cells) < col {
				t.cells = append(t.cells, "")
			}
			t.cells = append(t.cells, text)
		}
	}
}
