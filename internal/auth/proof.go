package auth

import (
	"context"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
)

// freshFor is how long a sign-in counts as proof of who sits there, for those who have no password to be asked for.
const freshFor = 10 * time.Minute

// Again proves once more who is asking, before what a stranger at their desk must not do: tokens, links for others, second
// factors. It asks for the password. Whoever has none, since the firm's provider or a link signs them in, proves it by
// having signed in within the last ten minutes; a token is never such a proof.
func (s *Service) Again(ctx context.Context, who Identity, password string) error {
	var c store.Credential
	err := s.store.Read(ctx, who.Workspace, func(tx *store.Tx) (err error) {
		c, err = tx.Credential(ctx, who.Member)
		return err
	})
	if err != nil {
		return err
	}
	if c.Password == "" {
		if who.Scope == "" && who.Began != 0 && s.instant()-who.Began < micros(freshFor) {
			return nil
		}
		return book.Fieldf(book.Forbidden, "password", "is not set: sign out and in again, then do this within ten minutes")
	}
	if err := s.limits.take("p:" + string(who.Member)); err != nil {
		return err
	}
	ok, err := s.hasher.matches(ctx, c.Password, password)
	if err == nil && !ok {
		err = book.Fieldf(book.Forbidden, "password", "is not right")
	}
	if err == nil {
		s.limits.forgive("p:" + string(who.Member))
	}
	return err
}

// MakeToken makes a token after proof of who asks for it.
func (s *Service) MakeToken(ctx context.Context, who Identity, password, scope, label string) (Secret, error) {
	if err := s.Again(ctx, who, password); err != nil {
		return "", err
	}
	return s.NewToken(ctx, who, scope, label)
}

// of says whether somebody may look after another member's door, and that this member is of the firm.
func (s *Service) of(ctx context.Context, who Identity, member book.ID) error {
	return s.store.Read(ctx, who.Workspace, func(tx *store.Tx) error { return s.ofIn(ctx, tx, who, member) })
}

func (*Service) ofIn(ctx context.Context, tx *store.Tx, who Identity, member book.ID) error {
	if err := book.Permit(who.Role, book.ActFirm); err != nil {
		return err
	}
	_, err := tx.Member(ctx, member)
	return err
}

// PassesOf lists another member's sessions or tokens, the one used last first.
func (s *Service) PassesOf(ctx context.Context, who Identity, member book.ID, kind store.PassKind) ([]store.Pass, error) {
	if err := s.of(ctx, who, member); err != nil {
		return nil, err
	}
	who.Member = member
	return s.Passes(ctx, who, kind)
}

// RevokeOf ends one of another member's sessions or tokens, or all of them with id "".
func (s *Service) RevokeOf(ctx context.Context, who Identity, member, id book.ID) error {
	return s.store.Write(ctx, who.Workspace, func(tx *store.Tx) error { return s.RevokeOfIn(ctx, tx, who, member, id) })
}

// RevokeOfIn does it within a transaction, for a write that is known by its caller's key.
func (s *Service) RevokeOfIn(ctx context.Context, tx *store.Tx, who Identity, member, id book.ID) error {
	if err := s.ofIn(ctx, tx, who, member); err != nil {
		return err
	}
	if id != "" {
		return s.revoke(ctx, tx, &who, member, id)
	}
	for _, kind := range []store.PassKind{store.PassSession, store.PassToken} {
		if err := tx.RevokePasses(ctx, member, kind, ""); err != nil {
			return err
		}
	}
	return s.at(ctx, tx, &who, member, &store.Door{What: store.DoorEnd, How: "all"})
}

// DropTOTPOf takes another member's second factor out of use, for somebody who lost their telephone and their codes. Whoever
// does it proves who they are.
func (s *Service) DropTOTPOf(ctx context.Context, who Identity, member book.ID, password string) error {
	if err := s.of(ctx, who, member); err != nil {
		return err
	}
	if err := s.Again(ctx, who, password); err != nil {
		return err
	}
	return s.dropTOTP(ctx, &who, member)
}

// DropTOTPOfIn does it within a transaction, once Again has proved who asks, for a write that is known by its caller's key.
func (s *Service) DropTOTPOfIn(ctx context.Context, tx *store.Tx, who Identity, member book.ID) error {
	if err := s.ofIn(ctx, tx, who, member); err != nil {
		return err
	}
	return s.dropTOTPIn(ctx, tx, &who, member)
}

// DropTOTPByHand does the same for whoever may open the book's file, who needs no proof.
func (s *Service) DropTOTPByHand(ctx context.Context, who Identity, member book.ID) error {
	if err := s.of(ctx, who, member); err != nil {
		return err
	}
	return s.dropTOTP(ctx, &who, member)
}
