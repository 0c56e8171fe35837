package inbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"passbook/internal/book"
	"passbook/internal/letter"
)

const (
	// askedAtOnce is of how many letters a server is asked at once what they are, fetchedAtOnce and bytesAtOnce how many it is
	// asked for whole.
	askedAtOnce   = 2_000
	fetchedAtOnce = 200
	bytesAtOnce   = 16 << 20
	// mostListed bounds the letters of a folder: more are an attack or a defect.
	mostListed = 20_000_000
	// stuckAfter is how often a server may break off at one letter before that is passed over, mostStuck how many there may be
	// of these in one reading.
	stuckAfter = 2
	mostStuck  = 10
)

// tooLarge is why a letter is left out that is larger than any that is read.
const tooLarge = "the message is larger than 64 MiB"

// fetch fills the spool. A conversation that breaks off is taken up again as long as that brings anything; what was fetched
// stays in the spool, and is not fetched twice.
func (rd *reading) fetch(ctx context.Context) error {
	for tries := 0; ; {
		before := rd.steps
		err := rd.converse(ctx)
		var no *refused
		if err == nil || ctx.Err() != nil || errors.As(err, &no) {
			return err
		}
		if rd.steps > before {
			tries = 0
		}
		if tries++; tries > drops || before == 0 && rd.steps == 0 && !rd.spoke {
			return err
		}
		if !sleep(ctx, time.Duration(tries)*rd.patience()/60, nil) {
			return ctx.Err()
		}
	}
}

// converse is one conversation with the server: folder by folder what is not accounted for yet.
func (rd *reading) converse(ctx context.Context) error {
	t, err := rd.dial(ctx, rd.box, rd.password, nil)
	if err != nil {
		return err
	}
	defer t.close()
	rd.spoke = true
	names, err := rd.folders(t)
	for _, name := range names {
		if err == nil && !rd.full {
			err = rd.folder(t, name)
		}
	}
	if err != nil {
		return classed(ctx, rd.box, errors.Join(err, t.line.why()))
	}
	_ = t.Logout().Wait() // what was wanted is here
	return nil
}

// sentNames are what programs call the folder of what was sent, where the server does not say which it is.
var sentNames = []string{
	"sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete objekte", "gesendete elemente", "inbox.sent",
	"envoyés", "éléments envoyés", "enviados", "elementos enviados", "posta inviata", "verzonden items", "skickat",
}

// folders names what is to be read.
func (rd *reading) folders(t *talk) ([]string, error) {
	if len(rd.box.Folders) > 0 {
		return rd.box.Folders, nil
	}
	out := []string{"INBOX"}
	all, err := t.List("", "*", &imap.ListOptions{ReturnSpecialUse: t.Caps().Has(imap.CapSpecialUse) && t.Caps().Has(imap.CapListExtended)}).Collect()
	if err != nil {
		return nil, err
	}
	called := ""
	for _, f := range all {
		if slices.Contains(f.Attrs, imap.MailboxAttrNoSelect) || strings.EqualFold(f.Mailbox, "INBOX") {
			continue
		}
		if slices.Contains(f.Attrs, imap.MailboxAttrSent) {
			return append(out, f.Mailbox), nil
		}
		if called == "" && slices.Contains(sentNames, strings.ToLower(f.Mailbox)) {
			called = f.Mailbox
		}
	}
	if called != "" {
		out = append(out, called)
	}
	return out, nil
}

// place is where a folder of this reading stands.
func (rd *reading) place(name string) (int, *place) {
	f := rd.state.of(name)
	for i, p := range rd.places {
		if p.folder == f {
			return i, p
		}
	}
	p := &place{folder: f, stuck: map[uint32]int{}}
	rd.places = append(rd.places, p)
	return len(rd.places) - 1, p
}

// folder fetches what is not accounted for of one folder. One that is not there is noted, and keeps the others from nothing.
func (rd *reading) folder(t *talk, name string) error {
	data, err := t.Select(name, &imap.SelectOptions{ReadOnly: true, CondStore: t.Caps().Has(imap.CapCondStore)}).Wait()
	n, p := rd.place(name)
	var no *imap.Error
	if errors.As(err, &no) && no.Type == imap.StatusResponseTypeNo {
		p.Lost = true
		return nil
	}
	if err != nil {
		return err
	}
	p.Lost = false
	if p.Validity != data.UIDValidity { // the numbers mean other letters now; what was fetched by the old ones stays fetched
		p.renew(data.UIDValidity)
		p.turn++
		p.got, p.skip, p.stuck = uids{}, uids{}, map[uint32]int{}
	}
	same := p.ModSeq != 0 && p.ModSeq == data.HighestModSeq && p.Next == uint32(data.UIDNext) && p.Listed == int(data.NumMessages)
	p.Listed = int(data.NumMessages)
	if same && len(p.Missing.runs) == 0 && p.Short == 0 {
		return nil
	}
	listed, err := rd.listed(t, data.NumMessages)
	if err != nil {
		return err
	}
	todo := listed.less(&p.Done)
	p.Gone = max(0, p.Seen-(listed.count()-todo.count()))
	p.Held, p.Missing = uids{}, uids{}
	todo = todo.less(&p.got)
	todo = todo.less(&p.skip)
	p.Missing.join(&p.skip)
	rd.known += todo.count()
	if err := rd.wanted(t, uint32(n), p, todo); err != nil || rd.full {
		return err
	}
	p.whole, p.modseq, p.next = true, data.HighestModSeq, uint32(data.UIDNext)
	p.Short = max(0, p.Listed-listed.count())
	if p.Short == 0 { // the server is at one with itself: what it does not list below the last there is not, and will never be
		var all uids
		all.add(1, listed.last())
		holes := all.less(&listed)
		p.Done.join(&holes)
	}
	return nil
}

// listed are the numbers of all letters of the folder.
func (*reading) listed(t *talk, exist uint32) (out uids, err error) {
	if exist == 0 {
		return out, nil
	}
	var opts *imap.SearchOptions
	if t.Caps().Has(imap.CapESearch) {
		opts = &imap.SearchOptions{ReturnAll: true}
	}
	data, err := t.UIDSearch(&imap.SearchCriteria{}, opts).Wait()
	if err != nil {
		return out, err
	}
	set, _ := data.All.(imap.UIDSet)
	runs := slices.Clone(set)
	slices.SortFunc(runs, func(a, b imap.UIDRange) int { return int(int64(a.Start) - int64(b.Start)) })
	for _, r := range runs {
		from, to := uint32(min(r.Start, r.Stop)), uint32(max(r.Start, r.Stop))
		out.add(from, to)
	}
	if out.count() > mostListed {
		return out, book.Errorf(book.Conflict, "the server lists more than %d letters in one folder", mostListed)
	}
	return out, nil
}

// wish is a letter that is to be fetched.
type wish struct {
	uid     uint32
	size    int64
	arrived time.Time
}

// wanted asks what letters are, and fetches those that are to be read.
func (rd *reading) wanted(t *talk, n uint32, p *place, todo uids) error {
	for todo.count() > 0 && !rd.full {
		some := todo.first(askedAtOnce)
		todo = todo.less(&some)
		wishes, err := rd.ask(t, p, some)
		for len(wishes) > 0 && err == nil && !rd.full {
			k, bytes := 0, int64(0)
			for k < min(len(wishes), fetchedAtOnce, rd.most()-rd.spool.n) && (k == 0 || bytes+wishes[k].size <= bytesAtOnce) {
				bytes += wishes[k].size
				k++
			}
			err = rd.bring(t, n, p, wishes[:k])
			wishes = wishes[k:]
			rd.full = rd.spool.size >= rd.largest() || rd.spool.n >= rd.most()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ask asks what letters are: when they came, how large they are, and whether they are to be read at all.
func (rd *reading) ask(t *talk, p *place, some uids) ([]wish, error) {
	cmd := t.Fetch(some.set(), &imap.FetchOptions{UID: true, Flags: true, InternalDate: true, RFC822Size: true})
	var out []wish
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		w, unread := wish{}, false
		for item := msg.Next(); item != nil; item = msg.Next() {
			switch d := item.(type) {
			case imapclient.FetchItemDataUID:
				w.uid = uint32(d.UID)
			case imapclient.FetchItemDataFlags:
				unread = slices.Contains(d.Flags, imap.FlagDeleted) || slices.Contains(d.Flags, imap.FlagDraft)
			case imapclient.FetchItemDataInternalDate:
				w.arrived = d.Time
			case imapclient.FetchItemDataRFC822Size:
				w.size = d.Size
			}
		}
		switch {
		case !some.has(w.uid):
		case unread:
			p.Held.add(w.uid, w.uid)
		case w.size > letter.MaxSize:
			p.pass(w.uid, tooLarge)
		default:
			out = append(out, w)
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, err
	}
	var told uids
	slices.SortFunc(out, func(a, b wish) int { return int(int64(a.uid) - int64(b.uid)) })
	for _, w := range out {
		told.add(w.uid, w.uid)
	}
	told.join(&p.Held)
	silent := some.less(&told)
	silent = silent.less(&p.Done)
	p.Missing.join(&silent)
	return out, nil
}

// pass accounts for a letter that is not fetched.
func (p *place) pass(uid uint32, reason string) {
	p.Seen++
	p.leave(reason)
	p.Done.add(uid, uid)
}

// bring fetches letters whole.
func (rd *reading) bring(t *talk, n uint32, p *place, wishes []wish) error {
	var set uids
	arrived := make(map[uint32]time.Time, len(wishes))
	for _, w := range wishes {
		set.add(w.uid, w.uid)
		arrived[w.uid] = w.arrived
	}
	cmd := t.Fetch(set.set(), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		uid, whole, err := rd.literal(t, msg)
		switch {
		case err == nil && (!whole || !set.has(uid) || p.got.has(uid)):
			continue
		case err == nil:
			at := spooled{folder: n, turn: p.turn}
			if when := arrived[uid]; !when.IsZero() {
				at.arrived = when.Unix()
			}
			err = rd.spool.add(at, rd.raw.Bytes())
		}
		if err != nil { // hang up first: nobody reads on
			switch {
			case errors.Is(err, errTooLarge) && set.has(uid):
				p.pass(uid, tooLarge)
				rd.steps++
			case errors.Is(err, io.ErrUnexpectedEOF):
				rd.stick(p, set.less(&p.got))
			}
			_ = t.line.Close()
			_ = cmd.Close()
			return err
		}
		p.got.add(uid, uid)
		if rd.steps++; rd.progress != nil {
			rd.progress(rd.steps, rd.known)
		}
	}
	err := cmd.Close()
	left := set.less(&p.got)
	if err != nil {
		rd.stick(p, left)
		return err
	}
	p.Missing.join(&left)
	p.skip.join(&left) // asked for again by the next reading
	return nil
}

// stick notes at which letter the server broke off. One at which it does so again and again is passed over in this reading,
// since the others are to come as well.
func (rd *reading) stick(p *place, left uids) {
	if len(left.runs) == 0 {
		return
	}
	at := left.runs[0][0]
	if p.stuck[at]++; p.stuck[at] >= stuckAfter && rd.stuck < mostStuck {
		rd.stuck++
		rd.steps++
		p.skip.add(at, at)
	}
}

var errTooLarge = book.Errorf(book.Conflict, "the server sends a letter that is larger than it said")

// literal reads one letter into rd.raw. Whole says that the server handed it over. Errors: errTooLarge, and io.ErrUnexpectedEOF
// where the server broke off in the middle.
func (rd *reading) literal(t *talk, msg *imapclient.FetchMessageData) (uid uint32, whole bool, err error) {
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch d := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = uint32(d.UID)
		case imapclient.FetchItemDataBodySection:
			if d.Literal == nil {
				continue
			}
			size := d.Literal.Size()
			if size > letter.MaxSize {
				return uid, false, errTooLarge
			}
			if rd.raw.Cap() > 4<<20 { // one large letter must not hold its memory for the rest
				rd.raw = bytes.Buffer{}
			}
			rd.raw.Reset()
			if n, err := rd.raw.ReadFrom(io.LimitReader(d.Literal, letter.MaxSize)); n < size {
				// The library now reads on by itself, and would a second time when the message is left: it must have ended first.
				_ = t.line.Close()
				<-t.Closed()
				return uid, false, errors.Join(io.ErrUnexpectedEOF, err)
			}
			whole = true
		}
	}
	return uid, whole, nil
}
