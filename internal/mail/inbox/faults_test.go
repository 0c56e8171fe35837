package inbox_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/letter"
	"passbook/internal/mail/inbox"
	"passbook/internal/store"
	"passbook/internal/testkit"
	"passbook/internal/transfer"
)

// cutter passes on to a server and breaks off after so many bytes of its answers, each time anew; 0 never does.
func cutter(t testing.TB, to int, after func() int64) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var under sync.WaitGroup
	under.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			limit := after()
			under.Go(func() {
				defer near.Close()
				far, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(to)))
				if err != nil {
					return
				}
				defer far.Close()
				go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
				var answers io.Reader = far
				if limit > 0 {
					answers = io.LimitReader(far, limit)
				}
				_, _ = io.Copy(near, answers)
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); under.Wait() })
	return l.Addr().(*net.TCPAddr).Port
}

// letters are many letters of all kinds: threads, answers, a list, copies.
func letters(n int) (out []string) {
	for i := range n {
		from, to, more := fmt.Sprintf("Client %d <c%d@client.example>", i%7, i%7), login, ""
		if i%3 == 1 {
			from, to = login, fmt.Sprintf("c%d@client.example", i%7)
		}
		if i > 7 {
			more = fmt.Sprintf("In-Reply-To: <%d@mail.example>\nReferences: <%d@mail.example>\n", i-7, i-7)
		}
		if i%11 == 0 {
			more += "List-Id: <talk.lists.example>\n"
		}
		if i%13 == 0 {
			more += "Cc: ben@other.example, c1@client.example\n"
		}
		out = append(out, note(i, from, to, more, strings.Repeat(fmt.Sprintf("Words of letter %d.\nFrom here on they go on.\n", i), 1+i%40)))
	}
	return out
}

// mbox is a file of letters.
func mbox(t testing.TB, all []string) string {
	t.Helper()
	var b strings.Builder
	for _, l := range all {
		b.WriteString("From x@mail.example Sun Feb  1 12:00:00 2026\n")
		for line := range strings.Lines(l) {
			if strings.HasPrefix(strings.TrimLeft(line, ">"), "From ") {
				line = ">" + line
			}
			b.WriteString(line)
		}
		b.WriteString("\n")
	}
	path := filepath.Join(t.TempDir(), "all.mbox")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ofFile is the digest of a book into which a file of letters was imported.
func ofFile(t testing.TB, path string, me ...string) string {
	t.Helper()
	b := lite(t, nil)
	_, err := transfer.Import(context.Background(), b.Teller, b.Ana, transfer.ImportRequest{
		Paths: []string{path}, Options: transfer.Options{Me: me}, Create: "all", Folder: t.TempDir(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.proof().Digest
}

// Letters that come by a mailbox make the book that they make as a file, also where the server breaks off in the middle again
// and again: nothing is lost and nothing stored twice.
func TestSameAsAFile(t *testing.T) {
	all := letters(120)
	want := ofFile(t, mbox(t, all), login)
	server := testkit.NewDovecot(t)
	lay := lite(t, server)
	lay.put("INBOX", all...)
	for name, after := range map[string]func() func() int64{
		"whole":         func() func() int64 { return func() int64 { return 0 } },
		"always cut":    func() func() int64 { return func() int64 { return 30_000 } },
		"cut by and by": func() func() int64 { n := int64(0); return func() int64 { n += 9_000; return n } },
		"cut at the door": func() func() int64 {
			n := 0
			return func() int64 { n++; return []int64{40, 300, 3_000, 0}[min(n, 4)-1] }
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := lite(t, server)
			b.reader.Patience = 3 * time.Second
			id := b.box(func(c *inbox.Add) { c.Port = cutter(t, server.Port, after()) })
			var got *inbox.Reading
			for range 10 {
				var err error
				if got, err = b.reader.Read(context.Background(), "acme", id, nil); err != nil {
					t.Fatal(err)
				}
				if got.Fault == "" {
					break
				}
				if !strings.Contains(got.Fault, "127.0.0.1") {
					t.Errorf("the fault says %q", got.Fault)
				}
			}
			if got.Fault != "" || got.Seen != len(all) || got.Gap != 0 {
				t.Errorf("%+v", got)
			}
			if p := b.proof(); p.Digest != want {
				t.Errorf("the digest is %s, of the file %s", p.Digest, want)
			}
		})
	}
}

// In pieces the same letters make the same touches and points.
func TestInPieces(t *testing.T) {
	all := letters(60)
	server := testkit.NewDovecot(t)
	b := lite(t, server)
	b.put("INBOX", all...)
	b.reader.Most = 7
	id := b.box(nil)
	got := b.read(id)
	if got.Seen != len(all) || got.Gap != 0 || len(got.Runs) < 8 {
		t.Errorf("%+v", got)
	}
	b.proof()
}

// A real file of letters makes the same book by a mailbox as it does as a file.
func TestRealLetters(t *testing.T) {
	const path = "../../../../shared/data/mail/lkml.mbox"
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Skip("real samples: ", err)
	}
	first := regexp.MustCompile(`(?m)^From: .*?([^\s<"]+@[^\s>"]+)`).FindSubmatch(raw) // whoever wrote first is the one whose letters they are
	if first == nil {
		t.Fatal("nobody wrote the first letter")
	}
	me := string(first[1])
	want := ofFile(t, path, me, login)
	b := lite(t, testkit.NewDovecot(t))
	err = b.Store().Write(context.Background(), "acme", func(tx *store.Tx) error {
		return tx.SetMemberAddress(context.Background(), me, b.Ana.Member)
	})
	if err != nil {
		t.Fatal(err)
	}
	c := b.client()
	n := 0
	for text, at := range apart(t, raw) {
		b.lay(c, "INBOX", text, at)
		n++
	}
	id := b.box(func(a *inbox.Add) { a.Name = "real" })
	got := b.read(id)
	if got.Seen != n || got.Gap != 0 {
		t.Errorf("%+v of %d", got, n)
	}
	if p := b.proof(); p.Digest != want {
		t.Errorf("the digest is %s, of the file %s", p.Digest, want)
	}
}

// apart cuts an mbox into its letters, each with when it came.
func apart(t testing.TB, raw []byte) func(func(string, time.Time) bool) {
	t.Helper()
	var starts []int
	for l, fault := range letter.ScanMbox(bytes.NewReader(raw)) {
		if fault != nil {
			starts = append(starts, fault.Line)
			continue
		}
		starts = append(starts, l.Line)
	}
	lines := slices.Collect(strings.Lines(string(raw)))
	return func(yield func(string, time.Time) bool) {
		for i, from := range starts {
			to := len(lines) + 1
			if i+1 < len(starts) {
				to = starts[i+1]
			}
			var text strings.Builder
			for _, line := range lines[from : to-1] {
				if strings.HasPrefix(line, ">") && strings.HasPrefix(strings.TrimLeft(line, ">"), "From ") {
					line = line[1:]
				}
				text.WriteString(line)
			}
			words := strings.Fields(lines[from-1])
			at, err := time.Parse("Mon Jan 2 15:04:05 2006", strings.Join(words[2:], " "))
			if err != nil {
				t.Fatal(err)
			}
			if !yield(strings.TrimSuffix(text.String(), "\n"), at) {
				return
			}
		}
	}
}

// said is a server that says what it is told to, whatever it is asked: by the command's words, with {tag} for its tag.
func said(t testing.TB, greeting string, answers func(command string) string) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var under sync.WaitGroup
	under.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			under.Go(func() {
				defer conn.Close()
				_, _ = io.WriteString(conn, greeting)
				for s := bufio.NewScanner(conn); s.Scan(); {
					tag, command, _ := strings.Cut(s.Text(), " ")
					answer := answers(strings.ToUpper(command))
					if answer == "" {
						return
					}
					_, _ = io.WriteString(conn, strings.ReplaceAll(answer, "{tag}", tag))
				}
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); under.Wait() })
	return l.Addr().(*net.TCPAddr).Port
}

const hello = "* OK [CAPABILITY IMAP4rev1] ready\r\n"

// polite answers what any server does; more answers the rest.
func polite(more func(command string) string) func(string) string {
	return func(command string) string {
		switch {
		case strings.HasPrefix(command, "LOGIN"), strings.HasPrefix(command, "LOGOUT"):
			return "{tag} OK done\r\n"
		case strings.HasPrefix(command, "CAPABILITY"):
			return "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"
		case strings.HasPrefix(command, "LIST"):
			return "* LIST () \"/\" INBOX\r\n{tag} OK done\r\n"
		}
		return more(command)
	}
}

// Whatever a server does, the answer is clear, and the reading ends.
func TestFaultsOfServers(t *testing.T) {
	server := testkit.NewDovecot(t)
	nobody := said(t, "", func(string) string { return "" })
	for _, c := range []struct {
		name   string
		change func(*inbox.Add)
		want   string
	}{
		{"a wrong password", func(a *inbox.Add) { a.Port = server.Port; a.With("wrong") }, "does not let"},
		{"no TLS there", func(a *inbox.Add) { a.Port, a.TLS = server.Port, inbox.TLS }, "does not speak TLS"},
		{"a certificate of nobody's", func(a *inbox.Add) { a.Port, a.TLS = server.TLSPort, inbox.TLS }, "certificate"},
		{"nobody there", func(a *inbox.Add) { a.Port = 1 }, "does not answer at port 1"},
		{"is silent", func(a *inbox.Add) { a.Port = nobody }, "does not answer"},
		{"hangs up", func(a *inbox.Add) { a.Port = said(t, hello, func(string) string { return "" }) }, "broke off"},
		{"another program", func(a *inbox.Add) { a.Port = said(t, "SSH-2.0-OpenSSH\r\n", func(string) string { return "" }) }, "does not speak IMAP"},
		{"a folder that is not there", func(a *inbox.Add) { a.Port, a.Folders = server.Port, []string{"Nothing"} }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := lite(t, nil)
			b.reader.Patience = 2 * time.Second
			add := &inbox.Add{Name: "post", Host: "127.0.0.1", TLS: inbox.NoTLS, Login: login, Member: "Ana"}
			add.With(testkit.MailPassword)
			c.change(add)
			if _, err := b.Do(context.Background(), b.Ana, add, noOptions); err != nil {
				t.Fatal(err)
			}
			got, err := b.reader.Read(context.Background(), "acme", add.Mailbox.ID, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got.Fault, c.want) || (got.Fault == "") != (c.want == "") {
				t.Errorf("it says %q, want %q", got.Fault, c.want)
			}
			l := b.list(b.Ana)[0]
			if l.Fault != got.Fault {
				t.Errorf("the list says %q", l.Fault)
			}
			if c.want == "" && (len(l.Notes) != 1 || !strings.Contains(l.Notes[0], "Nothing")) {
				t.Errorf("%+v", l)
			}
		})
	}
}

// By TLS, from the start and later, where the certificate is to be trusted.
func TestEncrypted(t *testing.T) {
	server := testkit.NewDovecot(t)
	for way, port := range map[string]int{inbox.TLS: server.TLSPort, inbox.StartTLS: server.Port} {
		b := lite(t, server)
		b.put("Sent", note(1, login, client, "", "One."))
		if got := b.read(b.box(func(c *inbox.Add) { c.TLS, c.Port = way, port })); got.Stored == 0 || got.Gap != 0 {
			t.Errorf("%s: %+v", way, got)
		}
	}
}

// A letter that the server lists and never hands over is a gap that is shown, and keeps no other from coming.
func TestGap(t *testing.T) {
	one, three := note(1, client, login, "", "One."), note(3, client, login, "", "Three.")
	body := func(uid int, text string) string {
		text = strings.ReplaceAll(text, "\n", "\r\n")
		return fmt.Sprintf("* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n", uid, uid, len(text), text)
	}
	gives := false // the second
	port := said(t, hello, polite(func(command string) string {
		switch {
		case strings.HasPrefix(command, "EXAMINE"):
			return "* 3 EXISTS\r\n* FLAGS ()\r\n* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 4] x\r\n{tag} OK done\r\n"
		case strings.HasPrefix(command, "UID SEARCH"):
			return "* SEARCH 1 2 3\r\n{tag} OK done\r\n"
		case strings.HasPrefix(command, "UID FETCH") && strings.Contains(command, "RFC822.SIZE"):
			out := ""
			for i := 1; i <= 3; i++ {
				out += fmt.Sprintf("* %d FETCH (UID %d FLAGS () INTERNALDATE \"01-Feb-2026 12:00:00 +0000\" RFC822.SIZE 100)\r\n", i, i)
			}
			return out + "{tag} OK done\r\n"
		case strings.HasPrefix(command, "UID FETCH"):
			out := ""
			if strings.Contains(command, "1:3") || strings.Contains(command, "FETCH 1") {
				out += body(1, one) + body(3, three)
			}
			if gives {
				out += body(2, note(2, client, login, "", "Two."))
			}
			return out + body(7, note(7, client, login, "", "Nobody asked for this.")) + "{tag} OK done\r\n"
		}
		return "{tag} BAD what?\r\n"
	}))
	b := lite(t, nil)
	id := b.box(func(c *inbox.Add) { c.Port = port })
	if got := b.read(id); got.Fetched != 2 || got.Seen != 2 || got.Stored != 2 || got.Gap != 1 || got.Listed != 3 {
		t.Errorf("%+v", got)
	}
	gives = true
	if got := b.read(id); got.Fetched != 1 || got.Seen != 3 || got.Stored != 3 || got.Gap != 0 {
		t.Errorf("%+v", got)
	}
}

// Hostile letters come through as far as they can be read; what cannot is told of, and none is taken for another.
func TestHostileLetters(t *testing.T) {
	b := lite(t, testkit.NewDovecot(t))
	deep := "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n"
	nested := strings.Repeat("--x\nContent-Type: multipart/mixed; boundary=x\n\n", 500)
	c := b.client()
	b.lay(c, "INBOX", note(1, client, login, "", "From nobody Thu Jan  1 00:00:00 1970\nFrom: evil@evil.example\n\nA letter in a letter.\n"), time.Now())
	b.lay(c, "INBOX", note(2, client, login, deep, nested), time.Now())
	b.lay(c, "INBOX", "no header at all\njust words\n", time.Now())
	b.lay(c, "INBOX", note(3, client, login, "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset=nonsense\n", "!!!!"), time.Now())
	b.lay(c, "INBOX", "From: x@client.example\nTo: "+login+"\nDate: Mon, 2 Feb 1020 00:00:00 +0000\n\nOld.\n", time.Now())
	got := b.read(b.box(nil))
	if got.Seen != 5 || got.Stored != 3 || got.Left != 2 || got.Gap != 0 {
		t.Errorf("%+v", got)
	}
	if all := b.touches(b.Ana, "maria@client.example"); len(all) != 3 {
		t.Errorf("%d touches", len(all))
	}
	b.proof()
}

// What no mailbox can be is refused before anything is kept.
func TestRefused(t *testing.T) {
	b := lite(t, nil)
	for field, change := range map[string]func(*inbox.Add){
		"name": func(c *inbox.Add) { c.Name = " " }, "host": func(c *inbox.Add) { c.Host = "imap example" }, "port": func(c *inbox.Add) { c.Port = 70_000 },
		"tls": func(c *inbox.Add) { c.TLS, c.Host = inbox.NoTLS, "imap.example.com" }, "login": func(c *inbox.Add) { c.Login = "" },
		"password": func(c *inbox.Add) { c.With("") }, "keep": func(c *inbox.Add) { c.Keeps = "nothing" }, "folders": func(c *inbox.Add) { c.Folders = []string{"a*"} },
		"shown": func(c *inbox.Add) { c.Shown, c.Member = inbox.ShownMember, "" },
	} {
		c := (&inbox.Add{Name: "x", Host: "imap.example.com", Login: "x", Member: "Ana"}).With("x")
		change(c)
		_, err := b.Do(context.Background(), b.Ana, c, noOptions)
		if fault := book.Each(err); len(fault) != 1 || fault[0].Field != field || fault[0].Fault != book.Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
	if len(b.list(b.Ana)) != 0 {
		t.Error("something was kept")
	}
}
