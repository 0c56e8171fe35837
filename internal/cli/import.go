package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"passbook/internal/archive"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

type importOptions struct {
	*app
	req     transfer.ImportRequest
	maps    []string
	channel book.Channel
	zone    string
	list    bool
	after   string // of the list: where it goes on
	limit   int
	again   string // the command by which it is asked for again
	file    asFile
}

func importCommand(a *app) *cobra.Command {
	o := importOptions{app: a}
	cmd := &cobra.Command{
		Use: "import FILE…", Short: "Take in address books, mail, calendars and tables; the same file twice changes nothing", GroupID: groupFiles,
		Long: "Take in files of any kind that is understood: vCards, CSV of Google, Outlook, LinkedIn and HubSpot, a table of people or\n" +
			"interactions as CSV or XLSX, mbox, a Maildir, .eml, iCalendar, an Android phone's calls and texts, a WhatsApp chat, Monica's\n" +
			"JSON, and Passbook's own export. Every run reports what became of each row, writes what was\n" +
			"skipped to a file (of a table with its columns, to be mended and imported again), and can be taken back whole with\n" +
			"`passbook undo RUN`. --list names the runs there were.",
		Example: `  passbook import contacts.vcf
  passbook import mail.mbox --me ana@example.com --create all
  passbook import calls.csv --map at=sent_at --channel call
  passbook import --list`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.list {
				return noArgs(cmd, args)
			}
			return wants("FILE…")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.list {
				return o.runs(cmd.Context())
			}
			if o.file.wanted() {
				return misusef("--csv and --xlsx write the list of imports: give --list with them")
			}
			o.req.Paths = args
			o.again = againWith(cmd, args)
			return o.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.req.Options.Me, "me", nil, "the firm's own addresses, beside the members': direction follows; may be given several times")
	f.StringArrayVar(&o.maps, "map", nil, "a column of another name, as in at=sent_at; may be given several times")
	f.StringVar(&o.req.Options.Sheet, "sheet", "", "the sheet of a workbook (default the first)")
	f.StringSliceVar(&o.req.Options.Self, "self", nil, "how a chat names us, beside the members' names; may be given several times")
	f.StringVar(&o.zone, "zone", "", "where times without a zone are, as in Europe/Berlin (default where the firm is)")
	wordFlag(cmd, &o.channel, "channel", book.Channels, "the channel where a table has none")
	wordFlag(cmd, &o.req.Options.Direction, "direction", book.Directions, "who reached out, where a table's row does not say")
	wordFlag(cmd, &o.req.Create, "create", awareness.Creates, "who becomes an account (default known; strangers become suggestions)")
	f.BoolVar(&o.req.Accounts, "accounts", false, "make an account of every card")
	f.StringVar(&o.req.HistoryBefore, "history-before", "", "a day, as 2002-01-31: what was not answered before it is history, for which nobody waits")
	f.BoolVar(&o.req.DryRun, "dry-run", false, "report only, write nothing")
	f.BoolVar(&o.list, "list", false, "name the imports there were, newest first, and import nothing")
	f.StringVar(&o.after, "after", "", "of the list, the next page: what the page before named as next")
	f.IntVar(&o.limit, "limit", shownRuns, "of the list: how many")
	f.StringVar(&o.req.Rejects, "rejects", "", "the file for skipped rows (default one beside where you are)")
	a.jsonFlag(cmd)
	o.file.flags(cmd)
	return cmd
}

func (o *importOptions) run(ctx context.Context) error {
	if len(o.req.Paths) == 1 {
		dir := o.req.Paths[0]
		if info, err := os.Stat(dir); err == nil && (info.IsDir() && transfer.Sniff(dir, nil, true) == transfer.PassbookExport || archive.IsPacked(dir)) {
			return o.importArchive(ctx, dir)
		}
	}
	columns, err := columnMaps(o.maps)
	if err != nil {
		return err
	}
	o.req.Options.Map, o.req.Options.Channel = columns, o.channel
	if o.zone != "" {
		if o.req.Options.Zone, err = time.LoadLocation(o.zone); err != nil {
			return misusef("--zone %q is not known; it is written as in Europe/Berlin", o.zone)
		}
	}
	if o.req.Create == "" {
		o.req.Create = awareness.CreateKnown
	}
	// Word for word: programs that read the report go by it.
	o.req.Reasons = map[string]string{awareness.NotOurs: "nobody of --me takes part"}
	return o.with(ctx, func(s *session) error {
		b, file := o.progress("importing", 1), ""
		o.req.Progress = func(name string, done, total int64, _ int) {
			if name != file {
				file = name
				b.describe(visible(name), total)
			}
			b.set64(done)
		}
		report, err := transfer.Import(ctx, s.Teller, s.who, o.req)
		b.done()
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(report)
		}
		o.print(report)
		return nil
	})
}

// columnMaps reads --map ours=theirs, several in one where they are parted by commas.
func columnMaps(flags []string) (map[string]string, error) {
	out := make(map[string]string)
	for _, f := range flags {
		parts := strings.Split(f, ",")
		for _, p := range parts {
			if !strings.Contains(p, "=") { // a comma within a header
				parts = []string{f}
			}
		}
		pairs, err := fieldFlags("map", parts)
		if err != nil {
			return nil, err
		}
		for ours, theirs := range pairs {
			out[ours] = theirs
		}
	}
	return out, nil
}

func (o *importOptions) print(r *transfer.Report) {
	t := newTable(column{title: "File", flex: true, least: 12}, column{title: "Kind"}, column{title: "Read", right: true},
		column{title: "Created", right: true}, column{title: "Updated", right: true}, column{title: "Unchanged", right: true},
		column{title: "Suggested", right: true}, column{title: "Skipped", right: true})
	for i := range r.Files {
		f := &r.Files[i]
		t.row(said(f.Name), cell{text: string(f.Kind)}, figure(f.Read), figure(f.Created), figure(f.Updated), figure(f.Unchanged),
			figure(f.Suggested), figure(f.Skipped))
	}
	t.print(o.out)
	for i := range r.Files {
		f := &r.Files[i]
		for _, n := range f.Notes {
			o.out.wrapped(2, dim, f.Name+": "+n)
		}
		o.printReasons(f)
		o.printOthers(f)
	}
	o.printRejectsFiles(r)
	if r.Accounts > 0 {
		o.out.line(count(r.Accounts, "account was opened.", "accounts were opened."))
	}
	o.printWaiting(r)
	if o.req.DryRun {
		o.out.line("Nothing was written: this was a dry run.")
		return
	}
	o.printNext(r)
}

// printWaiting says who waits for an answer after an import. What is long past would stand on Today as any other.
func (o *importOptions) printWaiting(r *transfer.Report) {
	day := func(at book.Instant) string { return at.Time().Format("2 Jan 2006") }
	if r.History > 0 {
		o.out.line("Of " + count(r.History, "client", "clients") + " what was not answered is history now.")
	}
	if r.Waiting > 0 {
		text := count(r.Waiting, "client waits", "clients wait") + " for an answer, since " + day(r.WaitingSince) + " at the longest, and will stand on Today."
		if r.Newest != 0 {
			text += " The newest conversation taken in is of " + day(r.Newest) + "."
		}
		if r.HistoryProposed == "" {
			o.out.wrapped(0, plain, text+" --history-before DAY takes in as history what was not answered before a day.")
			return
		}
		o.out.wrapped(0, plain, text+" "+count(r.WaitingLong, "has waited", "have waited")+
			" for more than 90 days. Where nobody will answer that any more, this takes it in as history, and nobody waits for it:")
		o.out.line("  " + o.again + " --history-before " + r.HistoryProposed)
	}
}

// againWith is the command that takes the same files in with the same flags, but for a trial and another day of history.
func againWith(cmd *cobra.Command, args []string) string {
	words := []string{cmd.CommandPath()}
	for _, path := range args {
		words = append(words, shellWord(path))
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name == "dry-run" || f.Name == "history-before" || f.Name == "json" {
			return
		}
		values := []string{f.Value.String()}
		if many, ok := f.Value.(pflag.SliceValue); ok {
			values = many.GetSlice()
		}
		for _, v := range values {
			if f.Name == "dsn" && strings.Contains(v, "@") {
				continue // it may hold a password
			}
			if f.Value.Type() == "bool" {
				words = append(words, strings.TrimSuffix("--"+f.Name+"="+v, "=true"))
				continue
			}
			words = append(words, "--"+f.Name, shellWord(v))
		}
	})
	return strings.Join(words, " ")
}

func (o *importOptions) printRejectsFiles(r *transfer.Report) {
	if r.RejectsFile == "" {
		return
	}
	files := []string{}
	for i := range r.Files {
		if f := r.Files[i].RejectsFile; f != "" {
			files = append(files, visible(f))
		}
	}
	if len(files) == 0 {
		files = []string{visible(r.RejectsFile)}
	}
	o.out.line("What was skipped is in " + strings.Join(files, ", ") + ".")
}

// printNext says what there is to do after an import.
func (o *importOptions) printNext(r *transfer.Report) {
	waiting, sharing, changed := false, false, r.Accounts+r.History > 0
	for i := range r.Files {
		f := &r.Files[i]
		waiting = waiting || f.Suggested > 0 || f.Kind.HasPeople() && f.Created > 0 && !o.req.Accounts
		sharing = sharing || f.Sharing > 0
		changed = changed || f.Created+f.Updated+f.Suggested > 0
	}
	if sharing {
		o.out.line("`passbook duplicates` lists who may be one person, `passbook merge A B` makes them one.")
	}
	if waiting {
		o.out.line("`passbook suggestions` lists who is known of now and not yet a client.")
	}
	if changed {
		o.out.line("`passbook undo " + string(r.Run) + "` takes this import back.")
	} else {
		o.out.line("The book stays as it was.")
	}
}

// shownRuns is how many imports are listed unless --limit says otherwise.
const shownRuns = 1000

// runs lists the imports there were.
func (o *importOptions) runs(ctx context.Context) error {
	return o.reading(ctx, func(s *session, r *teller.Reading) error {
		if o.file.wanted() {
			return o.file.write(ctx, o.app, s, r, transfer.Imports(ctx, r))
		}
		all, err := transfer.Runs(ctx, r, o.after, max(o.limit, 1))
		if err != nil {
			return err
		}
		if o.json {
			return o.out.json(all)
		}
		o.printRuns(s.clock, all.Runs)
		if all.Next != "" {
			o.out.line("There is more: --after " + all.Next)
		}
		return nil
	})
}

func (o *importOptions) printRuns(c clock, all []transfer.RunReport) {
	if len(all) == 0 {
		o.out.line("Nothing was imported yet.")
		return
	}
	t := newTable(column{title: "When"}, column{title: "By"}, column{title: "Files", flex: true, least: 12},
		column{title: "Read", right: true}, column{title: "Created", right: true}, column{title: "Accounts", right: true},
		column{title: "How it stands"}, column{title: "Run", tail: true})
	for i := range all {
		v := &all[i]
		var names []string
		read, created := 0, 0
		for k := range v.Files {
			names = append(names, v.Files[k].Name)
			read, created = read+v.Files[k].Read, created+v.Files[k].Created
		}
		stands := ""
		switch {
		case v.Undone != 0:
			stands = "undone " + c.date(v.Undone)
		case v.Finished == 0:
			stands = "stopped before its end"
		}
		t.row(cell{text: c.stamp(v.At)}, said(v.By), said(strings.Join(names, ", ")), figure(read), figure(created), figure(v.Accounts),
			cell{text: stands}, cell{string(v.Run), dim})
	}
	t.print(o.out)
	o.out.line("")
	o.out.line("`passbook undo RUN` takes one back.")
}

// printOthers names the busiest of those between whom messages passed without anybody of the firm.
func (o *importOptions) printOthers(f *transfer.FileReport) {
	const few = 5
	var words []string
	for _, p := range f.Others[:min(len(f.Others), few)] {
		words = append(words, fmt.Sprintf("%s (%d)", visible(p.Address), p.Messages))
	}
	if len(words) > 0 {
		o.out.wrapped(2, dim, "Whoever of these is one of the firm is named by --me: "+strings.Join(words, ", ")+".")
	}
}

// shownReasons is how many kinds of reason are printed for a file.
const shownReasons = 5

// printReasons prints why rows were skipped, the commonest reason first.
func (o *importOptions) printReasons(f *transfer.FileReport) {
	counts, first := f.Reasons, map[string]int{}
	order := slices.Sorted(maps.Keys(counts))
	for _, r := range f.Rejects {
		if first[r.Reason] == 0 {
			first[r.Reason] = r.Line
		}
	}
	sortBy(order, func(reason string) int { return -counts[reason] })
	for i, reason := range order {
		if i == shownReasons {
			o.out.linef("  and %s", count(len(order)-i, "other reason", "other reasons"))
			break
		}
		where := ""
		if line := first[reason]; line > 0 {
			where = fmt.Sprintf(" (first in line %d)", line)
		}
		o.out.wrapped(2, plain, fmt.Sprintf("%s skipped%s: %s", grouped(counts[reason]), where, reason))
	}
}
