package transfer

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/letter"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// accountNames lists who has an account.
func accountNames(t testing.TB, b *testkit.Book) []string {
	t.Helper()
	var names []string
	err := b.Store().Read(context.Background(), b.Ana.Workspace, func(tx *store.Tx) error {
		all, err := tx.AccountNouns(context.Background(), "", 10_000)
		for _, a := range all {
			names = append(names, a.Name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

func mbox(letters ...string) string {
	var b strings.Builder
	for i, l := range letters {
		head, words, _ := strings.Cut(l, "\n\n")
		b.WriteString("From a@b Mon Jan  5 10:00:00 2026\n" + head + "\nMessage-ID: <" + string(rune('a'+i)) + "@x.example>\n" +
			"Date: Mon, 5 Jan 2026 1" + string(rune('0'+i)) + ":00:00 +0000\n\n" + words + "\n\n")
	}
	return b.String()
}

// Nobody of a mail archive becomes a client who is no person: lists by their headers or their looks, teams that are only
// ever written to in crowds, machines. A team that writes is a client like any other.
func TestNobodies(t *testing.T) {
	const crowdTo = "To: cleo@client.example, dora@client.example, eve@client.example, "
	archive := mbox(
		"From: ana@acme.example\n"+crowdTo+"design-team@client.example, linux-gardens@x.example, roses@gardens.example\nSubject: one\n\nhello",
		"From: cleo@client.example\nTo: ana@acme.example\nCc: roses@gardens.example\nList-Id: <roses.gardens.example>\n\nhello",
		"From: ana@acme.example\nTo: sales-team@client.example, noreply@shop.example\n\nhello",
		"From: core-team@client.example\nTo: ana@acme.example\n\nhello",
		"From: ana@acme.example\n"+crowdTo+"core-team@client.example, all@client.example\n\nhello",
		"From: Shop <noreply@shop.example>\nTo: ana@acme.example\n\nyour order",
		"From: Shop <noreply@shop.example>\nTo: ana@acme.example, all@client.example\n\nyour order",
		"From: ana@acme.example\nTo: all@client.example\n\nhello all",
	)
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		path := write(t, "a.mbox", archive)
		opts := Options{Me: []string{"ana@acme.example"}}
		first := bring(t, b, opts, path).Files[0]
		want := []string{
			"cleo@client.example", "core-team@client.example", "dora@client.example", "eve@client.example", "sales-team@client.example",
		}
		if got := accountNames(t, b); !slices.Equal(got, want) {
			t.Errorf("accounts %q", got)
		}
		for _, reason := range []string{"it went to a mailing list only", "an automatic letter, from an address that nobody reads"} {
			if first.Reasons[reason] == 0 {
				t.Errorf("%q is not among %v", reason, first.Reasons)
			}
		}
		if again := bring(t, b, opts, path).Files[0]; again.Created+again.Updated != 0 || again.Skipped != first.Skipped {
			t.Errorf("again: %+v", again)
		}
	})
}

// Ours are ours, however they look.
func TestNobodiesOfOurs(t *testing.T) {
	s := open(t, write(t, "a.mbox", mbox("From: team@acme.example\nTo: cleo@client.example\n\nhello", "From: cleo@client.example\nTo: noreply@acme.example\n\nhello")),
		Options{Me: []string{"team@acme.example", "noreply@acme.example"}})
	got, _ := messages(t, s)
	for _, m := range got {
		if len(m.Lists)+len(m.Machines) != 0 || m.Auto {
			t.Errorf("%+v", m)
		}
	}
}

// A table says who got a letter row by row, and so its report says it of lists.
func TestNobodiesOfTables(t *testing.T) {
	b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
	report := bring(t, b, Options{Me: []string{"ana@acme.example"}}, write(t, "a.csv", passbook+
		"2026-01-02T10:00:00Z,email,,ana@acme.example,cleo@client.example,3,x,,,\n"+
		"2026-01-02T10:00:00Z,email,,ana@acme.example,all@client.example,3,x,,,\n"+
		"2026-01-02T10:00:00Z,email,,ana@acme.example,noreply@client.example,3,x,,,\n"))
	f := report.Files[0]
	if f.Created != 1 || f.Reasons["this is a mailing list, not a person"] != 1 || f.Reasons["nobody reads this address"] != 1 {
		t.Errorf("%+v", f)
	}
	if got := accountNames(t, b); !slices.Equal(got, []string{"cleo@client.example"}) {
		t.Errorf("accounts %q", got)
	}
}

// A real archive of lists gives people, and none of its lists.
func TestNobodiesOfRealMail(t *testing.T) {
	data := sharedData(t)
	b := testkit.NewBook(t, testkit.Open(t, ":memory:"))
	bring(t, b, Options{Me: []string{"joe@perches.com"}}, filepath.Join(data, "mail", "lkml.mbox"))
	names := accountNames(t, b)
	if len(names) < 80 {
		t.Errorf("only %d accounts", len(names))
	}
	for _, name := range names {
		if looks := letter.LooksOf(name); looks != letter.Person {
			t.Errorf("%s has an account", name)
		}
	}
}

// Two programs that read the same file at once make everybody once: what the one creates the other finds unchanged.
func TestImportTwiceAtOnce(t *testing.T) {
	cards := ""
	for _, name := range []string{"Cleo", "Dora", "Eve"} {
		cards += "BEGIN:VCARD\nVERSION:3.0\nUID:" + name + "\nFN:" + name + "\nEMAIL:" + strings.ToLower(name) + "@client.example\nEND:VCARD\n"
	}
	paths := []string{write(t, "a.vcf", cards), write(t, "b.mbox", mbox(
		"From: cleo@client.example\nTo: ana@acme.example\n\nhello", "From: ana@acme.example\nTo: new@client.example, dora@client.example\n\nhello"))}
	for name, dsn := range map[string]func() string{
		"sqlite":   func() string { return filepath.Join(t.TempDir(), "book.db") },
		"postgres": func() string { return testkit.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			at := dsn()
			b := testkit.NewBook(t, testkit.Open(t, at))
			tellers := []*teller.Teller{b.Teller}
			for range 2 {
				other := teller.New(store.New(testkit.Open(t, at)), b.Clock.Now, strings.NewReader(strings.Repeat("another program", 1000+len(tellers))))
				t.Cleanup(other.Close)
				tellers = append(tellers, other)
			}
			reports, errs := make([]*Report, len(tellers)), make([]error, len(tellers))
			var all sync.WaitGroup
			for i, tl := range tellers {
				all.Go(func() {
					reports[i], errs[i] = Import(context.Background(), tl, b.Ana, ImportRequest{
						Paths: paths, Options: Options{Me: []string{"ana@acme.example"}}, Create: awareness.CreateAll, Accounts: true,
						Rejects: filepath.Join(t.TempDir(), "rejects"),
					})
				})
			}
			all.Wait()
			created, read := 0, 0
			for i, err := range errs {
				if err != nil {
					if book.FaultOf(err) != book.Conflict {
						t.Errorf("%v", err)
					}
					continue
				}
				for k := range reports[i].Files {
					created, read = created+reports[i].Files[k].Created, read+reports[i].Files[k].Read
				}
			}
			if created != 5 || read < 5 {
				t.Errorf("created %d of %d read: %v", created, read, errs)
			}
			if got := accountNames(t, b); !slices.Equal(got, []string{"Cleo", "Dora", "Eve", "new@client.example"}) {
				t.Errorf("accounts %q", got)
			}
		})
	}
}

// Who comes in with an address that somebody else has is told of, and may be one person with them.
func TestSharedAddressIsTold(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one := "BEGIN:VCARD\nVERSION:3.0\nFN:Cleo Client\nEMAIL:home@client.example\nEND:VCARD\n"
		two := "BEGIN:VCARD\nVERSION:3.0\nFN:Dora Client\nEMAIL:Home@client.example\nTEL:+49 30 123456\nEND:VCARD\n"
		if f := bring(t, b, Options{}, write(t, "one.vcf", one)).Files[0]; f.Sharing != 0 || len(f.Notes) != 0 {
			t.Errorf("%+v", f)
		}
		path := write(t, "two.vcf", two)
		f := bring(t, b, Options{}, path).Files[0]
		if f.Created != 1 || f.Sharing != 1 || len(f.Notes) != 1 ||
			!strings.Contains(f.Notes[0], "line 1 was taken in: Dora Client has the address home@client.example, and so has Cleo Client") {
			t.Errorf("%+v", f)
		}
		if f = bring(t, b, Options{}, path).Files[0]; f.Unchanged != 1 || len(f.Notes) != 0 {
			t.Errorf("again %+v", f)
		}
		err := b.Read(context.Background(), b.Ana, 0, func(r *teller.Reading) error {
			found, err := awareness.Duplicates(context.Background(), r, 10)
			pairs := found.Pairs
			if len(pairs) != 1 {
				t.Errorf("pairs %+v", pairs)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// What imports there were is kept with what became of their files, whoever made them, also when they were undone.
func TestRuns(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		ctx := context.Background()
		first := bring(t, b, Options{Me: []string{"ana@acme.example"}}, write(t, "b.mbox", mbox("From: cleo@client.example\nTo: ana@acme.example\n\nhi")))
		b.Clock.Set(b.Clock.Now().Add(1e9))
		second := bring(t, b, Options{}, write(t, "a.vcf", vcard+"junk\n"))
		if first.Accounts != 1 || second.Accounts != 0 {
			t.Errorf("accounts opened: %d, %d", first.Accounts, second.Accounts)
		}
		b.Clock.Set(b.Clock.Now().Add(1e9))
		if _, err := b.Do(ctx, b.Ana, &awareness.UndoRun{ID: first.Run}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		err := b.Read(ctx, b.Ana, 0, func(r *teller.Reading) error {
			page, err := Runs(ctx, r, "", 1)
			if err != nil || len(page.Runs) != 1 || page.Next == "" {
				t.Fatalf("%+v, %v", page, err)
			}
			newest := page.Runs[0]
			if page, err = Runs(ctx, r, page.Next, 1); err != nil || len(page.Runs) != 1 || page.Next != "" {
				t.Fatalf("the next page: %+v, %v", page, err)
			}
			oldest := page.Runs[0]
			if newest.Run != second.Run || newest.Undone != 0 || newest.Finished == 0 || newest.Files[0].Name != "a.vcf" ||
				newest.Files[0].Read != 2 || newest.Files[0].Created != 1 || newest.Files[0].Skipped != 1 || newest.By == "" {
				t.Errorf("the newest: %+v", newest)
			}
			if oldest.Run != first.Run || oldest.Undone == 0 || oldest.Accounts != 1 {
				t.Errorf("the oldest: %+v", oldest)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
