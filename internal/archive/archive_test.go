package archive

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/card"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
	"passbook/internal/transfer"
)

// photo is a made-up picture, long enough to be folded.
var photo = base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xff\xe0" + strings.Repeat("picture ", 40)))

// wallet is an address book as three programs would write it.
var wallet = strings.ReplaceAll(`BEGIN:VCARD
VERSION:3.0
N:Ørsted;Ång Li;Maria;Dr.;PhD
FN:Dr. Ång Li Maria Ørsted\, PhD
ORG:Bøge & Sønner\, A/S;Legal;Contracts
TITLE:Counsel
item1.EMAIL;TYPE=INTERNET:ang@example.com
item1.X-ABLabel:Assistant
EMAIL;TYPE=INTERNET,WORK,PREF:office@example.com
TEL;TYPE=CELL:+45 20 12 34 56
TEL;TYPE=WORK,VOICE:+45 33 12 34 56
ADR;TYPE=WORK:;;Nygade 4\, 2.;København;;1164;Danmark
NOTE:Likes tea.\nNever calls before nine.
BDAY:1979-02-28
X-SHOE-SIZE:41
item2.URL:https://example.com/ang
item2.X-ABLabel:_$!<HomePage>!$_
PHOTO;ENCODING=b;TYPE=JPEG:`+photo+`
UID:ang-1
REV:2026-01-05T10:00:00Z
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C5=81uk;Zofia
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zofia =C5=81uk
TEL;CELL:+48 600 100 200
ADR;HOME:;;Lipowa 1;Lublin;;20-020;Polska
LABEL;HOME;ENCODING=QUOTED-PRINTABLE:Lipowa 1=0D=0A20-020 Lublin
X-AIM:zofia
END:VCARD
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:3c1d8f1e-0b57-4d3b-9f0e-1d5a2b1c7a10
FN:松本 花
N:松本;花;;;
EMAIL;PREF=1:hana@example.org
TEL;VALUE=uri;TYPE=home:tel:+81-3-1234-5678
RELATED;TYPE=spouse;VALUE=text:Ken Matsumoto
BDAY:--0403
NICKNAME:Hana,花ちゃん
CATEGORIES:Gardens,Books
END:VCARD
`, "\n", "\r\n")

const talks = `at,channel,direction,from,to,recipients,summary,outcome,purpose,id
2026-01-12T10:00:00Z,call,out,ana@acme.example,ang@example.com,1,Talked about the harbour flat,reached,serve,t1
2026-01-20T10:00:00Z,email,in,hana@example.org,ana@acme.example,1,Asked for the floor plan,reached,serve,t2
2026-01-21T10:00:00Z,email,out,ana@acme.example,hana@example.org,1,Sent the floor plan,reached,serve,t3
2026-02-01T10:00:00Z,email,in,stranger@example.net,ana@acme.example,1,Who are you,reached,serve,t4
`

const undoneTalks = `at,channel,direction,from,to,recipients,summary,outcome,purpose,id
2026-01-30T10:00:00Z,call,out,ana@acme.example,zofia@example.net,1,Never was,reached,serve,u1
2026-01-31T10:00:00Z,call,out,ana@acme.example,ang@example.com,1,Never was either,reached,serve,u2
`

// shelf is a book with something of everything in it.
type shelf struct {
	*testkit.Book
	t  testing.TB
	db *sqldb.DB

	ang, hana, bob, rob, gone book.ID // accounts
}

func (s *shelf) do(cmd teller.Command) *book.Entry {
	s.t.Helper()
	r, err := s.Do(context.Background(), s.Ana, cmd, teller.Options{})
	if err != nil {
		s.t.Fatalf("%T: %v", cmd, err)
	}
	return r.First()
}

func (s *shelf) bring(name, content string, create awareness.Create) book.ID {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
	r, err := transfer.Import(context.Background(), s.Teller, s.Ana, transfer.ImportRequest{
		Paths: []string{path}, Create: create, Rejects: path + ".rejects",
		Options: transfer.Options{Me: []string{"ana@acme.example"}}, Accounts: name == "wallet.vcf",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return r.Run
}

func (s *shelf) account(ref string) book.ID {
	s.t.Helper()
	var id book.ID
	err := s.Read(context.Background(), s.Ana, 0, func(r *teller.Reading) error {
		a, err := awareness.Resolve(context.Background(), r, ref)
		if err == nil {
			id = a.ID
		}
		return err
	})
	if err != nil {
		s.t.Fatalf("%s: %v", ref, err)
	}
	return id
}

func day(month time.Month, d int) book.Instant {
	return book.Micros(time.Date(2026, month, d, 10, 0, 0, 123456000, time.UTC))
}

// newShelf fills a book: people from cards, by hand and from mail; what was said, promised and broken; merges, voids, an
// undone import, an erased person.
func newShelf(t testing.TB, db *sqldb.DB) *shelf {
	t.Helper()
	s := &shelf{Book: testkit.NewBook(t, db), t: t, db: db}
	s.bring("wallet.vcf", wallet, awareness.CreateKnown)
	s.bring("talks.csv", talks, awareness.CreateKnown)
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	undone := s.bring("undone.csv", undoneTalks, awareness.CreateAll)
	s.do(&awareness.UndoRun{ID: undone})
	s.Clock.Set(s.Clock.Now().Add(time.Hour))

	s.ang, s.hana = s.account("ang@example.com"), s.account("hana@example.org")
	add := func(name string, fields map[string]string) (account, contact book.ID) {
		cmd := &awareness.Add{Name: name, Fields: fields, Tags: []string{"Größe L", "buyer"}, At: day(1, 3)}
		s.do(cmd)
		return cmd.Account, cmd.Contact
	}
	s.bob, _ = add("Bob O'Neil", map[string]string{
		book.ContactEmails: book.WriteList([]book.Reach{{Value: "bob@example.com", Label: "work", Pref: true}, {Value: "b@example.net", Label: "Boat"}}),
		book.ContactPhones: book.WriteList([]book.Reach{{Value: "+49 30 123456 ext. 7", Label: "home"}}),
		book.ContactNote:   "Says: \"<b>bold</b> & brave; always\"\n\nTwo\tparts.", "custom.colour": "blue",
		book.ContactBirthday: "--02-29", book.ContactNickname: "Bobby, Rob", book.ContactOrg: "Acme, Inc.", book.ContactUnit: "Sales",
		book.ContactAddresses: book.WriteList([]book.Postal{{Label: "home", Street: "1 Main St; rear", City: "Berlin", Code: "10115", Country: "Germany"}}),
		book.ContactHandles:   book.WriteList([]book.Reach{{Value: "bobby", Label: "skype"}}),
		book.ContactRelated:   book.WriteList([]book.Reach{{Value: "Eve O'Neil", Label: "spouse"}}),
	})
	s.rob, _ = add("Bob O'Neil", map[string]string{book.ContactEmails: `[{"value":"rob@example.com"}]`})
	s.gone, _ = add("Gone Person", map[string]string{book.ContactEmails: `[{"value":"gone@example.com"}]`})
	s.happen()
	return s
}

// happen lives through some weeks.
func (s *shelf) happen() {
	touch := func(account book.ID, at book.Instant, words string) book.ID {
		return s.do(&awareness.Touch{Account: awareness.Client(account), At: at, Channel: book.Call, Summary: words}).ID
	}
	touch(s.bob, day(1, 10), "Talked über alles 🙂")
	wrong := touch(s.bob, day(1, 11), "Wrong number")
	s.do(&awareness.Void{Entry: wrong, Reason: "it was another Bob"})
	back := touch(s.bob, day(1, 12), "Back again")
	void := s.do(&awareness.Void{Entry: back, Reason: "in haste"})
	s.do(&awareness.Undo{Target: void.ID})
	touch(s.rob, day(1, 15), "Robert speaking")
	touch(s.gone, day(1, 16), "Private words")
	s.do(&awareness.Note{Account: awareness.Client(s.ang), Text: "A note about Ång"})
	promise := s.do(&accountability.Promise{Account: awareness.Client(s.ang), Text: "Send the lease", Due: day(2, 3), At: day(2, 1)})
	s.do(&accountability.Settle{Promise: accountability.Which(promise.ID), How: accountability.Break, At: day(2, 5)})
	s.do(&accountability.Promise{Account: awareness.Client(s.rob), Text: "Call back", Due: day(4, 1), At: day(2, 1)})
	c := s.do(&accountability.OpenCase{Account: awareness.Client(s.bob), Text: "Leaking roof", Origin: accountability.Ours, Severity: 2, Cause: "roof", At: day(2, 2)})
	s.do(&accountability.UpdateCase{Case: accountability.Which(c.ID), Text: "Roofer comes", At: day(2, 4), Estimate: day(2, 20)})
	s.do(&accountability.OpenCase{Account: awareness.Client(s.rob), Text: "Key lost", Origin: accountability.Theirs, Severity: 1, At: day(2, 3)})
	s.do(&accountability.Closing{Account: awareness.Client(s.hana), At: day(2, 10)})
	s.do(&awareness.Relate{From: awareness.Client(s.ang), To: awareness.Client(s.bob), Role: "adviser"})
	s.do(&awareness.Relate{From: awareness.Client(s.hana), To: awareness.Client(s.gone), Role: "neighbour"})
	s.do(&awareness.Merge{From: awareness.Client(s.rob), Into: awareness.Client(s.bob)})
	s.do(&awareness.Edit{Account: awareness.Client(s.ang), Set: map[string]string{book.FieldTier: "A"}, Tag: []string{"VIP"}, Contact: map[string]string{
		book.ContactTitle: "General Counsel", book.ContactNote: "Likes coffee; no tea.", "custom.shoe-size": "42",
	}, AddReach: map[string]string{book.ContactPhones: "Summer house:+45 98 76 54 32", book.ContactEmails: "home:ang@home.example"}})
	if _, err := s.Do(context.Background(), s.Ana, clerk(s.ang), teller.Options{Key: clerkKey}); err != nil {
		s.t.Fatal(err)
	}
	s.do(&awareness.Erase{Person: s.gone})
}

// clerk puts one more person on an account; the shelf has done so with a key.
func clerk(account book.ID) teller.Command {
	return &awareness.Add{Name: "Carl Clerk", Of: awareness.Client(account), Role: "clerk"}
}

const clerkKey = book.ID("018f6c1e-7c5a-7b1e-9d55-6d2b8c1f0a44")

// What was asked for with a key and is asked for again after the book has moved is answered, and not done twice.
func TestKeysGoAlong(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		dir, _ := export(t, s.Teller, s.Ana)
		for engine, open := range more {
			to := other(t, open(), s.Clock.Now())
			who := teller.Actor{Workspace: "elsewhere", Member: s.Ana.Member, Role: book.RoleOwner}
			sum, err := ImportArchive(context.Background(), to, who, dir, nil)
			if err != nil || sum.Counts["asked"] != 1 {
				t.Fatalf("%s: %+v, %v", engine, sum, err)
			}
			r, err := to.Do(context.Background(), who, clerk(s.ang), teller.Options{Key: clerkKey})
			if err != nil || !r.Repeated || len(r.Entries) != 2 || r.Entries[1].Kind != book.KindJoined {
				t.Errorf("%s: %+v, %v", engine, r, err)
			}
			_, err = to.Do(context.Background(), who, clerk(s.bob), teller.Options{Key: clerkKey})
			if book.FaultOf(err) != book.Conflict {
				t.Errorf("%s: for another account: %v", engine, err)
			}
		}
	})
}

func (s *shelf) verify() *assessment.Verification {
	s.t.Helper()
	return verify(s.t, s.Teller, s.Ana)
}

func verify(t testing.TB, tl *teller.Teller, who teller.Actor) *assessment.Verification {
	t.Helper()
	v, err := assessment.Verify(context.Background(), tl, who, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !v.OK {
		t.Errorf("the book does not agree with its log:\n%s", strings.Join(v.Differences, "\n"))
	}
	return v
}

// other is a second, empty book on a database.
func other(t testing.TB, db *sqldb.DB, now time.Time) *teller.Teller {
	t.Helper()
	if _, err := db.Migrate(context.Background(), store.Migrations(), nil); err != nil {
		t.Fatal(err)
	}
	tl := teller.New(store.New(db), func() time.Time { return now }, rand.NewChaCha8([32]byte{9}))
	t.Cleanup(tl.Close)
	return tl
}

// rows reads all of a workspace, a text for each row, by table: what must be equal in two books that are the same. Left
// out is what counts commands, what says where the workspace is, and what a merged account came to before it was merged.
func rows(t testing.TB, db *sqldb.DB, ws book.ID) map[string][]string {
	t.Helper()
	ctx := context.Background()
	shape, err := db.Shape(ctx)
	if err != nil {
		t.Fatal(err)
	}
	skip := []string{"workspace_id", "seq", "doc", "used_at"}
	folded := []string{"state", "sign", "rank_key", "began_at", "last_at", "due_at", "stage", "tier", "playbook", "owner_id", "rules"}
	out := map[string][]string{}
	err = db.Read(ctx, func(tx *sqldb.Tx) error {
		for _, table := range shape {
			if table.Name == "door" { // what happened at one book's door did not happen at the other's
				continue
			}
			all, err := tx.Query(ctx, "SELECT * FROM "+table.Name+" WHERE workspace_id = $1", string(ws))
			if err != nil {
				return err
			}
			for all.Next() {
				values, dest := make([]any, len(table.Columns)), make([]any, len(table.Columns))
				for i := range values {
					dest[i] = &values[i]
				}
				if err := all.Scan(dest...); err != nil {
					return err
				}
				row := map[string]string{}
				for i, v := range values {
					row[table.Columns[i].Name] = fmt.Sprint(v)
				}
				merged := table.Name == "account" && row["merged_into"] != "<nil>"
				var b strings.Builder
				for _, c := range table.Columns {
					if !slices.Contains(skip, c.Name) && !(merged && slices.Contains(folded, c.Name)) {
						fmt.Fprintf(&b, "%s=%s|", c.Name, row[c.Name])
					}
				}
				out[table.Name] = append(out[table.Name], b.String())
			}
			if err := all.Err(); err != nil {
				return err
			}
			slices.Sort(out[table.Name])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sameRows(t testing.TB, want, got map[string][]string) {
	t.Helper()
	for table := range want {
		for _, row := range want[table] {
			if !slices.Contains(got[table], row) {
				t.Errorf("%s lacks: %s", table, row)
			}
		}
		for _, row := range got[table] {
			if !slices.Contains(want[table], row) {
				t.Errorf("%s has besides: %s", table, row)
			}
		}
	}
	if len(want["entry"]) < 30 || len(want["posting"]) < 8 || len(want["search"]) < 15 || len(want["tombstone"]) == 0 {
		t.Errorf("the book compared is too small to prove anything: %d entries", len(want["entry"]))
	}
}

// engines runs a test for each engine the book is on, with a way to open more empty databases of either.
func engines(t *testing.T, run func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB)) {
	t.Helper()
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		run(t, db, map[string]func() *sqldb.DB{
			"sqlite": func() *sqldb.DB {
				return testkit.Open(t, filepath.Join(t.TempDir(), "other.db"), sqldb.NoSync())
			},
			"postgres": func() *sqldb.DB { return testkit.Open(t, testkit.Postgres(t)) },
		})
	})
}

func export(t testing.TB, tl *teller.Teller, who teller.Actor) (dir string, sum Summary) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "export")
	sum, err := Export(context.Background(), tl, who, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, sum
}

// A book that is exported and imported, on either engine, is the same to the last row: what is worked out included.
func TestArchiveRoundTrip(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		was := s.verify()
		want := rows(t, db, "acme")
		dir, sum := export(t, s.Teller, s.Ana)
		if sum.Digest != was.Digest || !sum.Agrees() || sum.Counts["entries"] != was.Entries {
			t.Errorf("exported %+v, verify says %s of %d", sum, was.Digest, was.Entries)
		}
		for engine, open := range more {
			t.Run("to "+engine, func(t *testing.T) {
				in := open()
				to := other(t, in, s.Clock.Now())
				who := teller.Actor{Workspace: "elsewhere", Role: book.RoleOwner}
				got, err := ImportArchive(context.Background(), to, who, dir, nil)
				if err != nil {
					t.Fatal(err)
				}
				if got.Digest != was.Digest || !got.Agrees() || got.Name != "Acme Homes" || got.Counts["cards"] != 3 {
					t.Errorf("imported %+v, want digest %s", got, was.Digest)
				}
				if v := verify(t, to, who); v.Digest != was.Digest {
					t.Errorf("verify says %s after, %s before", v.Digest, was.Digest)
				}
				sameRows(t, want, rows(t, in, "elsewhere"))
				again := filepath.Join(t.TempDir(), "again")
				if _, err := Export(context.Background(), to, who, again, nil); err != nil {
					t.Fatal(err)
				}
				sameArchives(t, dir, again)
			})
		}
	})
}

// sameArchives compares the files of two archives but the manifest, which names the workspace.
func sameArchives(t testing.TB, a, b string) {
	t.Helper()
	for _, n := range nouns() {
		x, err := os.ReadFile(filepath.Join(a, n.title()+".jsonl"))
		y, err2 := os.ReadFile(filepath.Join(b, n.title()+".jsonl"))
		if err != nil || err2 != nil || string(x) != string(y) {
			t.Errorf("%s differs: %v %v\n%s\n%s", n.title(), err, err2, x, y)
		}
	}
	x, _ := os.ReadFile(filepath.Join(a, cardsName))
	y, _ := os.ReadFile(filepath.Join(b, cardsName))
	if string(x) != string(y) || len(x) == 0 {
		t.Errorf("%s differs", cardsName)
	}
}

// A rebuild in place changes nothing in a book that is right.
func TestRebuildChangesNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		s := newShelf(t, db)
		want := rows(t, db, "acme")
		s.do(&assessment.Rebuild{})
		sameRows(t, want, rows(t, db, "acme"))
	})
}

// The founding of a workspace gives way to an archive: its members go, and what the teller knew of the old firm with
// them.
func TestArchiveIntoFounded(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		dir, sum := export(t, s.Teller, s.Ana)
		ctx := context.Background()
		to := other(t, more[string(db.Engine())](), s.Clock.Now())
		who := teller.Actor{Workspace: "new", Role: book.RoleOwner}
		if _, err := to.Do(ctx, who, &awareness.Found{Name: "New", Playbook: "residential-sales", Owner: "Joe"}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		if _, err := ImportArchive(ctx, to, who, dir, nil); err != nil {
			t.Fatal(err)
		}
		if v := verify(t, to, who); v.Digest != sum.Digest {
			t.Errorf("digest %s, want %s", v.Digest, sum.Digest)
		}
		err := to.Read(ctx, who, 0, func(r *teller.Reading) error {
			members, err := r.Tx.Members(ctx)
			if len(members) != 2 || members[0].Name != "Ana" || r.Rules.Firm.Salt != "salt" || r.Rules.Firm.Country != "DE" {
				t.Errorf("members %v, firm %+v", members, r.Rules.Firm)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		_, err = ImportArchive(ctx, to, who, dir, nil)
		if book.FaultOf(err) != book.Conflict || !strings.Contains(book.Message(err), "so name another") {
			t.Errorf("a second import: %v", err)
		}
		member := who
		member.Role = book.RoleMember
		if _, err = ImportArchive(ctx, to, member, dir, nil); book.FaultOf(err) != book.Forbidden {
			t.Errorf("a member imported: %v", err)
		}
	})
}

func TestExportRefuses(t *testing.T) {
	s := &shelf{Book: testkit.NewBook(t, testkit.Open(t, ":memory:")), t: t}
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		dir   string
		ws    book.ID
		fault book.Fault
	}{
		"not empty":    {full, "acme", book.Conflict},
		"a file":       {filepath.Join(full, "x"), "acme", book.Conflict},
		"no parent":    {filepath.Join(full, "a", "b"), "acme", book.NotFound},
		"no workspace": {filepath.Join(full, "new"), "nobody", book.NotFound},
	} {
		who := s.Ana
		who.Workspace = c.ws
		if _, err := Export(context.Background(), s.Teller, who, c.dir, nil); book.FaultOf(err) != c.fault {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, _ := os.ReadDir(full); len(left) != 1 {
		t.Errorf("a refused export left %v", left)
	}
	empty := t.TempDir()
	if _, err := Export(context.Background(), s.Teller, s.Ana, empty, nil); err != nil {
		t.Errorf("into an empty folder: %v", err)
	}
	info, err := os.Stat(filepath.Join(empty, manifestName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if info, err = os.Stat(empty); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
}

// cardsRead reads cards.vcf as another Passbook would.
func cardsRead(t testing.TB, path string) map[string]map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]map[string]string{}
	for c, fault := range card.Scan(f) {
		if fault != nil {
			t.Errorf("%s: %v", path, fault)
			continue
		}
		p, bad := transfer.CardPerson(c)
		if bad != nil {
			t.Fatal(bad)
		}
		for out[p.Name] != nil { // of the same name
			p.Name += "+"
		}
		out[p.Name] = p.Fields
		said := c.Person()
		out[p.Name]["photo"] = fmt.Sprintf("%x", said.Photo.Data)
	}
	return out
}

// Another program reads from cards.vcf what the book says: as it came where nothing changed, and changed where it did.
func TestCardsReadBack(t *testing.T) {
	s := newShelf(t, testkit.Open(t, ":memory:"))
	dir, _ := export(t, s.Teller, s.Ana)
	got := cardsRead(t, filepath.Join(dir, cardsName))
	ctx := context.Background()
	people := 0
	err := s.Store().Read(ctx, "acme", func(tx *store.Tx) error {
		all, err := tx.ContactPage(ctx, "", 100)
		for _, c := range all {
			if c.Name == book.Erased {
				continue
			}
			people++
			name := c.Name
			for name != "" && got[name] != nil && got[name][book.ContactEmails] != c.Fields[book.ContactEmails] {
				name += "+"
			}
			for field, want := range c.Fields {
				if !sameField(field, got[name][field], want) {
					t.Errorf("%s: %s is %q in the card, %q in the book", c.Name, field, got[name][field], want)
				}
			}
			for field := range got[name] {
				if field != "photo" && c.Fields[field] == "" {
					t.Errorf("%s: %s is %q in the card, nothing in the book", c.Name, field, got[name][field])
				}
			}
		}
		return err
	})
	if err != nil || people != 6 || len(got) != 6 {
		t.Errorf("%d people in the book, %d cards: %v", people, len(got), err)
	}
	ang := got["Dr. Ång Li Maria Ørsted, PhD"]
	if picture, _ := base64.StdEncoding.DecodeString(photo); ang["photo"] != fmt.Sprintf("%x", picture) {
		t.Errorf("the photo is not the one that came: %.40q", ang["photo"])
	}
	raw, err := os.ReadFile(filepath.Join(dir, cardsName))
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{
		"item1.EMAIL;TYPE=INTERNET:ang@example.com\r\n", "REV:2026-01-05T10:00:00Z\r\n", "TEL;CELL:+48 600 100 200\r\n",
		"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zofia =C5=81uk\r\n", "CATEGORIES:Gardens,Books\r\n",
	} {
		if !strings.Contains(string(raw), kept) {
			t.Errorf("what nobody changed is not as it came: %q", kept)
		}
	}
	for _, gone := range []string{"gone@example.com", "Likes tea", "(erased)"} {
		if strings.Contains(string(raw), gone) {
			t.Errorf("%q is in the cards still", gone)
		}
	}
}

// sameField compares two values of a field, lists whatever their order.
func sameField(field, a, b string) bool {
	if !book.IsListField(field) {
		return a == b
	}
	var x, y []json.RawMessage
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	order := func(p, q json.RawMessage) int { return strings.Compare(string(p), string(q)) }
	slices.SortFunc(x, order)
	slices.SortFunc(y, order)
	return slices.EqualFunc(x, y, func(p, q json.RawMessage) bool { return string(p) == string(q) })
}

func TestMain(m *testing.M) { testkit.Main(m) }
