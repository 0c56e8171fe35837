package auth

import (
	"context"
	"slices"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
)

// Secret opens a session, an operation of the API or a link. It never prints.
type Secret string

// String hides it.
func (Secret) String() string { return "(secret)" }

// GoString hides it.
func (Secret) GoString() string { return "(secret)" }

// Reveal gives the secret itself, for the one place that hands it to its owner.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) hash() string {
	if s == "" {
		return ""
	}
	return hashOf(string(s))
}

// How long links are good.
const (
	beginFor  = 7 * 24 * time.Hour
	inviteFor = 7 * 24 * time.Hour
	resetFor  = time.Hour
	enterFor  = time.Hour
	tokenFor  = 366 * 24 * time.Hour
)

// Link makes a secret that lets a member set a password once: the first owner, somebody invited, somebody who forgot.
// Links of the same kind made before stop working.
func (s *Service) Link(ctx context.Context, kind store.PassKind, ws, member book.ID) (secret Secret, err error) {
	err = s.store.Write(ctx, ws, func(tx *store.Tx) error {
		secret, _, err = s.LinkIn(ctx, tx, kind, member, "")
		return err
	})
	return secret, err
}

// LinkIn makes a link as Link does, within a transaction, for a letter that is written in it; by is who asked for it, empty
// when nobody was signed in.
func (s *Service) LinkIn(ctx context.Context, tx *store.Tx, kind store.PassKind, member, by book.ID) (Secret, *store.Pass, error) {
	life := map[store.PassKind]time.Duration{
		store.PassBegin: beginFor, store.PassInvite: inviteFor, store.PassReset: resetFor, store.PassEnter: enterFor,
	}[kind]
	if life == 0 {
		return "", nil, book.Errorf(book.Internal, "a pass of kind %s is no link", kind)
	}
	p := &store.Pass{Kind: kind, Workspace: tx.Workspace(), Member: member}
	if err := s.endLink(ctx, tx, kind, member); err != nil {
		return "", nil, err
	}
	secret, err := s.issue(ctx, tx, p, life)
	if err != nil {
		return "", nil, err
	}
	return secret, p, s.note(ctx, tx, &store.Door{What: store.DoorLink, Member: member, By: by, How: string(kind)})
}

// endLinks takes every link of a member out of use: whoever has just proved who they are needs none, and one that lies
// about in a mailbox would open the door to its finder.
func (s *Service) endLinks(ctx context.Context, tx *store.Tx, member book.ID) error {
	for _, kind := range []store.PassKind{store.PassBegin, store.PassInvite, store.PassReset, store.PassEnter} {
		if err := s.endLink(ctx, tx, kind, member); err != nil {
			return err
		}
	}
	return nil
}

// endLink takes a member's links of a kind out of use, with the letters that were to bring them.
func (s *Service) endLink(ctx context.Context, tx *store.Tx, kind store.PassKind, member book.ID) error {
	if err := tx.RevokePasses(ctx, member, kind, ""); err != nil {
		return err
	}
	return tx.DropLetters(ctx, member, string(kind), s.instant())
}

// issue makes the secret of a pass and keeps its hash.
func (s *Service) issue(ctx context.Context, tx *store.Tx, p *store.Pass, life time.Duration) (Secret, error) {
	secret, err := newSecret(s.random)
	if err != nil {
		return "", err
	}
	now := s.instant()
	if p.ID, err = book.NewID(now, s.random); err != nil {
		return "", err
	}
	p.Hash, p.Created, p.Seen, p.Expires = hashOf(secret), now, now, now+micros(life)
	if err := tx.DropOldPasses(ctx, now); err != nil {
		return "", err
	}
	return Secret(secret), tx.PutPass(ctx, p)
}

// Opened is whom a link is for.
type Opened struct {
	Kind      store.PassKind
	Workspace book.ID
	Member    book.ID
}

var errLink = book.Errorf(book.NotFound, "this link has been used, or its time is over; ask for a new one")

// Look says whom a link is for without using it, so that a mail scanner that follows it does no harm.
func (s *Service) Look(ctx context.Context, secret Secret) (Opened, error) {
	var out Opened
	err := s.store.Read(ctx, "", func(tx *store.Tx) error {
		p, ok, err := tx.FindPass(ctx, secret.hash(), s.instant())
		if err != nil {
			return err
		}
		switch p.Kind {
		case store.PassBegin, store.PassInvite, store.PassReset, store.PassEnter:
			out = Opened{p.Kind, p.Workspace, p.Member}
		default:
			ok = false
		}
		if !ok {
			return errLink
		}
		return nil
	})
	return out, err
}

// Redeem uses a link: the member signs in with the address and the password from now on, and all their sessions and
// other links end. It stands in for the password alone: whoever has set up a second factor is asked for it as well, by
// ErrCode.
func (s *Service) Redeem(ctx context.Context, secret Secret, address, password, code, from string) (Identity, error) {
	key := book.EmailKey(address)
	if key == "" {
		return Identity{}, book.Fieldf(book.Invalid, "address", "%q is not a mail address", address)
	}
	if err := s.limits.take("n:" + Network(from)); err != nil {
		return Identity{}, err
	}
	open, err := s.Look(ctx, secret)
	if err == nil && open.Kind == store.PassEnter {
		err = errLink // it sets no password
	}
	if err != nil {
		return Identity{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Identity{}, err
	}
	if err := s.secondOf(ctx, open, code, from); err != nil {
		return Identity{}, err
	}
	err = s.store.Write(ctx, open.Workspace, func(tx *store.Tx) error {
		if err := s.redeem(ctx, tx, secret, open, key, hash); err != nil {
			return err
		}
		return s.note(ctx, tx, &store.Door{What: store.DoorLinkUsed, Member: open.Member, How: string(open.Kind), Detail: key, Place: from})
	})
	if err != nil {
		return Identity{}, err
	}
	return s.in(ctx, open.Workspace, open.Member, string(open.Kind), from)
}

// Enter uses a link that signs in by itself.
func (s *Service) Enter(ctx context.Context, secret Secret, from string) (Identity, error) {
	var p store.Pass
	err := s.store.Write(ctx, "", func(tx *store.Tx) error {
		var ok bool
		var err error
		p, ok, err = tx.TakePass(ctx, secret.hash(), store.PassEnter, s.instant())
		if err == nil && !ok {
			err = errLink
		}
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	return s.in(ctx, p.Workspace, p.Member, string(p.Kind), from)
}

// secondOf asks whoever follows a link for the second factor, where one is set up.
func (s *Service) secondOf(ctx context.Context, open Opened, code, from string) error {
	var c store.Credential
	err := s.store.Read(ctx, open.Workspace, func(tx *store.Tx) (err error) {
		c, err = tx.Credential(ctx, open.Member)
		return err
	})
	switch {
	case err != nil || c.TOTP == "":
		return err
	case code == "":
		return ErrCode
	}
	if err := s.limits.take("m:" + string(open.Member)); err != nil {
		return err
	}
	ok, err := s.second(ctx, open.Workspace, &c, code)
	if err == nil && !ok {
		if err = s.noteRefused(ctx, open.Workspace, &store.Door{Member: open.Member, How: "code", Place: from}); err == nil {
			err = book.Fieldf(book.Invalid, "code", "is not right")
		}
	}
	return err
}

// redeem writes what following a link has changed.
func (s *Service) redeem(ctx context.Context, tx *store.Tx, secret Secret, open Opened, address, hash string) error {
	p, ok, err := tx.TakePass(ctx, secret.hash(), open.Kind, s.instant())
	if err == nil && !ok {
		err = errLink
	}
	if err != nil {
		return err
	}
	if err := tx.LetterUsed(ctx, open.Member, p.ID, s.instant()); err != nil {
		return err
	}
	if err := s.endLinks(ctx, tx, open.Member); err != nil {
		return err
	}
	if err := signsInWith(ctx, tx, address, open.Member); err != nil {
		return err
	}
	c, err := tx.LockCredential(ctx, open.Member)
	if err != nil {
		return err
	}
	c.Password, c.Changed = hash, s.instant()
	if err := tx.PutCredential(ctx, &c); err != nil {
		return err
	}
	return tx.RevokePasses(ctx, open.Member, store.PassSession, "")
}

// Forgotten says who signs in with an address, for a letter to it; ok is false for nobody. Asking is limited for every
// address, whether anybody has it or not, and for the network address that it comes from.
func (s *Service) Forgotten(ctx context.Context, address, from string) (login store.Login, ok bool, err error) {
	key := book.EmailKey(address)
	if key == "" {
		return login, false, book.Fieldf(book.Invalid, "address", "%q is not a mail address", address)
	}
	if err := s.limits.take("n:" + Network(from)); err != nil {
		return login, false, err
	}
	if err := s.posted.take("a:" + key); err != nil {
		return login, false, err
	}
	err = s.store.Read(ctx, "", func(tx *store.Tx) error {
		login, ok, err = tx.FindLogin(ctx, key)
		return err
	})
	return login, ok, err
}

// signsInWith gives an address to a member to sign in with, unless it is theirs already.
func signsInWith(ctx context.Context, tx *store.Tx, address string, member book.ID) error {
	login, known, err := tx.FindLogin(ctx, address)
	if err != nil || known && login == (store.Login{Workspace: tx.Workspace(), Member: member}) {
		return err
	}
	return tx.PutLogin(ctx, address, member)
}

// Address is the mail address that a member signs in with, else one that is theirs in mail, for a form that asks for it;
// "" for none.
func (s *Service) Address(ctx context.Context, ws, member book.ID) (address string, err error) {
	err = s.store.Read(ctx, ws, func(tx *store.Tx) error {
		known, err := tx.LoginsOf(ctx, member)
		if err != nil || len(known) > 0 {
			address = append(known, "")[0]
			return err
		}
		all, err := tx.MemberAddresses(ctx)
		for a, id := range all {
			if id == member && (address == "" || a < address) {
				address = a
			}
		}
		return err
	})
	return address, err
}

// NewToken makes a token for a program, which acts as its member and no further than its scope.
func (s *Service) NewToken(ctx context.Context, who Identity, scope, label string) (secret Secret, err error) {
	err = s.store.Write(ctx, who.Workspace, func(tx *store.Tx) error {
		secret, err = s.NewTokenIn(ctx, tx, who, scope, label)
		return err
	})
	return secret, err
}

// NewTokenIn makes it within a transaction, for a write that is known by its caller's key.
func (s *Service) NewTokenIn(ctx context.Context, tx *store.Tx, who Identity, scope, label string) (Secret, error) {
	if scope != ScopeRead && scope != ScopeWrite {
		return "", book.Fieldf(book.Invalid, "scope", "%q is not known; it is read or write", scope)
	}
	if label = book.Clean(label); label == "" {
		label = "unnamed"
	}
	p := &store.Pass{Kind: store.PassToken, Workspace: who.Workspace, Member: who.Member, Label: label, Scope: scope}
	secret, err := s.issue(ctx, tx, p, tokenFor)
	if err != nil {
		return "", err
	}
	return secret, s.own(ctx, tx, &who, &store.Door{What: store.DoorToken, How: scope, Detail: label})
}

// seenEvery is how exactly the time of last use is kept, so that reading does not write each time.
const seenEvery = 10 * time.Minute

// Bearer says whose a token is.
func (s *Service) Bearer(ctx context.Context, secret Secret) (Identity, error) {
	var p store.Pass
	now := s.instant()
	err := s.store.Read(ctx, "", func(tx *store.Tx) error {
		var ok bool
		var err error
		p, ok, err = tx.FindPass(ctx, secret.hash(), now)
		if err == nil && (!ok || p.Kind != store.PassToken) {
			err = book.Errorf(book.Forbidden, "this token is not known, or its time is over")
		}
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	if now-p.Seen > micros(seenEvery) {
		err = s.store.Write(ctx, p.Workspace, func(tx *store.Tx) error { return tx.SeePass(ctx, p.Hash, now) })
		if err != nil {
			return Identity{}, err
		}
	}
	who, err := s.Identity(ctx, p.Workspace, p.Member)
	who.Scope, who.Pass = p.Scope, p.ID
	return who, err
}

// Passes lists a member's sessions or tokens, the one used last first.
func (s *Service) Passes(ctx context.Context, who Identity, kind store.PassKind) (out []store.Pass, err error) {
	err = s.store.Read(ctx, who.Workspace, func(tx *store.Tx) error {
		out, err = tx.PassesOf(ctx, who.Member, kind, s.instant())
		return err
	})
	return out, err
}

// Revoke ends one of a member's sessions or tokens.
func (s *Service) Revoke(ctx context.Context, who Identity, id book.ID) error {
	return s.store.Write(ctx, who.Workspace, func(tx *store.Tx) error {
		return s.revoke(ctx, tx, &who, who.Member, id)
	})
}

// RevokeIn ends one of a kind within a transaction, for a write that is known by its caller's key. Errors: NotFound.
func (s *Service) RevokeIn(ctx context.Context, tx *store.Tx, who Identity, kind store.PassKind, id book.ID) error {
	mine, err := tx.PassesOf(ctx, who.Member, kind, s.instant())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(mine, func(p store.Pass) bool { return p.ID == id }) {
		if kind == store.PassToken {
			return book.Errorf(book.NotFound, "you have no such token")
		}
		return book.Errorf(book.NotFound, "you have no such session")
	}
	return s.revoke(ctx, tx, &who, who.Member, id)
}
