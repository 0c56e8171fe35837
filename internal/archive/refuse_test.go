package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/card"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/transfer"
)

// tamper changes one line of a file of an archive; n counts from 1.
func tamper(t testing.TB, file string, n int, change func(line string) string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(b), "\n")
	lines[n-1] = change(lines[n-1])
	if err := os.WriteFile(file, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// resign makes the manifest agree with what the files are now, as a forger would.
func resign(t testing.TB, dir string) {
	t.Helper()
	path := filepath.Join(dir, manifestName)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	for file := range m.SHA256 {
		content, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		m.SHA256[file] = hex.EncodeToString(sum[:])
		if noun, ok := strings.CutSuffix(file, ".jsonl"); ok {
			m.Counts[noun] = bytes.Count(content, []byte("\n"))
		}
	}
	if b, err = json.Marshal(m); err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func replace(old, with string) func(string) string {
	return func(line string) string { return strings.Replace(line, old, with, 1) }
}

// field replaces the value of a text field.
func field(name, with string) func(string) string {
	return func(line string) string {
		_, rest, ok := strings.Cut(line, `"`+name+`":"`)
		if !ok {
			return `{"` + name + `":` + with + `,` + line[1:]
		}
		old, _, _ := strings.Cut(rest, `"`)
		return strings.Replace(line, `"`+name+`":"`+old+`"`, `"`+name+`":`+with, 1)
	}
}

const strange = `"00000000-0000-4000-8000-000000000001"`

// hostile are archives that nobody but an attacker or a broken disk writes.
var hostile = []struct {
	name, file string
	line       int // 0 has the whole file refused
	change     func(string) string
	words      string
}{
	{"cut off", "entries.jsonl", 41, func(l string) string { return l[:len(l)/2] }, "cut off"},
	{"no newline", "entries.jsonl", 41, func(l string) string { return l[:len(l)-1] }, "cut off"},
	{"blank line", "entries.jsonl", 3, func(string) string { return "\n" }, "not a JSON object"},
	{"a list", "entries.jsonl", 3, func(string) string { return "[]\n" }, "not a JSON object"},
	{"not JSON", "contacts.jsonl", 2, func(string) string { return "{\"id\"\n" }, "cannot be understood"},
	{"two objects", "contacts.jsonl", 2, func(l string) string { return strings.TrimSpace(l) + l }, "more on the line"},
	{"unknown field", "accounts.jsonl", 1, replace(`{"id"`, `{"balance":7,"id"`), "balance"},
	{"wrong type", "accounts.jsonl", 2, field("name", "7"), "name"},
	{"number for a time", "entries.jsonl", 4, field("at", "7"), "cannot be understood"},
	{"no id", "members.jsonl", 1, field("id", `"Ana"`), "no id"},
	{"id in capitals", "accounts.jsonl", 1, field("id", `"019CAE34-7780-7CE2-A0D8-ED448FB307FC"`), "no id"},
	{"id twice", "entries.jsonl", 5, func(l string) string { return l + l }, "repeats"},
	{"member twice", "members.jsonl", 1, func(l string) string { return l + l }, "one before"},
	{"name twice", "members.jsonl", 2, field("name", `"ANA"`), "one before"},
	{"unknown role", "members.jsonl", 2, field("role", `"king"`), "king"},
	{"unknown kind", "entries.jsonl", 9, field("kind", `"prophecy"`), "prophecy"},
	{"unknown word", "entries.jsonl", 9, replace(`"facts":{`, `"facts":{"sounded":"shrill",`), "shrill"},
	{"year 0", "entries.jsonl", 9, field("at", `"0001-01-05T10:00:00Z"`), "year 1"},
	{"to come", "entries.jsonl", 9, field("at", `"2026-05-05T10:00:00Z"`), "ahead"},
	{"no such account", "entries.jsonl", 9, field("account", strange), "accounts.jsonl"},
	{"too many points", "entries.jsonl", 9, replace(`"facts":{`, `"facts":{"points":1e300,`), "cannot be understood"},
	{"link to no account", "links.jsonl", 1, field("account", strange), "accounts.jsonl"},
	{"link to no contact", "links.jsonl", 6, field("contact", `"ffffffff-0000-4000-8000-000000000001"`), "contacts.jsonl"},
	{"card of nobody", "cards.jsonl", 1, field("contact", strange), "contacts.jsonl"},
	{"merged into nothing", "accounts.jsonl", 1, field("merged_into", strange), "merged_into"},
	{"merged into itself", "accounts.jsonl", 1, func(l string) string {
		id := strings.Split(l, `"`)[3]
		return field("merged_into", `"`+id+`"`)(l)
	}, "back to where"},
	{"NUL in a name", "contacts.jsonl", 1, field("name", `"a\u0000b"`), "NUL"},
	{"a comma changed", "entries.jsonl", 0, replace("Talked", "Walked"), "SHA-256"},
	{"a line lost", "tombstones.jsonl", 0, func(string) string { return "" }, "manifest says"},
	{"playbook broken", "playbooks/residential-sales.toml", 0, func(string) string { return "half = \n" }, "residential-sales.toml:1:"},
	{"newer", manifestName, 0, replace(`"version": 1`, `"version": 2`), "newer"},
	{"other format", manifestName, 0, replace("passbook-export", "passport-export"), "not the manifest"},
}

// forgeries agree with their manifest and are refused all the same.
var forgeries = []struct {
	name  string
	forge func(t testing.TB, dir string)
	words string
}{
	{"unknown noun", func(t testing.TB, dir string) { put(t, dir, "wishes.jsonl", "{}\n") }, "wishes.jsonl"},
	{"a noun missing", func(t testing.TB, dir string) { must(t, os.Remove(filepath.Join(dir, "runs.jsonl"))) }, "runs.jsonl: this is missing"},
	{"manifest missing", func(t testing.TB, dir string) { must(t, os.Remove(filepath.Join(dir, manifestName))) }, "manifest.json"},
	{"playbook outside", func(t testing.TB, dir string) {
		put(t, filepath.Dir(dir), "evil.toml", "")
		tamperAll(t, filepath.Join(dir, manifestName), `["residential-sales"]`, `["residential-sales","../../evil"]`)
	}, "not the name of a playbook"},
	{"noun is a link", func(t testing.TB, dir string) { relink(t, dir, "entries.jsonl") }, "entries.jsonl"},
	{"playbook is a link", func(t testing.TB, dir string) { relink(t, dir, "playbooks/residential-sales.toml") }, "plain file"},
	{"playbooks is a link", func(t testing.TB, dir string) { relink(t, dir, playbooksName) }, "playbooks"},
	{"a ring of merges", func(t testing.TB, dir string) {
		b, err := os.ReadFile(filepath.Join(dir, "accounts.jsonl"))
		must(t, err)
		id := func(n int) string { return `"` + strings.Split(strings.Split(string(b), "\n")[n], `"`)[3] + `"` }
		for from, into := range map[int]int{3: 4, 4: 5, 5: 3} {
			tamper(t, filepath.Join(dir, "accounts.jsonl"), from+1, field("merged_into", id(into)))
		}
		resign(t, dir)
	}, "back to where"},
	{"no salt", func(t testing.TB, dir string) {
		tamperAll(t, filepath.Join(dir, manifestName), `"salt":"salt"`, `"salt":""`)
	}, "salt"},
	{"another playbook's name", func(t testing.TB, dir string) {
		src, _ := playbook.Source("b2b-accounts")
		put(t, dir, "playbooks/residential-sales.toml", string(src))
		resign(t, dir)
	}, "called"},
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, dir, name, content string) {
	t.Helper()
	must(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
}

func tamperAll(t testing.TB, file, old, with string) {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	if !bytes.Contains(b, []byte(old)) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	must(t, os.WriteFile(file, bytes.ReplaceAll(b, []byte(old), []byte(with)), 0o600))
}

// relink moves a file out of the archive and leaves a link to it.
func relink(t testing.TB, dir, name string) {
	t.Helper()
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.Rename(filepath.Join(dir, name), outside))
	must(t, os.Symlink(outside, filepath.Join(dir, name)))
}

func copyDir(t testing.TB, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	must(t, os.CopyFS(dir, os.DirFS(from)))
	return dir
}

// Damaged and hostile archives are refused with file and line, and leave nothing behind.
func TestArchiveRefuses(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		good, _ := export(t, s.Teller, s.Ana)
		in := more[string(db.Engine())]()
		to := other(t, in, s.Clock.Now())
		who := teller.Actor{Workspace: "new", Role: book.RoleOwner}
		refused := func(t *testing.T, dir, where, words string) {
			t.Helper()
			_, err := ImportArchive(context.Background(), to, who, dir, nil)
			if f := book.FaultOf(err); f != book.Invalid && f != book.Conflict {
				t.Fatalf("got %v", err)
			}
			if m := book.Message(err); !strings.Contains(m, where) || !strings.Contains(m, words) {
				t.Errorf("the message is %q, wanted are %q and %q", m, where, words)
			}
			if left := rows(t, in, "new"); len(left) > 0 {
				t.Errorf("it left %d entries", len(left["entry"]))
			}
		}
		for _, c := range hostile {
			t.Run(c.name, func(t *testing.T) {
				dir := copyDir(t, good)
				where := c.file
				if c.line > 0 {
					tamper(t, filepath.Join(dir, c.file), c.line, c.change)
					where += ", line "
				} else {
					b, err := os.ReadFile(filepath.Join(dir, c.file))
					must(t, err)
					put(t, dir, c.file, c.change(string(b)))
				}
				if c.file == manifestName {
					where = ""
				}
				refused(t, dir, where, c.words)
			})
		}
		for _, c := range forgeries {
			t.Run(c.name, func(t *testing.T) {
				dir := copyDir(t, good)
				resign(t, dir)
				c.forge(t, dir)
				refused(t, dir, "", c.words)
			})
		}
		if _, err := ImportArchive(context.Background(), to, who, good, nil); err != nil {
			t.Errorf("the archive as it was is refused: %v", err)
		}
	})
}

// A cancelled import stops between pages and leaves nothing.
func TestArchiveCancelled(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		dir, _ := export(t, s.Teller, s.Ana)
		in := more[string(db.Engine())]()
		to := other(t, in, s.Clock.Now())
		ctx, cancel := context.WithCancel(context.Background())
		_, err := ImportArchive(ctx, to, teller.Actor{Workspace: "new", Role: book.RoleOwner}, dir, func(noun string, _, _ int) {
			if noun == "contacts" {
				cancel()
			}
		})
		if err == nil {
			t.Fatal("it went on")
		}
		if left := rows(t, in, "new"); len(left) > 0 {
			t.Errorf("it left %d entries", len(left["entry"]))
		}
	})
}

// FuzzArchiveLine reads lines of every noun; those of entries that pass are folded, which must end well too.
func FuzzArchiveLine(f *testing.F) {
	for _, line := range []string{
		`{"id":"019cae34-7780-7ce2-a0d8-ed448fb307fc","at":"2026-01-05T10:00:00Z","kind":"touch","facts":{"channel":"call","dir":"out","to":-3},"words":{}}`,
		`{"id":"019cae34-7780-7ce2-a0d8-ed448fb307fc","at":"2026-01-05T10:00:00Z","kind":"case","facts":{"severity":-9,"ours":true,"estimate":"0001-01-01T00:00:00Z"},"words":{"set":{"x":{"before":"","after":"y"}}}}`,
		`{"id":"019cae34-7780-7ce2-a0d8-ed448fb307fc","at":"2026-01-05T10:00:00Z","kind":"opened","facts":{"set":{"playbook":{"before":"","after":"x"}}}}`,
		`{"id":"","name":"\u0000","fields":{"emails":"["}}`, `{`, `{"at":7}`, `null`, `{} {}`,
	} {
		f.Add([]byte(line))
	}
	src, _ := playbook.Source("residential-sales")
	sources := map[string]string{"residential-sales": string(src)}
	firm := store.Workspace{Rules: "v"}
	firm.Playbook = "residential-sales"
	rules, err := teller.MakeRules(firm, sources)
	if err != nil {
		f.Fatal(err)
	}
	now := day(3, 2)
	f.Fuzz(func(_ *testing.T, line []byte) {
		k := newKnown(now)
		k.accounts.add("019cae34-7780-7ce2-a0d8-ed448fb307fc")
		var e book.Entry
		if decodeStrict(line, &e) == nil && checkEntry(&e, k) == nil {
			s := rules.Replay("019cae34-7780-7ce2-a0d8-ed448fb307fc", []book.Entry{e}, nil)
			_ = rules.View(&s, now, nil)
		}
		tryLine(line, k, checkAccount)
		tryLine(line, k, checkContact)
		tryLine(line, k, checkCard)
		tryLine(line, k, checkMember)
		tryLine(line, k, checkLink)
		tryLine(line, k, checkSighting)
		_ = k.settleRedirects("accounts", k.accounts)
	})
}

func tryLine[T any](line []byte, k *known, check func(*T, *known) error) {
	var v T
	if decodeStrict(line, &v) == nil {
		_ = check(&v, k)
	}
}

// FuzzAmend puts what a contact says into cards of every make: what comes out is one card, which says it.
func FuzzAmend(f *testing.F) {
	for _, raw := range strings.SplitAfter(wallet, "END:VCARD\r\n")[:3] {
		f.Add(raw, "New note; with, all\\ that\nmore", "x@example.com")
	}
	f.Add("BEGIN:VCARD\nVERSION:2.1\nFN:A\nNOTE;ENCODING=QUOTED-PRINTABLE:a=\n=", "b", "")
	f.Add("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nTITLE:x\r\nTITLE:y\r\nORG:a;b\r\nORG:c\r\nitem1.TEL:1\r\nitem1.ADR:;;s;;;;\r\nitem1.X-ABLABEL:l\r\nEND:VCARD\r\n", "b", "1")
	f.Fuzz(func(t *testing.T, raw, note, mail string) {
		c := &store.Contact{}
		c.Name, c.Fields = "Ada Byron", map[string]string{book.ContactGiven: "Ada", book.ContactFamily: "Byron", book.ContactTitle: "Countess"}
		if note = book.Clean(note); note != "" {
			c.Fields[book.ContactNote] = note
		}
		if mail = book.EmailKey(book.Clean(mail)); mail != "" {
			c.Fields[book.ContactEmails] = book.WriteList([]book.Reach{{Value: mail, Label: "My own: label", Pref: true}, {Value: "b" + mail, Label: "work"}})
		}
		c.Fields[book.ContactBirthday], c.Fields["custom.dog"] = "1815-12-10", "Puff\nTray"
		out := asTyped(raw, c)
		var cards []*card.Card
		for k := range card.Scan(bytes.NewReader(out)) {
			if k != nil {
				cards = append(cards, k)
			}
		}
		if len(cards) != 1 {
			if oneCard(raw) {
				t.Fatalf("%d cards out of one:\n%s", len(cards), out)
			}
			return
		}
		if !oneCard(raw) {
			return
		}
		said := cards[0].Person()
		got := transfer.CardFields(&said)
		for _, field := range []string{book.ContactNote, book.ContactBirthday, book.ContactGiven, book.ContactTitle, book.ContactEmails} {
			if !sameField(field, got[field], c.Fields[field]) {
				t.Errorf("%s is %q, wanted is %q in\n%q\nfrom\n%q", field, got[field], c.Fields[field], out, raw)
			}
		}
	})
}

// oneCard says whether a text is what a book keeps: one whole card that names somebody, in a version there is.
func oneCard(raw string) bool {
	n := 0
	for c, fault := range card.Scan(strings.NewReader(raw)) {
		if fault != nil || string(c.Raw) != raw || c.Version != "2.1" && c.Version != "3.0" && c.Version != "4.0" {
			return false
		}
		if _, bad := transfer.CardPerson(c); bad != nil {
			return false
		}
		n++
	}
	return n == 1 && strings.HasSuffix(raw, "END:VCARD\r\n")
}

// Real cards of ten programs come out as they came, and say what is changed in them, whatever it is.
func TestRealCards(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedData(t), "contacts", "*.vcf"))
	if err != nil || len(files) != 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		f, err := os.Open(file)
		must(t, err)
		for c := range card.Scan(f) {
			if c == nil {
				continue
			}
			p, bad := transfer.CardPerson(c)
			if bad != nil {
				continue // a list of other cards
			}
			contact := &store.Contact{}
			contact.Name, contact.Fields = p.Name, p.Fields
			if p.Kind == book.Company {
				contact.Fields[book.ContactKind] = string(book.Company)
			}
			if got := asTyped(p.Raw, contact); string(got) != string(whole([]byte(p.Raw))) {
				t.Errorf("%s: a card nobody changed is changed:\n%s\n%s", filepath.Base(file), got, p.Raw)
			}
			for _, rewrite := range []func(string, string) string{
				func(string, string) string { return "" },
				changedField,
			} {
				for field := range p.Fields {
					changed := &store.Contact{}
					changed.Name, changed.Fields = p.Name, map[string]string{}
					for k, v := range p.Fields {
						if k == field {
							v = rewrite(field, v)
						}
						if v != "" {
							changed.Fields[k] = v
						}
					}
					checkAmended(t, filepath.Base(file)+" "+field, p.Raw, changed)
				}
			}
		}
		must(t, f.Close())
	}
}

// changedField is another value of a field.
func changedField(field, v string) string {
	switch {
	case field == book.ContactAddresses:
		return book.WriteList([]book.Postal{{Label: "Boat house", Street: "2 New Rd", City: "Ely"}})
	case field == book.ContactHandles:
		return book.WriteList([]book.Reach{{Value: "me.new", Label: "xmpp"}})
	case book.IsListField(field):
		all := book.ReadList[book.Reach](v)
		return book.WriteList(append(all[1:], book.Reach{Value: "new@example.com", Label: "work"}))
	case field == book.ContactBirthday, field == book.ContactAnniversary:
		return "1999-12-31"
	case field == book.ContactGender:
		return "F"
	case field == book.ContactKind:
		return ""
	}
	return "New, " + book.Clean(v) + "; more"
}

// asTyped is a card whose every field a member typed as the contact has it.
func asTyped(raw string, c *store.Contact) []byte {
	k := []ownCard{{raw: raw}}
	if k[0].read(); k[0].card == nil {
		return whole([]byte(raw))
	}
	hand := slices.Concat(slices.Collect(maps.Keys(c.Fields)), slices.Collect(maps.Keys(k[0].says)), []string{book.ContactName})
	slices.Sort(hand)
	return k[0].amended(c, slices.Compact(hand), k)
}

// checkAmended makes sure that a card, amended, says all that the contact does.
func checkAmended(t *testing.T, what, raw string, c *store.Contact) {
	t.Helper()
	out := asTyped(raw, c)
	for k, fault := range card.Scan(bytes.NewReader(out)) {
		if fault != nil {
			t.Errorf("%s: %v", what, fault)
			continue
		}
		p, bad := transfer.CardPerson(k)
		if bad != nil {
			t.Fatal(bad)
		}
		if p.Kind == book.Company {
			p.Fields[book.ContactKind] = string(book.Company)
		}
		for _, field := range slices.Concat(slices.Collect(maps.Keys(p.Fields)), slices.Collect(maps.Keys(c.Fields))) {
			if !sameField(field, p.Fields[field], c.Fields[field]) {
				t.Errorf("%s: %s is %q, wanted is %q", what, field, p.Fields[field], c.Fields[field])
			}
		}
	}
}

// Several cards of one person go on saying their own, value for value; what was typed since goes into each: of a list
// what was added and what was taken away, and no value that another card brought. What was undone changes none.
func TestSeveralCards(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		s := &shelf{Book: testkit.NewBook(t, db), t: t}
		one := "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Roe;Ida;;;\r\nFN:Ida Roe\r\nEMAIL:ida@example.com\r\nTEL;TYPE=work:+49 30 111111\r\nNOTE:First\r\nUID:a\r\nEND:VCARD\r\n"
		two := "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Roe;Ida;B.;Dr.;\r\nFN:Ida Roe\r\nEMAIL:ida@example.com\r\nTEL;TYPE=home:+49 30 111111\r\nTEL;TYPE=cell:+49 30 222222\r\nNOTE:Second\r\nUID:b\r\nEND:VCARD\r\n"
		s.bring("wallet.vcf", one+two, awareness.CreateKnown)
		cards := func() (string, string) {
			t.Helper()
			dir, _ := export(t, s.Teller, s.Ana)
			b, err := os.ReadFile(filepath.Join(dir, cardsName))
			must(t, err)
			parts := strings.SplitAfter(string(b), "END:VCARD\r\n")
			if strings.Contains(parts[0], "UID:b") {
				parts[0], parts[1] = parts[1], parts[0]
			}
			return parts[0], parts[1]
		}
		same := func(when, wantOne, wantTwo string) {
			t.Helper()
			if a, b := cards(); a != wantOne || b != wantTwo {
				t.Errorf("%s:\n%s\n%s\nwanted is\n%s\n%s", when, a, b, wantOne, wantTwo)
			}
		}
		same("as they came", one, two)
		s.Clock.Set(s.Clock.Now().Add(1e9))
		ida := s.account("ida@example.com")
		s.do(&awareness.Edit{Account: awareness.Client(ida), Contact: map[string]string{book.ContactNote: "Typed"}})
		s.Clock.Set(s.Clock.Now().Add(1e9))
		s.do(&awareness.Undo{})
		same("after an edit that was undone", one, two)
		s.Clock.Set(s.Clock.Now().Add(1e9))
		s.do(&awareness.Edit{
			Account: awareness.Client(ida), Contact: map[string]string{book.ContactTitle: "Judge", book.ContactGiven: "Idalia"},
			AddReach: map[string]string{book.ContactPhones: "work:+49 30 333333"},
		})
		added := "TEL;TYPE=work:+49 30 333333\r\n"
		wantOne, wantTwo := strings.Replace(one, "Roe;Ida;", "Roe;Idalia;", 1), strings.Replace(two, "Roe;Ida;", "Roe;Idalia;", 1)
		a, b := cards()
		for got, want := range map[string]string{a: wantOne, b: wantTwo} {
			for _, line := range strings.SplitAfter(want, "\r\n") {
				if !strings.Contains(got, line) {
					t.Errorf("%q is not in\n%s", line, got)
				}
			}
			if len(got) != len(want)+len(added)+len("TITLE:Judge\r\n") || !strings.Contains(got, added) || !strings.Contains(got, "TITLE:Judge\r\n") {
				t.Errorf("more or less than what was typed:\n%s\nof\n%s", got, want)
			}
		}
	})
}

// What a member takes away from a list, or labels otherwise, changes on the card that had it, and on no other.
func TestOwnOfAList(t *testing.T) {
	list := func(all ...string) string {
		var out []book.Reach
		for _, s := range all {
			value, label, _ := strings.Cut(s, "/")
			out = append(out, book.Reach{Value: value, Label: label})
		}
		return book.WriteList(out)
	}
	for _, c := range []struct{ name, one, two, now, wantOne, wantTwo string }{
		{"untouched", list("1/work"), list("2/home"), list("1/work", "2/home"), list("1/work"), list("2/home")},
		{"added", list("1/work"), list("2/home"), list("1/work", "2/home", "3/cell"), list("1/work", "3/cell"), list("2/home", "3/cell")},
		{"taken away", list("1/work", "9/fax"), list("2/home"), list("1/work", "9/fax"), list("1/work", "9/fax"), ""},
		{"labelled otherwise", list("1/work"), list("2/home"), list("1/cell", "2/home"), list("1/cell"), list("2/home")},
		{"the same under two labels", list("1/work"), list("1/home"), list("1/work"), list("1/work"), list("1/home")},
		{"relabelled on both", list("1/work"), list("1/home"), list("1/cell"), list("1/cell"), list("1/cell")},
		{"twice on one card", list("1/work", "1/home"), list("2/x"), list("1/work", "1/home", "2/x"), list("1/work", "1/home"), list("2/x")},
		{"one of two labels taken away", list("1/work", "1/home"), list("2/x"), list("1/home", "2/x"), list("1/home"), list("2/x")},
		{"nothing left", list("1/work"), list("2/home"), "", "", ""},
	} {
		k := []ownCard{{says: map[string]string{book.ContactPhones: c.one}}, {says: map[string]string{book.ContactPhones: c.two}}}
		for i, want := range []string{c.wantOne, c.wantTwo} {
			if got := own(&k[i], book.ContactPhones, c.now, k, func(r book.Reach) string { return r.Value }); got != want {
				t.Errorf("%s: card %d says %s, wanted is %s", c.name, i+1, got, want)
			}
		}
	}
}

// sharedData is the folder of real samples beside the repository; a test without it is skipped.
func sharedData(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	data := filepath.Join(filepath.Dir(dir), "shared", "data")
	if _, err := os.Stat(data); err != nil {
		t.Skip("real samples are not here: no ../shared/data beside the module")
	}
	return data
}
