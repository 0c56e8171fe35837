package letter

import (
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
)

func TestScanMaildir(t *testing.T) {
	file := func(id string) *fstest.MapFile {
		return &fstest.MapFile{Data: mailOf("Message-ID: <"+id+">", "x")}
	}
	dir := fstest.MapFS{
		"cur/2:2,S":             file("2@x"),
		"cur/1:2,S":             file("1@x"),
		"cur/.hidden":           file("no@x"),
		"cur/sub/9":             file("no@x"),
		"cur/3":                 {Data: []byte("not a letter")},
		"cur/4":                 {Data: mailOf("", ""), Mode: fs.ModeSymlink},
		"new/5":                 file("5@x"),
		"tmp/6":                 file("no@x"),
		".Sent/cur/7":           file("7@x"),
		".Work.Clients/new/8":   file("8@x"),
		".Work.Clients/note":    file("no@x"),
		"Other/cur/10":          file("no@x"),
		"dovecot-uidlist":       {Data: []byte("3")},
		".notmuch/xapian/a.ndb": {Data: []byte("x")},
	}
	var got []string
	for l, f := range ScanMaildir(dir) {
		if f != nil {
			got = append(got, f.Error())
			continue
		}
		got = append(got, l.File+" "+l.MessageID)
	}
	want := []string{
		"cur/1:2,S 1@x", "cur/2:2,S 2@x", "cur/3: there is no header", "cur/4: it is not a plain file",
		"new/5 5@x", ".Sent/cur/7 7@x", ".Work.Clients/new/8 8@x",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestScanNoMaildir(t *testing.T) {
	n := 0
	for l, f := range ScanMaildir(fstest.MapFS{"letters.mbox": {Data: []byte(two)}}) {
		n++
		if l != nil || f.Reason != "the directory is not a Maildir: it has neither cur nor new" {
			t.Errorf("%v %v", l, f)
		}
	}
	if n != 1 {
		t.Errorf("%d steps, want one", n)
	}
}
