package inbox

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/letter"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
)

// Reader reads mailboxes.
type Reader struct {
	Teller *teller.Teller
	Log    *slog.Logger
	Temp   string         // the folder where what is fetched lies until it is in the book; "" is the system's
	Roots  *x509.CertPool // whom servers' certificates are trusted by; nil is the system's
	// Patience is how long a server may take for the next piece of an answer; 0 is a minute.
	Patience time.Duration
	// Largest bounds what lies there at once, in bytes, and Most, in letters; 0 is the usual.
	Largest int64
	Most    int
}

const (
	largest = 1 << 30
	most    = 200_000
	// lease is how long a mailbox stays a reader's that does not say that it goes on.
	lease, beat = book.Day / 144, 3 * time.Minute
	// drops is how often a conversation that brings nothing may break off before a reading ends.
	drops = 3
)

func (r *Reader) largest() int64 {
	if r.Largest == 0 {
		return largest
	}
	return r.Largest
}

func (r *Reader) most() int {
	if r.Most == 0 {
		return most
	}
	return r.Most
}

func (r *Reader) patience() time.Duration {
	if r.Patience == 0 {
		return patience
	}
	return r.Patience
}

// Progress is told how far a reading is: how many letters are fetched, of how many that are known of.
type Progress func(fetched, known int)

// Reading is what came of reading a mailbox.
type Reading struct {
	Mailbox book.ID   `json:"mailbox"`
	Fetched int       `json:"fetched"`         // letters that the server handed over
	Created int       `json:"created"`         // that are new in the book
	Runs    []book.ID `json:"runs"`            // the imports that these are, each of which can be taken back
	Fault   string    `json:"fault,omitempty"` // why it did not come to its end; what was fetched is in the book all the same
	Failure error     `json:"-"`
	Counts            // how the whole mailbox stands then
}

// errTaken says that another program reads the mailbox just now.
func errTaken(name string) error {
	return book.Errorf(book.Conflict, "the mailbox %q is being read just now; try again in a moment", name)
}

// Read reads a mailbox once: everything that is not accounted for yet. What the server handed over before it broke off is taken
// in, and the next reading goes on from there. The error is one that kept the reading from beginning; what came up on the way
// stands in Reading.Fault.
func (r *Reader) Read(ctx context.Context, workspace, id book.ID, progress Progress) (_ *Reading, err error) {
	defer book.Wrap(&err, "read a mailbox")
	rd := &reading{Reader: r, workspace: workspace, progress: progress}
	if err := rd.begin(ctx, id); err != nil {
		return nil, err
	}
	rd.out.Mailbox, rd.out.Runs = id, []book.ID{}
	done := rd.hold(ctx)
	err = rd.run(ctx)
	done()
	if serr := rd.end(context.WithoutCancel(ctx), err); serr != nil {
		return nil, errors.Join(err, serr)
	}
	rd.out.Counts = rd.state.counts()
	if err != nil && (ctx.Err() != nil || book.FaultOf(err) == book.Internal) {
		return nil, err
	}
	if err != nil {
		rd.out.Failure, rd.out.Fault = err, book.Message(err)
	}
	return &rd.out, nil
}

// reading is one reading under way.
type reading struct {
	*Reader
	workspace book.ID
	who       teller.Actor
	holder    book.ID
	box       *store.Mailbox
	password  string
	state     *state
	spool     *spool
	places    []*place // the folders of the spool, by number
	steps     int      // letters that were fetched or passed over, over all spools
	stuck     int      // letters at which the server broke off again and again
	spoke     bool     // the server let us in once
	raw       bytes.Buffer
	known     int  // letters that the server is known to have and that are not accounted for
	full      bool // the spool is, and another one follows
	progress  Progress
	out       Reading
}

// place is a folder as the spool has it: what was fetched of it, under which turn of its numbering.
type place struct {
	*folder
	turn  uint32
	got   uids
	skip  uids           // not asked for again in this reading
	stuck map[uint32]int // how often the server broke off at a letter

	// How the folder stood when all that it lists had been asked for. It counts once that is in the book.
	whole  bool
	modseq uint64
	next   uint32
}

// begin takes the mailbox, so that nobody else reads it meanwhile, and finds whose letters they are.
func (rd *reading) begin(ctx context.Context, id book.ID) (err error) {
	if rd.holder, err = rd.Teller.NewID(); err != nil {
		return err
	}
	now := rd.Teller.Now()
	err = rd.Teller.Store().Write(ctx, rd.workspace, func(tx *store.Tx) error {
		m, err := tx.Mailbox(ctx, id)
		if err != nil {
			return err
		}
		if rd.box, err = tx.ClaimMailbox(ctx, id, rd.holder, now, now+lease); err != nil {
			return err
		}
		if rd.box == nil {
			return errTaken(m.Name)
		}
		if rd.password, err = tx.MailboxPassword(ctx, id); err != nil {
			return err
		}
		rd.who, err = actor(ctx, tx, rd.workspace, rd.box)
		return err
	})
	if err != nil {
		return err
	}
	rd.state, err = stateOf(rd.box)
	return err
}

// actor is in whose name a mailbox is read: its member's, and for the firm's that of who added it.
func actor(ctx context.Context, tx *store.Tx, workspace book.ID, m *store.Mailbox) (teller.Actor, error) {
	id := m.Member
	if id == "" {
		id = m.By
	}
	member, err := tx.Member(ctx, id)
	if err != nil {
		return teller.Actor{}, err
	}
	if member.Left != 0 {
		return teller.Actor{}, book.Errorf(book.Conflict, "%s has left the firm, so the mailbox %q is read no longer", member.Name, m.Name)
	}
	return teller.Actor{Workspace: workspace, Member: member.ID, Role: member.Role}, nil
}

// hold keeps the mailbox this reader's for as long as the reading lasts.
func (rd *reading) hold(ctx context.Context) (done func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for sleep(ctx, beat, nil) {
			err := rd.Teller.Store().Write(ctx, rd.workspace, func(tx *store.Tx) error {
				return tx.HoldMailbox(ctx, rd.box.ID, rd.holder, rd.Teller.Now()+lease)
			})
			if err != nil && ctx.Err() == nil {
				rd.Log.WarnContext(ctx, "a mailbox that is read could not be held", "mailbox", rd.box.ID, "error", err)
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// run fetches and takes in, spool by spool, until nothing is left or the server gives no more.
func (rd *reading) run(ctx context.Context) error {
	for {
		more, err := rd.batch(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// batch fills one spool and takes it in. It says whether there is more to fetch.
func (rd *reading) batch(ctx context.Context) (more bool, err error) {
	if rd.spool, err = newSpool(rd.Temp); err != nil {
		return false, err
	}
	defer rd.spool.close()
	rd.places, rd.full = nil, false
	broken := rd.fetch(ctx)
	if ctx.Err() != nil {
		return false, ctx.Err() // what was fetched is fetched again; nothing of it counts yet
	}
	if err := rd.takeIn(ctx); err != nil {
		return false, err
	}
	return rd.full && broken == nil, broken
}

// takeIn brings what was fetched into the book, and notes what is accounted for by it.
func (rd *reading) takeIn(ctx context.Context) error {
	if rd.spool.n > 0 {
		if err := rd.importSpool(ctx); err != nil {
			return err
		}
	}
	for _, p := range rd.places {
		p.Done.join(&p.got)
		p.Missing = p.Missing.less(&p.got)
		p.got = uids{}
		if p.whole {
			p.ModSeq, p.Next = p.modseq, p.next
		}
	}
	return rd.save(ctx, rd.Teller.Now()+lease)
}

// importSpool takes the letters in as the import of a file would, and corrects what bounces among them tell of.
func (rd *reading) importSpool(ctx context.Context) error {
	marks, err := rd.spool.marks()
	if err != nil {
		return err
	}
	returned := map[string][]string{}
	box := &transfer.Post{
		Name: rd.box.Name, Size: rd.spool.size, HeadersOnly: rd.box.Keeps == KeepsHeaders, Sealed: rd.box.Shown == ShownMember,
		Each: func(yield func(*letter.Letter, *letter.Fault) bool) {
			clear(returned) // they are read more than once
			rd.spool.each(func(l *letter.Letter, f *letter.Fault) bool {
				if l != nil {
					if to := l.CameBack(); to != "" && len(l.FailedRecipients) > 0 {
						returned[to] = append(returned[to], l.FailedRecipients...)
					}
				}
				return yield(l, f)
			})
		},
		Became: func(o awareness.Outcome) { rd.count(marks, o) },
	}
	req := transfer.ImportRequest{Letters: box, Create: awareness.Create(rd.box.Creates), Gently: true, Folder: rd.Temp}
	if isAddress(rd.box.Login) {
		req.Options.Me = []string{rd.box.Login}
	}
	report, err := transfer.Import(ctx, rd.Teller, rd.who, req)
	if err != nil {
		return err
	}
	rd.out.Fetched += rd.spool.n
	rd.out.Runs = append(rd.out.Runs, report.Run)
	for i := range report.Files {
		rd.out.Created += report.Files[i].Created
	}
	if len(returned) == 0 {
		return nil
	}
	c := &awareness.Returned{Letters: returned}
	if _, err := rd.Teller.Do(ctx, rd.who, c, teller.Options{}); err != nil {
		return err
	}
	rd.state.Returned += c.Corrected
	return nil
}

// count notes what became of one letter, where its folder is still numbered as it was then.
func (rd *reading) count(marks []spooled, o awareness.Outcome) {
	if o.Line < 1 || o.Line > len(marks) {
		return
	}
	at := marks[o.Line-1]
	p := rd.places[at.folder]
	if p.turn != at.turn {
		return
	}
	p.Seen++
	switch o.Status {
	case awareness.Created, awareness.Updated, awareness.Unchanged:
		p.Stored++
	case awareness.Suggested:
		p.Strangers++
	default:
		p.leave(o.Reason)
	}
}

// save writes how far the reading has come; until is how long it goes on.
func (rd *reading) save(ctx context.Context, until book.Instant) error {
	text, err := rd.state.text()
	if err != nil {
		return err
	}
	rd.box.State = text
	return rd.Teller.Store().Write(ctx, rd.workspace, func(tx *store.Tx) error {
		return tx.SaveMailbox(ctx, rd.box, rd.holder, until)
	})
}

// end gives the mailbox back, with what came up.
func (rd *reading) end(ctx context.Context, failure error) error {
	switch {
	case failure == nil:
		rd.box.Fault, rd.box.Faults, rd.box.Read = "", 0, rd.Teller.Now()
	case errors.Is(failure, context.Canceled): // the program stops; nothing is wrong with the mailbox
	default:
		rd.box.Fault = book.Message(failure)
		rd.box.Faults++
		rd.Log.WarnContext(ctx, "a mailbox could not be read to its end", "mailbox", rd.box.ID, "error", failure)
	}
	return rd.save(ctx, 0)
}

// plain is the text of a file error without its path.
func plain(err error) string {
	var pe *fs.PathError
	switch {
	case errors.As(err, &pe):
		return pe.Err.Error()
	case errors.Is(err, os.ErrClosed):
		return "it is closed"
	}
	return err.Error()
}
