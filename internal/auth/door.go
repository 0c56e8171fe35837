package auth

import (
	"context"
	"net"
	"net/http"

	"passbook/internal/book"
	"passbook/internal/store"
)

// How long, and from how many networks, somebody is known who signed in from there.
const (
	familiarFor  = 90 * book.Day
	familiarMost = 20
)

// pairKey is what the guesses at an account from one network are counted by.
func pairKey(address, from string) string { return "k:" + address + " " + Network(from) }

// mayGuess counts a guess at an account among those from everywhere, and refuses it when there are too many (ADR 45). Who
// asks from where its member signed in lately is not kept out by what others guess elsewhere: there only their own guesses
// count, which were counted before.
func (s *Service) mayGuess(ctx context.Context, address string, login store.Login, from string) error {
	over := s.limits.take("a:" + address)
	if over == nil || login.Member == "" {
		return over
	}
	known, err := s.familiar(ctx, login, from)
	if err != nil || known {
		return err
	}
	return over
}

// familiar says whether a member has lately signed in from the network of an address.
func (s *Service) familiar(ctx context.Context, login store.Login, from string) (known bool, err error) {
	err = s.store.Read(ctx, login.Workspace, func(tx *store.Tx) error {
		all, err := tx.Doors(ctx, &store.DoorFilter{Member: login.Member, What: store.DoorIn, From: s.instant() - familiarFor}, store.AuditPlace{}, 10*familiarMost)
		places := map[string]bool{}
		for i := range all {
			if len(places) < familiarMost {
				places[Network(all[i].Place)] = true
			}
		}
		known = places[Network(from)]
		return err
	})
	return known, err
}

// Place is the network address that a request comes from. Behind a proxy that is trusted it is the client's (see serving).
func Place(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// note writes down what happened at the door, in the transaction in which it happens.
func (s *Service) note(ctx context.Context, tx *store.Tx, d *store.Door) (err error) {
	d.At = s.instant()
	if d.ID, err = book.NewID(d.At, s.random); err != nil {
		return err
	}
	return tx.NoteDoor(ctx, d)
}

// own notes what a member does at their own door.
func (s *Service) own(ctx context.Context, tx *store.Tx, who *Identity, d *store.Door) error {
	return s.at(ctx, tx, who, who.Member, d)
}

// at notes what somebody does at a member's door, which may be another's.
func (s *Service) at(ctx context.Context, tx *store.Tx, who *Identity, member book.ID, d *store.Door) error {
	d.Member, d.By, d.Place = member, who.Member, who.Place
	return s.note(ctx, tx, d)
}

// revoke ends one of a member's sessions or tokens, and notes which it was. What is not theirs is not there.
func (s *Service) revoke(ctx context.Context, tx *store.Tx, who *Identity, member, id book.ID) error {
	p, found, err := tx.RevokePass(ctx, member, id)
	if err == nil && !found {
		err = book.Errorf(book.NotFound, "there is no such session or token; it may have ended already")
	}
	if err != nil {
		return err
	}
	what := store.DoorEnd
	if p.Kind == store.PassToken {
		what = store.DoorTokenEnd
	}
	return s.at(ctx, tx, who, member, &store.Door{What: what, Detail: p.Label})
}

// refused notes that somebody was not let in, and is the refusal.
func (s *Service) refused(ctx context.Context, login store.Login, d *store.Door) error {
	d.Member = login.Member
	if err := s.noteRefused(ctx, login.Workspace, d); err != nil {
		return err
	}
	return errSignIn()
}

// noteRefused notes a refusal at a firm's door. What is tried with an address that nobody has stands at the one firm of
// the book, and where there are several at none: it is written all the same, so that a watch does not tell which it was.
// Only so many are written down; beyond them the limits on guessing hold alone.
func (s *Service) noteRefused(ctx context.Context, ws book.ID, d *store.Door) error {
	firms, err := s.store.Workspaces(ctx)
	if err != nil {
		return err
	}
	if ws == "" && len(firms) == 1 {
		ws = firms[0].ID
	}
	if s.noted.take("w:"+string(ws)) != nil {
		return nil
	}
	d.What = store.DoorRefused
	return s.store.Write(ctx, ws, func(tx *store.Tx) error { return s.note(ctx, tx, d) })
}
