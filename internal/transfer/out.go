package transfer

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// Format is how a list is written for other programs.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// Formats lists them.
var Formats = []Format{CSV, XLSX}

// Type is the media type of a format.
func (f Format) Type() string {
	if f == XLSX {
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "text/csv; charset=utf-8"
}

// Cell is one cell of a list: a text, a figure or a time. What it is decides how it is written, so that an amount below
// zero is a figure to count with, and a text that looks like a formula is not one.
type Cell struct {
	kind  cellKind
	text  string
	value float64
	at    book.Instant
}

type cellKind int

const (
	cellText cellKind = iota
	cellPoints
	cellCount
	cellTime
)

// Text is a cell of words.
func Text(s string) Cell { return Cell{kind: cellText, text: s} }

// Figure is a cell of points.
func Figure(p book.Points) Cell {
	return Cell{kind: cellPoints, text: p.String(), value: float64(p) / 100}
}

// Count is a cell of a whole number.
func Count(n int) Cell { return Cell{kind: cellCount, text: strconv.Itoa(n), value: float64(n)} }

// When is a cell of a moment, to the minute; none is empty.
func When(at book.Instant) Cell { return Cell{kind: cellTime, at: at} }

// Out writes a list row by row as it is read.
type Out struct {
	zone *time.Location
	csv  *csv.Writer
	zip  *zip.Writer
	w    *bufio.Writer // of the sheet
	row  int
	line []string
}

// NewOut begins a list with its titles. Times are written as the clocks of the zone show them.
func NewOut(w io.Writer, f Format, name string, zone *time.Location, titles ...string) (*Out, error) {
	if zone == nil {
		zone = time.UTC
	}
	o := &Out{zone: zone}
	if f != XLSX {
		o.csv = csv.NewWriter(w)
		o.csv.UseCRLF = true // RFC 4180
	} else if err := o.begin(w, name); err != nil {
		return nil, err
	}
	cells := make([]Cell, len(titles))
	for i, t := range titles {
		cells[i] = Text(t)
	}
	return o, o.Row(cells...)
}

// Row writes one row.
func (o *Out) Row(cells ...Cell) error {
	o.row++
	if o.csv != nil {
		o.line = o.line[:0]
		for i := range cells {
			o.line = append(o.line, o.plain(&cells[i]))
		}
		return o.csv.Write(o.line)
	}
	return o.sheetRow(cells)
}

// plain is a cell of CSV.
func (o *Out) plain(c *Cell) string {
	switch {
	case c.kind == cellText:
		return harmless(c.text)
	case c.kind != cellTime:
		return c.text
	case c.at == 0:
		return ""
	}
	return c.at.Time().In(o.zone).Format("2006-01-02 15:04")
}

// Close ends the list. What it is written to stays open.
func (o *Out) Close() error {
	if o.csv != nil {
		o.csv.Flush()
		return o.csv.Error()
	}
	_, err := o.w.WriteString("</sheetData></worksheet>")
	return errors.Join(err, o.w.Flush(), o.zip.Close())
}

// The parts of a workbook with one sheet (ECMA-376), but for the sheet itself. Style 1 is that of titles, 2 of points, 3
// of times.
const (
	xlsxHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	xlsxMain  = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	xlsxTypes = xlsxHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`
	xlsxRels = xlsxHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	xlsxBookRels = xlsxHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	xlsxStyles = xlsxHead + `<styleSheet xmlns="` + xlsxMain + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
		`<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`
	xlsxSheet = xlsxHead + `<worksheet xmlns="` + xlsxMain + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<sheetFormatPr defaultRowHeight="15" defaultColWidth="18"/><sheetData>`
)

// begin writes what comes before the rows.
func (o *Out) begin(w io.Writer, name string) error {
	o.zip = zip.NewWriter(w)
	title := &strings.Builder{}
	if err := xml.EscapeText(title, []byte(sheetName(name))); err != nil {
		return err
	}
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", xlsxTypes},
		{"_rels/.rels", xlsxRels},
		{"xl/workbook.xml", xlsxHead + `<workbook xmlns="` + xlsxMain + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="` + title.String() + `" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xlsxBookRels},
		{"xl/styles.xml", xlsxStyles},
	} {
		p, err := o.zip.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(p, part.text); err != nil {
			return err
		}
	}
	p, err := o.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	o.w = bufio.NewWriter(p)
	_, err = o.w.WriteString(xlsxSheet)
	return err
}

// sheetName is a name that a sheet may have: 31 characters, none of those that have a meaning in formulas.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return ' '
		}
		return r
	}, book.Clean(s)), " '")
	if s == "" {
		return "Passbook"
	}
	return strings.TrimSpace(string([]rune(s)[:min(len([]rune(s)), 31)]))
}

// sheetRow writes one row. Texts stand in their cells, so that none has to be remembered.
func (o *Out) sheetRow(cells []Cell) error {
	o.w.WriteString("<row r=\"" + strconv.Itoa(o.row) + "\">") //nolint:errcheck // a bufio.Writer keeps its error until Flush
	for i := range cells {
		c := &cells[i]
		place := ` r="` + columnName(i) + strconv.Itoa(o.row) + `"`
		switch {
		case c.kind == cellText && c.text == "", c.kind == cellTime && c.at == 0:
		case c.kind == cellText:
			style := ""
			if o.row == 1 {
				style = ` s="1"`
			}
			o.w.WriteString("<c" + place + style + ` t="inlineStr"><is><t xml:space="preserve">`) //nolint:errcheck // likewise
			if err := xml.EscapeText(o.w, []byte(c.text)); err != nil {
				return err
			}
			o.w.WriteString("</t></is></c>") //nolint:errcheck // likewise
		default:
			style, value := "", c.value
			switch c.kind {
			case cellPoints:
				style = ` s="2"`
			case cellTime:
				style, value = ` s="3"`, serial(c.at.Time().In(o.zone))
			}
			o.w.WriteString("<c" + place + style + "><v>" + strconv.FormatFloat(value, 'f', -1, 64) + "</v></c>") //nolint:errcheck // likewise
		}
	}
	_, err := o.w.WriteString("</row>")
	return err
}

// serial is a time of day as workbooks count it: days since the end of 1899, by the clock of its zone, to the minute.
func serial(t time.Time) float64 {
	wall := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
	return wall.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Minutes() / (24 * 60)
}

// columnName is a column's letters: A to Z, then AA.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}
