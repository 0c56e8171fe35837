package transfer

import (
	"context"
	"slices"
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// shown is somebody as the book shows them after an import; nil where they are not in it.
func shown(t *testing.T, b *testkit.Book, name string) (out *awareness.Shown) {
	t.Helper()
	err := b.Teller.Read(context.Background(), b.Ana, 0, func(r *teller.Reading) error {
		a, err := awareness.Resolve(context.Background(), r, name)
		if err == nil {
			out, err = awareness.Show(context.Background(), r, a)
		}
		return err
	})
	if err != nil && book.FaultOf(err) != book.NotFound {
		t.Fatal(err)
	}
	return out
}

// A row that says a stage, a tier or an owner that there is not is left out whole, with its line and what there is, in a trial as
// in the import; one that says what there is files its client there, however it is capitalised.
func TestRowsAreFiled(t *testing.T) {
	const rows = "name,email,stage,tier,owner\n" +
		"Maria Keller,maria@client.example,Prospect,a,Ben\n" +
		"Jonas Wolf,jonas@client.example,astronaut,A,Ben\n" +
		"Lena Tann,lena@client.example,prospect,Z,Ben\n" +
		"Otto Braun,otto@client.example,prospect,A,Zoe\n" +
		"Pia Loew,pia@client.example,,,\n"
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		path := write(t, "clients.csv", rows)
		t.Chdir(t.TempDir())
		for _, dry := range []bool{true, false} {
			report, err := Import(context.Background(), b.Teller, b.Ana, ImportRequest{Paths: []string{path}, DryRun: dry})
			if err != nil {
				t.Fatal(err)
			}
			f := report.Files[0]
			if f.Created != 2 || f.Skipped != 3 || len(f.Rejects) != 3 || report.Accounts != 1 {
				t.Fatalf("dry %v: %+v", dry, f)
			}
			for i, want := range []string{`the stage "astronaut" is not in the playbook`, `the tier "Z" is not in the playbook`, `the owner "Zoe" is no one member of the firm; the members are: Ana`} {
				if r := f.Rejects[i]; r.Line != 3+i || !strings.Contains(r.Reason, want) {
					t.Errorf("dry %v: line %d, %q; want %q", dry, r.Line, r.Reason, want)
				}
			}
		}
		maria := shown(t, b, "Maria Keller")
		if maria == nil || maria.Stage != "prospect" || maria.Tier != "A" || maria.Owner != "Ben" {
			t.Errorf("Maria is filed as %+v", maria)
		}
		if jonas := shown(t, b, "Jonas Wolf"); jonas != nil {
			t.Error("somebody who was left out is in the book")
		}

		// The same people with other words: what a member typed stays, and a slip changes nothing of the person either.
		if _, err := b.Teller.Do(context.Background(), b.Ana, &awareness.Edit{Account: "Maria Keller", Set: map[string]string{book.FieldTier: "C"}}, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		report := bring(t, b, Options{}, write(t, "again.csv", "name,email,phone,stage,tier,owner\nMaria Keller,maria@client.example,030 1234567,,B,Ana\n"))
		if f := report.Files[0]; f.Updated != 1 {
			t.Errorf("%+v", f)
		}
		if maria = shown(t, b, "Maria Keller"); maria.Tier != "C" || maria.Owner != "Ana" {
			t.Errorf("Maria is filed as %s, %s", maria.Tier, maria.Owner)
		}
		report = bring(t, b, Options{}, write(t, "slip.csv", "name,email,title,stage\nMaria Keller,maria@client.example,Astronaut,nowhere\n"))
		if f := report.Files[0]; f.Skipped != 1 {
			t.Errorf("%+v", f)
		}
		if maria = shown(t, b, "Maria Keller"); maria.People[0].Fields[book.ContactTitle] != "" {
			t.Error("of a row that was left out something was taken in")
		}
	})
}

// A column that only happens to be called owner or tier: the report says how it is kept, and so it is.
func TestOwnColumns(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		const rows = "name,email,owner,tier\nMaria Keller,maria@client.example,Yes,gold\nJonas Wolf,jonas@client.example,No,gold\n"
		path := write(t, "flats.csv", rows)
		t.Chdir(t.TempDir())
		const how = "when it has a name of its own"
		told := func(f *FileReport) (n int) {
			for _, note := range f.Notes {
				if strings.Contains(note, how) {
					n++
				}
			}
			return n
		}
		report, err := Import(context.Background(), b.Teller, b.Ana, ImportRequest{Paths: []string{path}})
		if err != nil {
			t.Fatal(err)
		}
		if f := &report.Files[0]; f.Skipped != 2 || told(f) != 1 {
			t.Errorf("%+v", f)
		}
		kept := Options{Map: map[string]string{"custom.owner": "owner", "custom.tier": "tier"}}
		report, err = Import(context.Background(), b.Teller, b.Ana, ImportRequest{Paths: []string{path}, Options: kept, Accounts: true})
		if err != nil {
			t.Fatal(err)
		}
		if f := &report.Files[0]; f.Created != 2 || told(f) != 0 {
			t.Errorf("mapped: %+v", f)
		}
		if maria := shown(t, b, "Maria Keller"); maria == nil || maria.People[0].Fields["custom.owner"] != "Yes" || maria.People[0].Fields["custom.tier"] != "gold" {
			t.Errorf("%+v", maria)
		}
	})
}

// A day that is none, or is still to come, is told of with its line and kept in its own words; nothing takes it for a date.
func TestDaysThatAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"people.csv": "name,email,birthday\nMaria Keller,maria@client.example,1980-02-31\nJonas Wolf,jonas@client.example,2999-01-01\nLena Tann,lena@client.example,1980-05-17\n",
		"people.vcf": "BEGIN:VCARD\nVERSION:3.0\nFN:Maria Keller\nBDAY:1980-02-31\nEND:VCARD\n" +
			"BEGIN:VCARD\nVERSION:3.0\nFN:Jonas Wolf\nBDAY:2999-01-01\nEND:VCARD\nBEGIN:VCARD\nVERSION:3.0\nFN:Lena Tann\nBDAY:1980-05-17\nEND:VCARD\n",
	} {
		testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
			b := testkit.NewBook(t, db)
			report, err := Import(context.Background(), b.Teller, b.Ana, ImportRequest{Paths: []string{write(t, name, text)}, Accounts: true})
			if err != nil {
				t.Fatal(err)
			}
			f, lines := report.Files[0], []string{"line 2 ", "line 3 "}
			if strings.HasSuffix(name, ".vcf") {
				lines = []string{"line 1 ", "line 6 "}
			}
			for i, said := range []string{"Maria Keller has 1980-02-31 for the birthday", "Jonas Wolf has 2999-01-01 for the birthday"} {
				if !slices.ContainsFunc(f.Notes, func(n string) bool { return strings.HasPrefix(n, lines[i]) && strings.Contains(n, said) }) {
					t.Errorf("%s: nothing says %q of %q: %q", name, said, lines[i], f.Notes)
				}
			}
			for who, want := range map[string][2]string{"Maria Keller": {"", "1980-02-31"}, "Jonas Wolf": {"", "2999-01-01"}, "Lena Tann": {"1980-05-17", ""}} {
				fields := shown(t, b, who).People[0].Fields
				if got := [2]string{fields[book.ContactBirthday], fields[book.CustomPrefix+book.ContactBirthday]}; got != want {
					t.Errorf("%s: %s is kept as %q", name, who, got)
				}
			}
			if again := bring(t, b, Options{}, write(t, name, text)); again.Files[0].Unchanged != 3 || len(again.Files[0].Notes) > 0 {
				t.Errorf("%s again: %+v", name, again.Files[0])
			}
		})
	}
}
