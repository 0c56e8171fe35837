package actions_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"passbook/internal/accountability"
	"passbook/internal/actions"
	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// kept is an account that is kept from some, with all that may stand on one. Its marker is in everything that is written
// about it, and in nothing else.
type kept struct {
	marker                         string
	account, person, promise, deed book.ID
	visible                        book.Visibility
	owner                          book.ID
}

// staff adds members: Ben's department is North, and so is Cora's; Dov is of South; Eva is a manager; Fay, an assistant
// of South, stands in for nobody.
func staff(t *testing.T, b *testkit.Book) map[string]teller.Actor {
	t.Helper()
	out := map[string]teller.Actor{"Ana": b.Ana, "Ben": b.Ben}
	do(t, b, &awareness.EditMember{Who: "Ben", Dept: "North"})
	for _, m := range []struct {
		name, dept string
		role       book.Role
	}{
		{"Cora", "north", book.RoleMember},
		{"Dov", "South", book.RoleMember},
		{"Eva", "", book.RoleManager},
		{"Fay", "South", book.RoleAssistant},
		{"Gus", "North", book.RoleAccountant},
	} {
		add := &awareness.AddMember{Name: m.name, Role: m.role, Dept: m.dept}
		do(t, b, add)
		out[m.name] = teller.Actor{Workspace: "acme", Member: add.Member.ID, Role: m.role}
	}
	return out
}

// keepOne makes an account of Ben's with everything on it.
func keepOne(t *testing.T, b *testkit.Book, ben teller.Actor, marker string, v book.Visibility) *kept {
	t.Helper()
	as := func(cmd teller.Command) book.ID {
		t.Helper()
		r, err := b.Do(context.Background(), ben, cmd, teller.Options{})
		if err != nil {
			t.Fatalf("%T: %v", cmd, err)
		}
		return r.First().ID
	}
	fields := map[string]string{
		book.ContactEmails:   book.WriteList([]book.Reach{{Value: strings.ToLower(marker) + "@client.example"}}),
		book.ContactBirthday: "1980-03-05",
	}
	add := &awareness.Add{Name: marker + " Holm", Fields: fields, Visible: v, Tags: []string{marker + "tag"}, At: day(1)}
	as(add)
	k := &kept{marker: marker, account: add.Account, person: add.Contact, visible: v, owner: ben.Member}
	as(&awareness.Touch{Account: awareness.Client(k.account), Channel: book.Call, Summary: marker + " wants the boiler looked at", At: day(5)})
	as(&awareness.Touch{Account: awareness.Client(k.account), Channel: book.Email, Direction: book.In, Asks: book.AsksNews, Summary: marker + " asks how far it is", At: day(40)})
	k.promise = as(&accountability.Promise{Account: awareness.Client(k.account), Text: marker + " gets the boiler report", Due: day(50), At: day(41)})
	as(&accountability.OpenCase{Account: awareness.Client(k.account), Origin: accountability.Ours, Severity: 2, Text: marker + " was given wrong figures", NextUpdate: day(45), At: day(42)})
	as(&awareness.Note{Account: awareness.Client(k.account), Text: marker + " likes boilers", At: day(43)})
	as(&awareness.SayConsent{Person: k.person, Channel: book.Email, Consent: book.Given, Source: marker + " at the fair", At: day(43)})
	slip := as(&awareness.SayConsent{Person: k.person, Channel: book.Call, Consent: book.Given, Source: marker + " by telephone", At: day(43)})
	as(&awareness.Void{Entry: slip, Reason: marker + " never rang"})
	k.deed = as(&awareness.Note{Account: awareness.Client(k.account), Text: marker + " quietly sells the boiler", Private: true, At: day(44)})
	return k
}

// everything is all that a reader can get out of the book, as text.
func everything(t *testing.T, b *testkit.Book, who teller.Actor, k *kept) string {
	t.Helper()
	var out strings.Builder
	ctx := context.Background()
	err := b.Read(ctx, who, 0, func(r *teller.Reading) error {
		tell := func(what string, v any, err error) {
			if err != nil && book.FaultOf(err) != book.NotFound && book.FaultOf(err) != book.Forbidden {
				t.Errorf("%s: %v", what, err)
				return
			}
			text, merr := json.Marshal(v)
			if merr != nil {
				t.Error(merr)
			}
			if err == nil {
				fmt.Fprintf(&out, "%s: %s\n", what, text)
			} else {
				fmt.Fprintf(&out, "%s: %s\n", what, strings.ReplaceAll(strings.ReplaceAll(book.Message(err), k.marker, "…"), string(k.account), "…"))
			}
		}
		for _, order := range store.Orders {
			l, err := awareness.List(ctx, r, awareness.ListOptions{Sort: order})
			tell("list by "+string(order), l, err)
		}
		l, err := awareness.List(ctx, r, awareness.ListOptions{Filter: store.Filter{Tag: k.marker + "tag"}})
		tell("list by tag", l, err)
		td, err := actions.Today(ctx, r, actions.Options{})
		tell("today", td, err)
		due, err := accountability.Due(ctx, r, accountability.DueOptions{UpTo: r.At + 365*book.Day, Limit: 50})
		tell("due", due, err)
		for _, words := range []string{k.marker, "boiler", k.marker + " Ho", strings.ToLower(k.marker) + "@client.example"} {
			hits, err := awareness.Find(ctx, r, words, 20)
			tell("find", hits, err)
			a, err := awareness.Resolve(ctx, r, words)
			if err == nil {
				tell("resolve", a.Name, nil)
			}
		}
		names, err := awareness.Names(ctx, r, k.marker[:3], 10)
		tell("names", names, err)
		found, err := awareness.Duplicates(ctx, r, 20)
		pairs := found.Pairs
		tell("duplicates", pairs, err)
		near, err := awareness.Suggestions(ctx, r, 20)
		tell("suggestions", near, err)
		if a, err := awareness.Resolve(ctx, r, string(k.account)); err == nil {
			shown, err := awareness.Show(ctx, r, a)
			tell("show", shown, err)
			page, err := actions.Brief(ctx, r, a.ID)
			tell("brief", page, err)
			st, err := assessment.DrawUp(ctx, r, a.ID, 0, r.At)
			tell("statement", st, err)
		}
		entries, _, err := r.Tx.EntriesSince(ctx, 0, "", 500)
		tell("news feed", entries, err)
		guarded(t, r, entries)
		byID, err := r.Tx.EntriesByID(ctx, k.promise, k.deed)
		tell("entries", byID, err)
		people, err := r.Tx.Contacts(ctx, k.person)
		tell("contacts", people, err)
		born, err := r.Tx.Birthdays(ctx, "", "03-05")
		tell("birthdays", born, err)
		rest, err := r.Tx.AccountPage(ctx, "", 100)
		var called []string
		for _, a := range rest {
			called = append(called, a.Name)
		}
		tell("export", called, err)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// guarded says that what entries are guarded by, read once for all, shows the same to somebody as reading for them does.
func guarded(t *testing.T, r *teller.Reading, seen []book.Entry) {
	t.Helper()
	ctx := context.Background()
	all, _, err := r.Tx.Whole().EntriesSince(ctx, 0, "", 500)
	if err != nil {
		t.Fatal(err)
	}
	guards, err := r.Tx.Guards(ctx, all)
	if err != nil {
		t.Fatal(err)
	}
	members, err := r.Tx.Members(ctx)
	if err != nil {
		t.Fatal(err)
	}
	eyes := book.EyesOf(r.Who.Member, r.Who.Role, members, r.Now)
	for i := range all {
		shown := slices.ContainsFunc(seen, func(e book.Entry) bool { return e.ID == all[i].ID })
		if passes := eyes.Passes(&guards[i]); passes != shown {
			t.Errorf("a %s of %s: passes its guard %t, shown %t", all[i].Kind, all[i].Account, passes, shown)
		}
	}
}

// No page, list, search, figure or feed shows anything of an account to somebody who does not see it, and all of it to
// those who do; a private note shows to its author alone.
func TestWhoSeesWhat(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		who := staff(t, b)
		mine := keepOne(t, b, who["Ben"], "Zephyrine", book.VisibleOwner)
		team := keepOne(t, b, who["Ben"], "Quillon", book.VisibleTeam)
		open := keepOne(t, b, who["Ben"], "Ottoline", book.VisibleFirm)
		for _, k := range []*kept{mine, team} { // whom everybody sees knows those whom few see
			cmd := &awareness.Relate{From: awareness.Client(open.account), To: awareness.Client(k.account), Role: "friend"}
			for _, cmd := range []teller.Command{cmd, &awareness.TellApart{A: open.person, B: k.person}} {
				if _, err := b.Do(context.Background(), who["Ben"], cmd, teller.Options{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, c := range []struct {
			k    *kept
			sees []string
		}{
			{mine, []string{"Ana", "Ben"}},
			{team, []string{"Ana", "Ben", "Cora", "Eva", "Gus"}},
			{open, []string{"Ana", "Ben", "Cora", "Dov", "Eva", "Fay", "Gus"}},
		} {
			for name, actor := range who {
				all := everything(t, b, actor, c.k)
				sees := slices.Contains(c.sees, name)
				for _, line := range strings.Split(all, "\n") {
					if !sees && (strings.Contains(line, c.k.marker) || strings.Contains(line, string(c.k.account))) {
						t.Errorf("%s is shown of %s, which is for the %s: %s", name, c.k.marker, c.k.visible, line)
					}
				}
				if sees && (!strings.Contains(all, "show:") || !strings.Contains(all, c.k.marker+" gets the boiler report")) {
					t.Errorf("%s does not see %s:\n%s", name, c.k.marker, all)
				}
				if got := strings.Contains(all, "quietly sells"); got != (name == "Ben") {
					t.Errorf("%s reads the private note of Ben: %v", name, got)
				}
			}
		}
	})
}

// Commands on an account that is not seen are answered as if there were none.
func TestUnseenIsNotFound(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		who := staff(t, b)
		k := keepOne(t, b, who["Ben"], "Zephyrine", book.VisibleOwner)
		other := keepOne(t, b, who["Dov"], "Ottoline", book.VisibleFirm)
		client := awareness.Client(k.account)
		ctx := context.Background()
		for _, cmd := range []teller.Command{
			&awareness.Touch{Account: client, Channel: book.Call, Summary: "x"},
			&awareness.Touch{Account: "Zephyrine Holm", Channel: book.Call, Summary: "x"},
			&awareness.Touch{Account: "zephyrine@client.example", Channel: book.Call, Summary: "x"},
			&awareness.Note{Account: client, Text: "x"},
			&awareness.Edit{Account: client, Set: map[string]string{book.FieldStage: "seller"}},
			&awareness.Merge{From: client, Into: awareness.Client(other.account)},
			&awareness.Merge{From: awareness.Client(other.account), Into: client},
			&awareness.Merge{From: awareness.Client(k.person), Into: awareness.Client(other.account)},
			&awareness.Relate{From: awareness.Client(other.account), To: client, Role: "friend"},
			&awareness.Void{Entry: k.promise},
			&awareness.Undo{Target: k.promise},
			&awareness.Erase{Person: k.account},
			&awareness.Erase{Person: k.person},
			&accountability.Settle{Promise: accountability.Which(k.promise), How: accountability.Keep},
			&actions.Snooze{Item: string(k.account), Until: day(200), Reason: "x"},
		} {
			for _, name := range []string{"Dov", "Eva"} {
				_, err := b.Do(ctx, who[name], cmd, teller.Options{})
				if f := book.FaultOf(err); err == nil || f != book.NotFound && !(f == book.Forbidden && name == "Dov") {
					t.Errorf("%s, %T: %v", name, cmd, err)
				} else if strings.Contains(book.Message(err), "Holm") && !strings.Contains(fmt.Sprint(cmd), "Holm") {
					t.Errorf("%s, %T: names the client: %v", name, cmd, err)
				}
			}
		}
		// An import that would warn of a shared address names nobody who is not seen.
		for name, told := range map[string]bool{"Dov": false, "Ben": true} {
			people := &awareness.ImportPeople{People: []awareness.PersonIn{{
				Line: 1, Name: name + "'s Aunt", Digest: name, Fields: map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: "zephyrine@client.example"}})},
			}}}
			if _, err := b.Do(ctx, who[name], people, teller.Options{DryRun: true}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(fmt.Sprint(people.Outcomes), "Zephyrine Holm"); got != told {
				t.Errorf("%s imports a card with a kept client's address and is told of them: %v, %+v", name, got, people.Outcomes)
			}
		}
		// Somebody whom one does not see can be added; whoever sees both finds them to be the same.
		add := &awareness.Add{Name: "Zephyrine Holm", Fields: map[string]string{
			book.ContactEmails: book.WriteList([]book.Reach{{Value: "zephyrine@client.example"}}),
		}}
		if _, err := b.Do(ctx, who["Dov"], add, teller.Options{}); err != nil {
			t.Errorf("adding tells of somebody who is not seen: %v", err)
		}
		read(t, b, 0, func(ctx context.Context, r *teller.Reading) error {
			found, err := awareness.Duplicates(ctx, r, 20)
			pairs := found.Pairs
			if len(pairs) != 1 {
				t.Errorf("the owner of the firm is told of %d likely duplicates, want 1", len(pairs))
			}
			return err
		})
		// A private note is nobody else's to take back, on an account that all see.
		if _, err := b.Do(ctx, b.Ana, &awareness.Void{Entry: other.deed}, teller.Options{}); book.FaultOf(err) != book.NotFound {
			t.Errorf("Ana takes back a private note of Dov's: %v", err)
		}
		v, err := assessment.Verify(ctx, b.Teller, who["Dov"], nil)
		if err != nil || !v.OK {
			t.Errorf("verify: %+v %v", v, err)
		}
	})
}

// Visibility is changed by whom it is given to, by an entry, and the change can be taken back.
func TestChangeOfVisibility(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		who := staff(t, b)
		k := keepOne(t, b, who["Ben"], "Ottoline", book.VisibleFirm)
		set := func(name string, v string) (teller.Receipt, error) {
			return b.Do(context.Background(), who[name], &awareness.Edit{
				Account: awareness.Client(k.account), Set: map[string]string{book.FieldVisible: v},
			}, teller.Options{})
		}
		sees := func(name string) bool {
			return strings.Contains(everything(t, b, who[name], k), "show:")
		}
		if _, err := set("Cora", "owner"); book.FaultOf(err) != book.Forbidden {
			t.Errorf("a colleague keeps an account from others: %v", err)
		}
		if _, err := set("Ben", "nobody"); book.FaultOf(err) != book.Invalid {
			t.Errorf("a visibility that there is not: %v", err)
		}
		if _, err := set("Ben", "team"); err != nil || sees("Dov") || !sees("Cora") {
			t.Errorf("for the team: %v, Dov %v, Cora %v", err, sees("Dov"), sees("Cora"))
		}
		r, err := set("Eva", "owner")
		if err != nil || sees("Cora") || sees("Eva") || !sees("Ben") || !sees("Ana") {
			t.Errorf("for its owner: %v", err)
		}
		if c := r.First().Facts.Set[book.FieldVisible]; c.Before != "team" || c.After != "owner" {
			t.Errorf("the entry says %+v", c)
		}
		if _, err := b.Do(context.Background(), b.Ana, &awareness.Undo{Target: r.First().ID}, teller.Options{}); err != nil || !sees("Cora") || sees("Dov") {
			t.Errorf("taken back: %v", err)
		}
		// What is merged with an account that fewer see is seen by these alone.
		quiet := keepOne(t, b, who["Ben"], "Zephyrine", book.VisibleOwner)
		do(t, b, &awareness.Merge{From: awareness.Client(quiet.account), Into: awareness.Client(k.account)})
		if sees("Cora") || strings.Contains(everything(t, b, who["Cora"], quiet), "Zephyrine") {
			t.Error("merging shows what was kept")
		}
		if v, err := assessment.Verify(context.Background(), b.Teller, b.Ana, nil); err != nil || !v.OK {
			t.Errorf("verify: %+v %v", v, err)
		}
	})
}
