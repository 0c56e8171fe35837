package inbox

import (
	"context"
	"net"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// What is kept of a mailbox's letters, who reads their words, and the ways to its server.
const (
	KeepsText    = "text"    // who, when and what they say
	KeepsHeaders = "headers" // who and when, and the subject

	ShownFirm   = "firm"   // whoever sees the account reads them
	ShownMember = "member" // their words are for the mailbox's member; everybody else sees that there were letters

	TLS      = "implicit"
	StartTLS = "starttls"
	NoTLS    = "none" // for a server on this machine alone
)

// Keeps, Shows and Ways list them.
var (
	Keeps = []string{KeepsText, KeepsHeaders}
	Shows = []string{ShownFirm, ShownMember}
	Ways  = []string{TLS, StartTLS, NoTLS}
)

// Bounds of what is said of a mailbox.
const (
	mostName     = 80
	mostHost     = 253
	mostLogin    = 320
	mostPassword = 1000
	mostFolders  = 50
	mostFolder   = 500
	mostBoxes    = 200
)

// Add has a mailbox read from now on.
type Add struct {
	Name    string
	Member  string // whose it is, by id, name or address; "" for the firm's
	Host    string
	Port    int // 0 for the usual one
	TLS     string
	Login   string
	Folders []string // none for the inbox and what was sent
	Keeps   string
	Shown   string
	Create  awareness.Create

	Mailbox store.Mailbox // set by Run

	password string // beside what a key keeps of a command
}

// With gives the password that opens the mailbox.
func (c *Add) With(password string) *Add {
	c.password = password
	return c
}

// Act implements teller.Command.
func (*Add) Act() book.Act { return book.ActImport }

// Run implements teller.Command. It writes no entry: a mailbox says nothing of any client, and what opens it is no history.
func (c *Add) Run(ctx context.Context, w *teller.Work) error {
	m, err := c.checked()
	if err != nil {
		return err
	}
	if err := c.whose(ctx, w, &m); err != nil {
		return err
	}
	all, err := w.Tx.Mailboxes(ctx)
	switch {
	case err != nil:
		return err
	case len(all) >= mostBoxes:
		return book.Errorf(book.Conflict, "there are %d mailboxes already; drop one first", len(all))
	}
	if m.ID, err = w.NewID(); err != nil {
		return err
	}
	m.By, m.Created = w.Who.Member, w.Now
	if err := w.Tx.InsertMailbox(ctx, &m); err != nil {
		return err
	}
	c.Mailbox = m
	return w.Tx.SaveMailboxPassword(ctx, m.ID, c.password)
}

// whose sets whose mailbox it is. One of one's own every member may have read who may import; the firm's and those of others are
// for owners of the firm.
func (c *Add) whose(ctx context.Context, w *teller.Work, m *store.Mailbox) error {
	if c.Member != "" {
		r, err := w.Reading(ctx)
		if err != nil {
			return err
		}
		whose, err := awareness.MemberNamed(ctx, r, c.Member)
		if err != nil {
			return err
		}
		m.Member = whose.ID
	}
	if m.Member == "" && m.Shown == ShownMember {
		return book.Fieldf(book.Invalid, "shown", "%s is for a member's own mailbox; say whose it is", ShownMember)
	}
	if m.Member == w.Who.Member {
		return nil
	}
	return book.Permit(w.Who.Role, book.ActFirm)
}

// checked is the mailbox that is asked for, with what goes without saying filled in.
func (c *Add) checked() (m store.Mailbox, err error) {
	m = store.Mailbox{
		Name: book.Clean(strings.TrimSpace(c.Name)), Host: strings.ToLower(strings.TrimSpace(c.Host)), Port: c.Port, TLS: or(c.TLS, TLS),
		Login: strings.TrimSpace(c.Login), Keeps: or(c.Keeps, KeepsText), Shown: or(c.Shown, ShownFirm), Creates: or(string(c.Create), string(awareness.CreateKnown)),
	}
	for _, f := range c.Folders {
		if f = strings.TrimSpace(f); f != "" && !slices.Contains(m.Folders, f) {
			m.Folders = append(m.Folders, f)
		}
	}
	if m.Port == 0 {
		if m.Port = 143; m.TLS == TLS {
			m.Port = 993
		}
	}
	return m, c.fits(&m)
}

// fits refuses what no mailbox can be.
func (c *Add) fits(m *store.Mailbox) error {
	for _, t := range []struct {
		field, value string
		most         int
	}{{"name", m.Name, mostName}, {"host", m.Host, mostHost}, {"login", m.Login, mostLogin}, {"password", c.password, mostPassword}} {
		switch {
		case t.value == "":
			return book.Fieldf(book.Invalid, t.field, "is missing")
		case len(t.value) > t.most:
			return book.Fieldf(book.Invalid, t.field, "is longer than %d bytes", t.most)
		case strings.ContainsAny(t.value, "\r\n\x00"):
			return book.Fieldf(book.Invalid, t.field, "is more than one line")
		}
	}
	if strings.ContainsAny(m.Host, " /:@") && net.ParseIP(m.Host) == nil {
		return book.Fieldf(book.Invalid, "host", "%q is no name of a server; write it as imap.example.com", m.Host)
	}
	if m.Port < 1 || m.Port > 65535 {
		return book.Fieldf(book.Invalid, "port", "%d is not a port", m.Port)
	}
	if err := known("tls", m.TLS, Ways); err != nil {
		return err
	}
	if err := known("keep", m.Keeps, Keeps); err != nil {
		return err
	}
	if err := known("shown", m.Shown, Shows); err != nil {
		return err
	}
	if !slices.Contains(awareness.Creates, awareness.Create(m.Creates)) {
		return book.Fieldf(book.Invalid, "create", "%q is not known; it is %s", m.Creates, book.Said(book.ListOf(awareness.Creates)))
	}
	if m.TLS == NoTLS && !loopback(m.Host) {
		return book.Fieldf(book.Invalid, "tls", "is %s, so the password would go to %s for all to read; use %s or %s", NoTLS, m.Host, TLS, StartTLS)
	}
	if len(m.Folders) > mostFolders {
		return book.Fieldf(book.Invalid, "folders", "are %d; no more than %d are read", len(m.Folders), mostFolders)
	}
	for _, f := range m.Folders {
		if len(f) > mostFolder || strings.ContainsAny(f, "\r\n\x00*%") {
			return book.Fieldf(book.Invalid, "folders", "%q is no name of a folder", f)
		}
	}
	return nil
}

func known(field, word string, list []string) error {
	if slices.Contains(list, word) {
		return nil
	}
	return book.Fieldf(book.Invalid, field, "%q is not known; it is %s", word, book.Said(book.ListOf(list)))
}

func or(word, usual string) string {
	if word == "" {
		return usual
	}
	return word
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Drop has a mailbox read no longer. What was stored of its letters stays, and so do those at the server.
type Drop struct {
	Ref string // its id or its name

	Was store.Mailbox // set by Run
}

// Act implements teller.Command.
func (*Drop) Act() book.Act { return book.ActImport }

// Run implements teller.Command.
func (c *Drop) Run(ctx context.Context, w *teller.Work) (err error) {
	if c.Was, err = mine(ctx, w.Tx, w.Who, c.Ref); err != nil {
		return err
	}
	return w.Tx.DeleteMailbox(ctx, c.Was.ID)
}

// Ask asks whoever reads a mailbox to read it now: the program that serves, within some seconds.
type Ask struct {
	Ref string

	Mailbox store.Mailbox // set by Run
}

// Act implements teller.Command.
func (*Ask) Act() book.Act { return book.ActImport }

// Run implements teller.Command.
func (c *Ask) Run(ctx context.Context, w *teller.Work) (err error) {
	if c.Mailbox, err = mine(ctx, w.Tx, w.Who, c.Ref); err != nil {
		return err
	}
	return w.Tx.AskMailbox(ctx, c.Mailbox.ID, w.Now)
}

// sees says whether a member is told of a mailbox: of their own, of the firm's if they may import, and of all as an owner of the firm.
func sees(who teller.Actor, m *store.Mailbox) bool {
	return m.Member == who.Member && who.Member != "" || book.Permit(who.Role, book.ActFirm) == nil ||
		m.Member == "" && book.Permit(who.Role, book.ActImport) == nil
}

// changes says whether a member may drop a mailbox or have it read: one's own, and all as an owner of the firm.
func changes(who teller.Actor, m *store.Mailbox) bool {
	return m.Member == who.Member && who.Member != "" || book.Permit(who.Role, book.ActFirm) == nil
}

// mine finds a mailbox that a member may change, by its id or its name.
func mine(ctx context.Context, tx *store.Tx, who teller.Actor, ref string) (store.Mailbox, error) {
	m, err := find(ctx, tx, who, ref)
	if err == nil && !changes(who, &m) {
		err = book.Errorf(book.Forbidden, "the mailbox %q is not yours; its member and owners of the firm see to it", m.Name)
	}
	return m, err
}

// find finds a mailbox that a member is told of.
func find(ctx context.Context, tx *store.Tx, who teller.Actor, ref string) (store.Mailbox, error) {
	all, err := tx.Mailboxes(ctx)
	if err != nil {
		return store.Mailbox{}, err
	}
	for i := range all {
		if m := &all[i]; sees(who, m) && (string(m.ID) == ref || book.Fold(m.Name) == book.Fold(ref)) {
			return *m, nil
		}
	}
	return store.Mailbox{}, book.Errorf(book.NotFound, "there is no mailbox %q", ref)
}

// Line is a mailbox in the shape that others rely on: --json of the command line, and the API. Its password is nowhere in it.
type Line struct {
	ID      book.ID      `json:"id"`
	Name    string       `json:"name"`
	Member  book.ID      `json:"member" doc:"Whose it is; empty for the firm's."`
	Whose   string       `json:"whose" doc:"The member's name."`
	Mine    bool         `json:"mine"`
	Host    string       `json:"host"`
	Port    int          `json:"port"`
	TLS     string       `json:"tls" enum:"implicit,starttls,none"`
	Login   string       `json:"login" doc:"As whom to sign in there."`
	Folders []string     `json:"folders" doc:"Which folders are read; none for the inbox and what was sent."`
	Keeps   string       `json:"keep" enum:"text,headers" doc:"What is kept of a letter: what it says as well, or who, when and its subject."`
	Shown   string       `json:"shown" enum:"firm,member" doc:"Who reads the words: whoever sees the account, or the mailbox's member alone."`
	Create  string       `json:"create" enum:"known,all" doc:"Who becomes an account; of known, strangers become suggestions."`
	Added   book.Instant `json:"added"`
	Read    book.Instant `json:"read" doc:"When it was last read to its end; empty for never."`
	Tried   book.Instant `json:"tried" doc:"When a reading last began."`
	Fault   string       `json:"fault,omitempty" doc:"Why the last reading did not come to its end."`
	Notes   []string     `json:"notes,omitempty" doc:"What is to be known of its folders: that one is not there, or was numbered anew."`
	Counts
	May bool `json:"-"` // whoever reads this may drop it and have it read
}

// lineOf puts a mailbox into that shape.
func lineOf(who teller.Actor, m *store.Mailbox, names map[book.ID]string) (Line, error) {
	s, err := stateOf(m)
	if err != nil {
		return Line{}, err
	}
	l := Line{
		ID: m.ID, Name: m.Name, Member: m.Member, Whose: names[m.Member], Mine: m.Member == who.Member && m.Member != "", Host: m.Host, Port: m.Port,
		TLS: m.TLS, Login: m.Login, Folders: append([]string{}, m.Folders...), Keeps: m.Keeps, Shown: m.Shown, Create: m.Creates,
		Added: m.Created, Read: m.Read, Tried: m.Tried, Fault: m.Fault, Counts: s.counts(), May: changes(who, m),
	}
	for _, f := range s.Folders {
		if f.Lost {
			l.Notes = append(l.Notes, book.Message(noFolder(f.Name)))
		}
	}
	return l, nil
}

func noFolder(name string) error {
	return book.Errorf(book.NotFound, "the folder %q is not there", name)
}

// List tells of the mailboxes that a member is told of, by name.
func List(ctx context.Context, r *teller.Reading) ([]Line, error) {
	all, err := r.Tx.Mailboxes(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]book.ID, 0, len(all))
	for i := range all {
		ids = append(ids, all[i].Member)
	}
	names, err := r.Tx.MemberNames(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := []Line{}
	for i := range all {
		if !sees(r.Who, &all[i]) {
			continue
		}
		l, err := lineOf(r.Who, &all[i], names)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Named tells of one of them, by its id or its name.
func Named(ctx context.Context, r *teller.Reading, ref string) (Line, error) {
	all, err := List(ctx, r)
	if err != nil {
		return Line{}, err
	}
	for i := range all {
		if string(all[i].ID) == ref || book.Fold(all[i].Name) == book.Fold(ref) {
			return all[i], nil
		}
	}
	return Line{}, book.Errorf(book.NotFound, "there is no mailbox %q", ref)
}

// Kept is a mailbox as adding it is answered.
type Kept struct {
	Line
	Repeated bool `json:"repeated" doc:"The key was known; nothing was added now."`
}
