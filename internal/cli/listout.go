package cli

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// asFile are the flags by which a list is written to a file instead of being printed.
type asFile struct {
	csv, xlsx string
}

func (f *asFile) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.csv, "csv", "", "write the list to a file as CSV; - is the output")
	cmd.Flags().StringVar(&f.xlsx, "xlsx", "", "write the list to a file as a workbook")
}

// wanted says whether one of them was given.
func (f *asFile) wanted() bool { return f.csv != "" || f.xlsx != "" }

// write writes a list, and says where it is.
func (f *asFile) write(ctx context.Context, a *app, s *session, r *teller.Reading, l *transfer.List) (err error) {
	if f.csv != "" && f.xlsx != "" || a.json {
		return misusef("--csv, --xlsx and --json are ways to write the same list: one of them at a time")
	}
	path, format := f.csv, transfer.CSV
	if f.xlsx != "" {
		path, format = f.xlsx, transfer.XLSX
	}
	note := store.Door{What: store.DoorTaken, How: "list", Detail: l.Name + "." + string(format)}
	if err := s.AtDoor(ctx, s.who, note); err != nil { // first noted, then taken
		return err
	}
	said, err := ui.NewLanguages()
	if err != nil {
		return err
	}
	english := said.Pick("", "")
	title := func(column string) string { return english.Say("list." + column) }
	if path == "-" {
		return l.Write(a.io.Out, format, r.Rules.Calendar.Zone, title)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return book.Errorf(book.Invalid, "the file %s cannot be written: %s", path, transfer.Plain(err))
	}
	if err := errors.Join(l.Write(io.Writer(file), format, r.Rules.Calendar.Zone, title), file.Close()); err != nil {
		return err
	}
	a.out.line("Written to " + visible(path) + ".")
	return nil
}
