package inbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail/inbox"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// login is as whom a mailbox is signed in to, which is an address of the firm.
const login = "ana@acme.example"

var noOptions teller.Options

// bench is a book on one engine beside a mail server.
type bench struct {
	testing.TB
	*testkit.Book
	server *testkit.Dovecot
	reader *inbox.Reader
}

func newBench(t testing.TB, db *sqldb.DB, server *testkit.Dovecot) *bench {
	t.Helper()
	b := &bench{TB: t, Book: testkit.NewBook(t, db), server: server}
	b.reader = &inbox.Reader{Teller: b.Teller, Log: slog.New(slog.DiscardHandler), Temp: t.TempDir(), Patience: 20 * time.Second}
	if server != nil {
		b.reader.Roots = server.Roots
	}
	return b
}

func engines(t *testing.T, run func(b *bench)) {
	t.Helper()
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) { run(newBench(t, db, testkit.NewDovecot(t))) })
}

func lite(t testing.TB, server *testkit.Dovecot) *bench {
	t.Helper()
	return newBench(t, testkit.Open(t, t.TempDir()+"/x.db", sqldb.NoSync()), server)
}

// box has a mailbox of the server read, as much of it as change says.
func (b *bench) box(change func(*inbox.Add)) book.ID {
	b.Helper()
	c := &inbox.Add{Name: "post", Host: "127.0.0.1", TLS: inbox.NoTLS, Login: login, Member: "Ana", Create: awareness.CreateAll}
	if b.server != nil {
		c.Port = b.server.Port
	}
	if change != nil {
		change(c)
	}
	if _, err := b.Do(context.Background(), b.Ana, c.With(testkit.MailPassword), teller.Options{}); err != nil {
		b.Fatal(err)
	}
	return c.Mailbox.ID
}

// read reads a mailbox to its end.
func (b *bench) read(id book.ID) *inbox.Reading {
	b.Helper()
	got, err := b.reader.Read(context.Background(), "acme", id, nil)
	if err != nil {
		b.Fatal(err)
	}
	if got.Fault != "" {
		b.Fatal(got.Fault)
	}
	return got
}

// client is a conversation with the server as whose mailbox it is.
func (b *bench) client() *imapclient.Client {
	b.Helper()
	c, err := imapclient.DialInsecure(net.JoinHostPort("127.0.0.1", strconv.Itoa(b.server.Port)), nil)
	if err == nil {
		err = c.Login(login, testkit.MailPassword).Wait()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return c
}

// put lays letters into a folder.
func (b *bench) put(folder string, letters ...string) {
	b.Helper()
	c := b.client()
	for _, l := range letters {
		b.lay(c, folder, l, time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))
	}
}

func (b *bench) lay(c *imapclient.Client, folder, text string, at time.Time, flags ...imap.Flag) {
	b.Helper()
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	cmd := c.Append(folder, int64(len(text)), &imap.AppendOptions{Time: at, Flags: flags})
	if _, err := cmd.Write([]byte(text)); err != nil {
		b.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		b.Fatal(err)
	}
	if _, err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
}

// note is a letter with a number of its own.
func note(n int, from, to, more, words string) string {
	return fmt.Sprintf("From: %s\nTo: %s\nDate: Mon, 2 Feb 2026 %02d:%02d:00 +0000\nMessage-ID: <%d@mail.example>\nSubject: Letter %d\n%s\n%s\n",
		from, to, 6+n/60%12, n%60, n, n, more, words)
}

const client = "Maria Keller <maria@client.example>"

// proof is the book proved.
func (b *bench) proof() *assessment.Verification {
	b.Helper()
	p, err := assessment.Verify(context.Background(), b.Teller, b.Ana, nil)
	if err != nil || len(p.Differences) > 0 {
		b.Fatalf("%v %+v", err, p)
	}
	return p
}

// touches are the touches on whoever has an address, as a member reads them.
func (b *bench) touches(who teller.Actor, address string) (out []book.Entry) {
	b.Helper()
	ctx := context.Background()
	err := b.Read(ctx, who, 0, func(r *teller.Reading) error {
		a, err := awareness.Resolve(ctx, r, address)
		if err != nil {
			return err
		}
		all, err := r.Tx.EntriesOf(ctx, a.ID)
		for i := range all {
			if all[i].Kind == book.KindTouch {
				out = append(out, all[i])
			}
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func (b *bench) list(who teller.Actor) []inbox.Line {
	b.Helper()
	var all []inbox.Line
	err := b.Read(context.Background(), who, 0, func(r *teller.Reading) (err error) {
		all, err = inbox.List(context.Background(), r)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// What came in and what was sent is in the book, each letter once, without what it quotes; what is new comes with the next reading,
// and what is seen is accounted for.
func TestReads(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.box(nil)
		b.put("INBOX",
			note(1, client, login, "", "The boiler is cold.\n\n-- \nMaria Keller\nOak Street 1"),
			note(2, client, login, "Auto-Submitted: auto-replied\n", "I am away."),
			note(3, "Stranger Newsletter <news@shop.example>", login, "List-Unsubscribe: <mailto:off@shop.example>\n", "Buy."))
		b.put("Sent", note(4, login, client, "In-Reply-To: <1@mail.example>\n", "Somebody comes today.\n\nOn Mon, 2 Feb 2026 Maria wrote:\n> The boiler is cold."))
		got := b.read(id)
		if got.Fetched != 4 || got.Listed != 4 || got.Seen != 4 || got.Stored != 3 || got.Left != 1 || got.Gap != 0 {
			b.Errorf("%+v", got)
		}
		all := b.touches(b.Ana, "maria@client.example")
		if len(all) != 3 {
			b.Fatalf("%d touches", len(all))
		}
		words := map[string]string{}
		for _, e := range all {
			words[e.Words.Text] = e.Words.Body
			if e.Words.Text == "Letter 2" && !e.Facts.Auto {
				b.Error("an auto-reply passes for a letter")
			}
		}
		if words["Letter 1"] != "The boiler is cold." || words["Letter 4"] != "Somebody comes today." {
			b.Errorf("%q", words)
		}
		if again := b.read(id); again.Fetched != 0 || again.Seen != 4 || len(again.Runs) != 0 {
			b.Errorf("again: %+v", again)
		}
		b.put("INBOX", note(5, client, login, "In-Reply-To: <4@mail.example>\n", "Thank you."))
		if more := b.read(id); more.Fetched != 1 || more.Created != 1 || more.Seen != 5 || more.Gap != 0 {
			b.Errorf("more: %+v", more)
		}
		b.proof()
	})
}

// A server that numbers its letters anew has all of them read again, and none stored twice.
func TestRenumbered(t *testing.T) {
	b := lite(t, testkit.NewDovecot(t))
	id := b.box(nil)
	b.put("INBOX", note(1, client, login, "", "One."), note(2, client, login, "", "Two."))
	b.read(id)
	before := b.proof()
	b.server.Doveadm(b, "mailbox", "update", "-u", login, "--uid-validity", "99", "INBOX")
	got := b.read(id)
	if got.Renewed != 1 || got.Fetched != 2 || got.Created != 0 || got.Seen != 2 || got.Stored != 2 || got.Gap != 0 {
		t.Errorf("%+v", got)
	}
	if after := b.proof(); after.Digest != before.Digest || after.Entries != before.Entries {
		t.Errorf("%+v, before %+v", after, before)
	}
}

// What the mailbox loses stays in the book, and that it is gone there is told.
func TestLostThere(t *testing.T) {
	b := lite(t, testkit.NewDovecot(t))
	id := b.box(nil)
	b.put("INBOX", note(1, client, login, "", "One."), note(2, client, login, "", "Two."))
	b.read(id)
	before := b.proof()
	b.server.Doveadm(b, "expunge", "-u", login, "mailbox", "INBOX", "header", "Subject", "Letter 1")
	got := b.read(id)
	if got.Listed != 1 || got.Gone != 1 || got.Seen != 2 || got.Stored != 2 || got.Gap != 0 {
		t.Errorf("%+v", got)
	}
	if after := b.proof(); after.Digest != before.Digest {
		t.Error("something went")
	}
}

// Drafts and what is to be deleted are not read as long as they are that.
func TestDrafts(t *testing.T) {
	b := lite(t, testkit.NewDovecot(t))
	id := b.box(nil)
	c := b.client()
	b.lay(c, "INBOX", note(1, client, login, "", "One."), time.Now(), imap.FlagDeleted)
	b.lay(c, "INBOX", note(2, login, client, "", "Two."), time.Now(), imap.FlagDraft)
	if got := b.read(id); got.Fetched != 0 || got.Held != 2 || got.Gap != 0 {
		t.Errorf("%+v", got)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsDel, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if got := b.read(id); got.Fetched != 1 || got.Held != 1 || got.Stored != 1 || got.Gap != 0 {
		t.Errorf("%+v", got)
	}
}

// A letter that stands in the book and comes back counts as one that reached nobody; the same bounce says it once.
func TestComesBack(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.box(nil)
		b.put("Sent", note(1, login, client, "", "Good news."))
		b.read(id)
		b.put("INBOX", note(2, "MAILER-DAEMON@acme.example", login, "Return-Path: <>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n",
			"--b\nContent-Type: text/plain\n\nIt could not be delivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; acme.example\n\n"+
				"Final-Recipient: rfc822; maria@client.example\nAction: failed\nStatus: 5.1.1\n--b\nContent-Type: message/rfc822\n\n"+note(1, login, client, "", "Good news.")+"--b--\n"))
		got := b.read(id)
		if got.Returned != 1 {
			b.Errorf("%+v", got)
		}
		live := []book.Entry{}
		for _, e := range b.touches(b.Ana, "maria@client.example") {
			if e.VoidedBy == "" {
				live = append(live, e)
			}
		}
		if len(live) != 1 || live[0].Facts.Outcome != book.NoAnswer || live[0].Words.Body != "Good news." {
			b.Errorf("%+v", live)
		}
		before := b.proof()
		b.server.Doveadm(b, "mailbox", "update", "-u", login, "--uid-validity", "77", "INBOX")
		b.server.Doveadm(b, "mailbox", "update", "-u", login, "--uid-validity", "78", "Sent")
		if got := b.read(id); got.Fetched != 2 || got.Created != 0 {
			b.Errorf("again: %+v", got)
		}
		if after := b.proof(); after.Digest != before.Digest {
			b.Error("the same bounce changed the book again")
		}
	})
}

// Of a private mailbox others see that there were letters, and not what they say; of its headers alone nobody keeps more.
func TestPrivate(t *testing.T) {
	engines(t, func(b *bench) {
		id := b.box(func(c *inbox.Add) { c.Shown = inbox.ShownMember })
		b.put("INBOX", note(1, client, login, "", "Only between us: zirconium."))
		b.read(id)
		mine, theirs := b.touches(b.Ana, "maria@client.example"), b.touches(b.Ben, "maria@client.example")
		if len(mine) != 1 || mine[0].Words.Body != "Only between us: zirconium." || mine[0].Words.Text != "Letter 1" {
			b.Errorf("%+v", mine)
		}
		if len(theirs) != 1 || theirs[0].Words.Text+theirs[0].Words.Body != "" {
			b.Errorf("%+v", theirs)
		}
		for who, want := range map[teller.Actor]int{b.Ana: 1, b.Ben: 0} {
			err := b.Read(context.Background(), who, 0, func(r *teller.Reading) error {
				hits, err := r.Tx.SearchWords(context.Background(), "zirconium", 10)
				if len(hits) != want {
					b.Errorf("%s finds %d", who.Member, len(hits))
				}
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		if len(b.list(b.Ben)) != 0 {
			b.Error("another member is told of the mailbox")
		}
		heads := b.box(func(c *inbox.Add) {
			c.Name, c.Keeps, c.Member, c.Folders = "heads", inbox.KeepsHeaders, "", []string{"INBOX"}
		})
		b.put("INBOX", note(2, client, login, "", "What stays there."))
		b.read(heads)
		for _, e := range b.touches(b.Ben, "maria@client.example") {
			if e.Words.Body != "" || e.Words.Text != "" && e.Words.Text != "Letter 2" {
				b.Errorf("%+v", e.Words)
			}
		}
		b.proof()
	})
}

// The password is nowhere but where it is used.
func TestPasswordIsKeptApart(t *testing.T) {
	b := lite(t, testkit.NewDovecot(t))
	id := b.box(nil)
	b.put("INBOX", note(1, client, login, "", "One."))
	b.read(id)
	told, err := json.Marshal(b.list(b.Ana))
	if err != nil || strings.Contains(string(told), testkit.MailPassword) {
		t.Errorf("%v %s", err, told)
	}
	err = b.Store().Read(context.Background(), "acme", func(tx *store.Tx) error {
		m, err := tx.Mailbox(context.Background(), id)
		if text := fmt.Sprintf("%+v", m); strings.Contains(text, testkit.MailPassword) {
			t.Error(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Do(context.Background(), b.Ana, &inbox.Drop{Ref: "post"}, teller.Options{}); err != nil {
		t.Fatal(err)
	}
	err = b.Store().Read(context.Background(), "acme", func(tx *store.Tx) error {
		_, err := tx.MailboxPassword(context.Background(), id)
		return err
	})
	if book.FaultOf(err) != book.Conflict {
		t.Errorf("the password is there still: %v", err)
	}
}

// A letter is in the book some seconds after the server has it, since the server tells.
func TestListens(t *testing.T) {
	b := lite(t, testkit.NewDovecot(t))
	b.box(nil)
	b.put("INBOX", note(1, client, login, "", "One."))
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); b.reader.Run(ctx) }()
	defer func() { stop(); <-ended }()
	stored := func(n int) {
		t.Helper()
		for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
			if all := b.list(b.Ana); all[0].Stored == n && all[0].Read != 0 {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%+v", b.list(b.Ana))
			}
		}
	}
	stored(1)
	time.Sleep(3 * time.Second) // until it listens: what comes before is found as it begins to
	b.put("INBOX", note(2, client, login, "", "Two."))
	stored(2)
}
