package assessment_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

// Both engines hold the same history, so their digests agree; a rebuild changes nothing.
func TestVerify(t *testing.T) {
	var digests []string
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		busy(t, b)
		v := sound(t, b)
		if v.Accounts != 2 || v.Entries < 40 || len(v.Digest) != 64 {
			t.Errorf("%+v", v)
		}
		digests = append(digests, v.Digest)
		re := &assessment.Rebuild{}
		do(t, b, re)
		if w := sound(t, b); w.Digest != v.Digest || w.Entries != v.Entries || re.Accounts != 2 {
			t.Errorf("after a rebuild of %d accounts: %+v, before %+v", re.Accounts, w, v)
		}
	})
	if len(digests) == 2 && digests[0] != digests[1] {
		t.Errorf("the engines differ: %v", digests)
	}
}

// Whatever is damaged is named, and a rebuild mends it.
func TestVerifyNamesDamage(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, _ := busy(t, b)
		was := sound(t, b)
		for _, c := range []struct{ what, query, words string }{
			{"points", `UPDATE posting SET points = points + 1 WHERE account_id = $1 AND why LIKE 'call%'`, "6.01 for"},
			{"reason", `UPDATE posting SET why = 'video' WHERE account_id = $1 AND why LIKE 'call%'`, `"video"`},
			{"running balance", `UPDATE posting SET after = after + 0.0000001 WHERE account_id = $1 AND why LIKE 'call%'`, "the posting stored"},
			{"a posting gone", `DELETE FROM posting WHERE account_id = $1 AND why LIKE 'call%'`, "is missing"},
			{"a posting too many", `INSERT INTO posting SELECT workspace_id, account_id, at, entry_id, n + 1, points, why, after FROM posting WHERE account_id = $1 AND why LIKE 'call%'`, "no entry gives rise"},
			{"sort key", `UPDATE account SET rank_key = rank_key + 0.001 WHERE id = $1`, "sort key"},
			{"sign", `UPDATE account SET sign = 1 WHERE id = $1`, "sort sign"},
			{"due date", `UPDATE account SET due_at = due_at + 1 WHERE id = $1`, "due date"},
			{"stage", `UPDATE account SET stage = 'buyer' WHERE id = $1`, "stage"},
			{"owner", `UPDATE account SET owner_id = 'x' WHERE id = $1`, "owner"},
			{"state", `UPDATE account SET state = (SELECT state FROM account WHERE id <> $1 LIMIT 1) WHERE id = $1`, "balance of"},
			{"rules", `UPDATE account SET rules = 'old' WHERE id = $1`, "tariff old"},
			{"promise", `UPDATE promise SET status = 'kept' WHERE account_id = $1 AND status = 'late'`, "the promise stored"},
			{"case", `UPDATE client_case SET open = 0 WHERE account_id = $1 AND open = 1`, "the case stored"},
			{"count of news", `UPDATE news_week SET told = told + 1 WHERE owner_id <> $1`, "count of news by week stored"},
			{"when they were told", `UPDATE client_case SET told_at = told_at + 1 WHERE account_id = $1`, "the case stored"},
			{"stray", `INSERT INTO posting SELECT workspace_id, 'nobody', at, entry_id, n, points, why, after FROM posting WHERE account_id = $1 AND why LIKE 'call%'`, "1 postings stand on accounts"},
		} {
			t.Run(c.what, func(t *testing.T) {
				exec(t, db, c.query, string(one))
				v := verify(t, b)
				all := strings.Join(v.Differences, "\n")
				if v.OK || !strings.Contains(all, c.words) {
					t.Errorf("not told: %q", all)
				}
				do(t, b, &assessment.Rebuild{})
				if v := sound(t, b); v.Digest != was.Digest {
					t.Errorf("the digest is another one after the rebuild")
				}
			})
		}
	})
}

// Whatever is said of nouns otherwise than in the log is named, and a rebuild mends it.
func TestVerifyNouns(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		busy(t, b)
		add := &awareness.Add{
			Name: "Rosa Lind", Tags: []string{"Golf"}, Fields: map[string]string{
				book.ContactOrg: "Lind & Co", book.ContactEmails: `[{"value":"rosa@example.com"}]`,
			},
		}
		do(t, b, add)
		other := &awareness.Add{Name: "Otto Lind"}
		do(t, b, other)
		do(t, b, &awareness.Relate{From: awareness.Client(add.Account), To: awareness.Client(other.Account), Role: "sister"})
		do(t, b, &awareness.Note{Account: awareness.Client(add.Account), Text: "keeps bees"})
		was := sound(t, b)
		for _, c := range []struct{ what, query, id, words string }{
			{"name", `UPDATE account SET name = 'Rosi' WHERE id = $1`, string(add.Account), `the name stored is "Rosi", its entries say "Rosa Lind"`},
			{"kind", `UPDATE account SET kind = 'company' WHERE id = $1`, string(add.Account), `the kind stored is "company"`},
			{"tags", `UPDATE account SET tags = '' WHERE id = $1`, string(add.Account), `the tags stored is ""`},
			{"filed tag", `UPDATE account_tag SET tag = 'tennis' WHERE account_id = $1`, string(add.Account), `filed under the tags ["tennis"]`},
			{"redirect", `UPDATE account SET merged_into = NULL WHERE merged_into IS NOT NULL AND id <> $1`, "x", "the redirect stored is"},
			{"contact's name", `UPDATE contact SET name = 'Rosi' WHERE id = $1`, string(add.Contact), `the name stored is "Rosi"`},
			{"contact's field", `UPDATE contact SET fields = '{"org":"Other","emails":"[{\"value\":\"rosa@example.com\"}]"}' WHERE id = $1`, string(add.Contact), `the org stored is "Other", its entries say "Lind & Co"`},
			{"address gone", `DELETE FROM address WHERE contact_id = $1`, string(add.Contact), "is not found by the email rosa@example.com"},
			{"address of another", `UPDATE address SET address = 'x@example.com' WHERE contact_id = $1`, string(add.Contact), "is found by the email x@example.com"},
			{"stray link", `UPDATE account_contact SET contact_id = 'nobody' WHERE account_id = $1`, string(other.Account), "links of people to accounts belong to nothing"},
			{"relation", `DELETE FROM relation WHERE from_id = $1`, string(add.Account), "which is not kept"},
			{"role", `UPDATE relation SET role = 'aunt' WHERE from_id = $1`, string(add.Account), `as "aunt" of`},
			{"words", `UPDATE search SET body = 'bees' WHERE kind = 'entry' AND account_id = $1`, string(add.Account), "is found by"},
			{"stray words", `INSERT INTO search SELECT workspace_id, 'gone', doc + 1, kind, account_id, body, private_to FROM search WHERE id = $1`, string(add.Account), "searched documents belong to nothing"},
			{"void", `UPDATE entry SET voided_by = NULL WHERE voided_by IS NOT NULL AND id <> $1`, "x", "is not marked as taken back"},
			{"voided for nothing", `UPDATE entry SET voided_by = 'nobody' WHERE kind = 'note' AND account_id = $1`, string(add.Account), "no entry takes it back"},
		} {
			t.Run(c.what, func(t *testing.T) {
				exec(t, db, c.query, c.id)
				all := strings.Join(verify(t, b).Differences, "\n")
				if !strings.Contains(all, c.words) {
					t.Errorf("not told: %q", all)
				}
				do(t, b, &assessment.Rebuild{})
				if v := verify(t, b); !v.OK || v.Digest != was.Digest {
					t.Errorf("after a rebuild: %v", v.Differences)
				}
			})
		}
	})
}

// A state that cannot be read at all is told and mended.
func TestVerifyUnreadableState(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, _ := busy(t, b)
		exec(t, db, `UPDATE account SET state = $2 WHERE id = $1`, string(one), []byte{99, 1, 2})
		v := verify(t, b)
		if v.OK || !strings.Contains(strings.Join(v.Differences, "\n"), "run passbook rebuild") {
			t.Errorf("%v", v.Differences)
		}
		do(t, b, &assessment.Rebuild{})
		sound(t, b)
	})
}

// Words count for the digest as much as points; where an entry came from does not.
func TestDigest(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, _ := busy(t, b)
		was := sound(t, b).Digest
		exec(t, db, `UPDATE entry SET run_id = 'run', recorded_at = 5 WHERE account_id = $1`, string(one))
		if v := verify(t, b); v.Digest != was {
			t.Errorf("provenance changed the digest")
		}
		exec(t, db, `UPDATE entry SET words = '{"text":"other"}' WHERE account_id = $1 AND kind = 'promise'`, string(one))
		if v := verify(t, b); v.Digest == was {
			t.Errorf("other words, the same digest")
		}
	})
}

// Many pages, random histories, late entries, voids and merges: what was kept by the way equals a fold from nothing.
func TestVerifyRandomBook(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		rnd := rand.New(rand.NewPCG(4, 7))
		var ids, entries []book.ID
		for i := range 300 { // more than a page
			ids = append(ids, account(t, b, fmt.Sprintf("Client %03d", i), 1))
		}
		for range 300 {
			id := ids[rnd.IntN(40)]
			var e book.Entry
			switch n := 2 + rnd.IntN(55); rnd.IntN(6) {
			case 0:
				e = promise(n, n+rnd.IntN(20), "something")
			case 1:
				e = failure(n, 1+rnd.IntN(3), "something")
			case 2:
				if len(entries) > 0 {
					kinds := []book.Kind{book.KindKept, book.KindBroken, book.KindReleased, book.KindUpdate, book.KindResolved}
					e = about(n, kinds[rnd.IntN(len(kinds))], entries[rnd.IntN(len(entries))])
					break
				}
				fallthrough
			default:
				e = touch(n, book.Channels[rnd.IntN(len(book.Channels))], "hello")
			}
			entries = append(entries, put(t, b, id, e))
		}
		for i := 0; i < 20; i += 2 {
			do(t, b, &awareness.Void{Entry: entries[i*3]})
			do(t, b, &awareness.Merge{From: awareness.Client(ids[i]), Into: awareness.Client(ids[i+1])})
		}
		do(t, b, &awareness.Unmerge{Account: awareness.Client(ids[4])})
		v := sound(t, b)
		if v.Accounts != 291 {
			t.Errorf("%d accounts", v.Accounts)
		}
		src, _ := playbook.Source("residential-sales")
		do(t, b, &assessment.UsePlaybook{Name: "mine.toml", Source: strings.Replace(string(src), "\ncall = 6", "\ncall = 7", 1)})
		if w := sound(t, b); w.Digest == v.Digest {
			t.Error("other prices, the same digest")
		}
	})
}

func TestUsePlaybook(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		one, two := busy(t, b)
		src, _ := playbook.Source("residential-sales")
		was := statement(t, b, one, 0, 0, 0)

		broken := strings.Replace(string(src), "\ncall = 6", "\ncall = \"six\"", 1)
		line := 1 + strings.Count(broken[:strings.Index(broken, "\ncall = ")+1], "\n")
		refused(t, b, &assessment.UsePlaybook{Name: "mine.toml", Source: broken}, book.Invalid, fmt.Sprintf("mine.toml:%d: ", line))
		if s := statement(t, b, one, 0, 0, 0); s.TariffVersion != was.TariffVersion || s.Balance != was.Balance {
			t.Errorf("a broken playbook changed the book")
		}

		mine := strings.Replace(string(src), "\ncall = 6", "\ncall = 8", 1)
		mine = strings.Replace(mine, "half_life_days = 120", "half_life_days = 60", 1)
		done := 0
		e := do(t, b, &assessment.UsePlaybook{Name: "mine.toml", Source: mine, Progress: func(n int) { done = n }})
		s := statement(t, b, one, 0, 0, 0)
		addsUp(t, s)
		if s.Lines[0].Points != 800 || was.Lines[0].Points != 600 || s.HalfLifeDays != 60 || done != 2 {
			t.Errorf("the call is worth %s, was %s; half-life %v; %d accounts", s.Lines[0].Points, was.Lines[0].Points, s.HalfLifeDays, done)
		}
		c := e.Facts.Set["residential-sales"]
		if e.Kind != book.KindPlaybook || c.Before != was.TariffVersion || c.After != s.TariffVersion || !strings.Contains(e.Words.Body, "a touch by call is now 8") {
			t.Errorf("the entry says %+v, %q", e.Facts, e.Words.Body)
		}
		sound(t, b)
		// What is in use already writes nothing.
		if e := do(t, b, &assessment.UsePlaybook{Name: "mine.toml", Source: mine}); e != nil {
			t.Errorf("written again: %+v", e)
		}
		// A second playbook is taken beside the first, which keeps half-life and calendar.
		second, _ := playbook.Source("b2b-accounts")
		do(t, b, &assessment.UsePlaybook{Name: "b2b.toml", Source: string(second)})
		if s := statement(t, b, two, 0, 0, 0); s.HalfLifeDays != 60 {
			t.Errorf("half-life %v", s.HalfLifeDays)
		}
		sound(t, b)
		refused(t, b, &assessment.UsePlaybook{Name: "empty.toml"}, book.Invalid, "empty.toml:1: ")
	})
}

// Rebuild files accounts under their tags again.
func TestRebuildTags(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		add := &awareness.Add{Name: "Nora Quist", Owner: "Ana", Tags: []string{"Golf"}, At: day(3)}
		do(t, b, add)
		exec(t, db, `DELETE FROM account_tag WHERE account_id = $1`, string(add.Account))
		exec(t, db, `DELETE FROM search WHERE id = $1`, string(add.Account))
		do(t, b, &assessment.Rebuild{})
		exec(t, db, `UPDATE account_tag SET tag = 'golf' WHERE account_id = $1 AND tag = 'golf'`, string(add.Account))
		exec(t, db, `UPDATE search SET kind = 'account' WHERE id = $1`, string(add.Account))
	})
}

func TestPhrase(t *testing.T) {
	long := strings.Repeat("word ", 40)
	for _, c := range []struct{ in, out string }{
		{"  a\n b ", "a b"},
		{long, strings.Repeat("word ", 15) + "word…"},
		{strings.Repeat("ä", 200), strings.Repeat("ä", 79) + "…"},
		{strings.Repeat("ä", 80), strings.Repeat("ä", 80)},
	} {
		if got := assessment.Phrase(c.in); got != c.out {
			t.Errorf("got %q, want %q", got, c.out)
		}
	}
}
