package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
)

// secretly is in a private note of Ana's.
const secretly = "plans to sell quietly"

// furnish adds what the desk keeps: a view, a file, consents, a private note, two who were told apart.
func (s *shelf) furnish() {
	s.do(&awareness.SaveView{Name: "Bäcker", Query: "tier=A&sort=name", Shared: true})
	s.do(&awareness.Attach{Account: awareness.Client(s.ang), Name: "Angebot ü.pdf", Media: "application/pdf", Data: []byte("%PDF-1.7\x00\xff an offer")})
	s.do(&awareness.SayConsent{Who: awareness.Client(s.ang), Channel: book.Email, Consent: book.Given, Source: "form at the fair"})
	s.do(&awareness.SayConsent{Who: awareness.Client(s.hana), Channel: book.Call, Consent: book.Withdrawn, Source: "said so"})
	s.do(&awareness.Note{Account: awareness.Client(s.ang), Text: secretly, Private: true})
	s.do(&awareness.TellApart{One: awareness.Client(s.ang), Other: awareness.Client(s.hana)})
}

// What the desk keeps goes along, byte for byte, and a private note stays its author's.
func TestDeskGoesAlong(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		s.furnish()
		was, want := s.verify(), rows(t, db, "acme")
		dir, _ := export(t, s.Teller, s.Ana)
		for engine, open := range more {
			t.Run("to "+engine, func(t *testing.T) {
				ctx, in := context.Background(), open()
				to := other(t, in, s.Clock.Now())
				owner := teller.Actor{Workspace: "elsewhere", Role: book.RoleOwner}
				if got, err := ImportArchive(ctx, to, owner, dir, nil); err != nil || got.Digest != was.Digest {
					t.Fatalf("imported %+v, %v, want digest %s", got, err, was.Digest)
				}
				if v := verify(t, to, owner); v.Digest != was.Digest || v.Entries != was.Entries {
					t.Errorf("verify says %+v after, %+v before", v, was)
				}
				sameRows(t, want, rows(t, in, "elsewhere"))
				for _, member := range []teller.Actor{s.Ana, s.Ben} {
					who := teller.Actor{Workspace: "elsewhere", Member: member.Member, Role: member.Role}
					s.furnished(t, to, who, who.Member == s.Ana.Member)
				}
			})
		}
	})
}

// furnished looks for what furnish added, as a member sees it.
func (s *shelf) furnished(t *testing.T, in *teller.Teller, who teller.Actor, author bool) {
	t.Helper()
	ctx := context.Background()
	err := in.Read(ctx, who, 0, func(r *teller.Reading) error {
		if v, err := awareness.ViewNamed(ctx, r, "bäcker"); err != nil || v.Query != "tier=A&sort=name" || !v.Shared || v.Mine != author {
			t.Errorf("the view is %+v, %v", v, err)
		}
		files, err := awareness.Attachments(ctx, r, s.ang)
		if err != nil || len(files) != 1 || files[0].Name != "Angebot ü.pdf" {
			t.Fatalf("the files are %+v, %v", files, err)
		}
		if _, data, err := awareness.ReadFile(ctx, r, s.ang, files[0].Entry); err != nil || !bytes.Equal(data, []byte("%PDF-1.7\x00\xff an offer")) {
			t.Errorf("the file holds %q, %v", data, err)
		}
		for account, given := range map[book.ID]bool{s.ang: true, s.hana: false} {
			links, err := r.Tx.LinksOfAccounts(ctx, account)
			if err != nil {
				return err
			}
			said := 0
			for _, l := range links {
				all, err := awareness.ConsentsOf(ctx, r, l.Contact)
				if err != nil {
					return err
				}
				for _, c := range all[l.Contact] {
					if said++; c.Given != given {
						t.Errorf("the consent of %s is %+v", account, c)
					}
				}
			}
			if said != 1 {
				t.Errorf("%d consents of %s", said, account)
			}
		}
		hits, err := awareness.Find(ctx, r, "quietly", 10)
		if (len(hits) > 0) != author {
			t.Errorf("%s finds the private note %d times", who.Role, len(hits))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An export of before there were views and files is taken in as it always was.
func TestArchiveOfBefore(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB, more map[string]func() *sqldb.DB) {
		s := newShelf(t, db)
		was, want := s.verify(), rows(t, db, "acme")
		dir, _ := export(t, s.Teller, s.Ana)
		age(t, dir)
		for engine, open := range more {
			t.Run("to "+engine, func(t *testing.T) {
				in := open()
				to := other(t, in, s.Clock.Now())
				who := teller.Actor{Workspace: "elsewhere", Role: book.RoleOwner}
				got, err := ImportArchive(context.Background(), to, who, dir, nil)
				if err != nil || got.Digest != was.Digest || !got.Agrees() {
					t.Fatalf("imported %+v, %v, want digest %s", got, err, was.Digest)
				}
				sameRows(t, want, rows(t, in, "elsewhere"))
			})
		}
		if err := os.WriteFile(filepath.Join(dir, "views.jsonl"), []byte("{}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		to := other(t, more["sqlite"](), s.Clock.Now())
		if _, err := ImportArchive(context.Background(), to, teller.Actor{Workspace: "elsewhere", Role: book.RoleOwner}, dir, nil); book.FaultOf(err) != book.Invalid {
			t.Errorf("views that the manifest does not know were taken in: %v", err)
		}
	})
}

// age makes an export one of before there were views and files.
func age(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, manifestName)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	for _, noun := range later {
		delete(m.Counts, noun)
		delete(m.SHA256, noun+".jsonl")
		if err := os.Remove(filepath.Join(dir, noun+".jsonl")); err != nil {
			t.Fatal(err)
		}
	}
	if raw, err = json.Marshal(m); err == nil {
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
