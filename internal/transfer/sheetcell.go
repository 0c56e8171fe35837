package transfer

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"passbook/internal/book"
)

// columnNumber reads the letters of a cell's place, from 0.
func columnNumber(ref string) (int, bool) {
	n := 0
	for i := range len(ref) {
		c := ref[i]
		if c < 'A' || c > 'Z' {
			return n - 1, n > 0
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<15 {
			return 0, false
		}
	}
	return 0, false
}

// cell reads one cell as text.
func (t *sheetRows) cell(c xml.StartElement) (string, error) {
	kind, value := attr(c, "t"), ""
	for {
		tok, err := t.d.Token()
		if err != nil {
			return "", err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "is":
				if value, err = richText(t.d, "is"); err != nil {
					return "", err
				}
				kind = "inlineStr"
			case "v":
				if value, err = plainText(t.d); err != nil {
					return "", err
				}
			default:
				if err := t.d.Skip(); err != nil {
					return "", err
				}
			}
		case xml.EndElement:
			return t.value(kind, attr(c, "s"), value), nil
		}
	}
}

func plainText(d *sheetXML) (string, error) {
	var b strings.Builder
	for {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.Write(t)
		case xml.EndElement:
			return b.String(), nil
		case xml.StartElement:
			if err := d.Skip(); err != nil {
				return "", err
			}
		}
	}
}

// value is what a cell shows, near enough: its text, its number without the places that a computer adds, its date.
func (t *sheetRows) value(kind, style, v string) string {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n >= 0 && n < len(t.w.strings) {
			return book.Clean(t.w.strings[n])
		}
		return ""
	case "inlineStr", "str", "d":
		return book.Clean(v)
	case "b":
		if v == "1" {
			return "true"
		}
		return "false"
	case "e":
		return ""
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil {
		return book.Clean(v)
	}
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(t.w.dates) && t.w.dates[n] {
		return t.w.date(f)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// date writes a serial day as a date, with its time of day when it has one.
func (w *workbook) date(days float64) string {
	if !(days >= 0 && days < 3_000_000) { // the year 9999
		return strconv.FormatFloat(days, 'f', -1, 64)
	}
	whole := int(days)
	seconds := int((days-float64(whole))*86400 + 0.5)
	at := w.from.AddDate(0, 0, whole).Add(time.Duration(seconds) * time.Second)
	switch {
	case whole == 0:
		return at.Format("15:04:05")
	case seconds == 0:
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02 15:04:05")
}
