package auth

import (
	"context"
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
func (s *Service) Link(ctx context.Context, kind store.PassKind, ws, member book.ID) (Secret, error) {
	life := map[store.PassKind]time.Duration{
		store.PassBegin: beginFor, store.PassInvite: inviteFor, store.PassReset: resetFor, store.PassEnter: enterFor,
	}[kind]
	if life == 0 {
		return "", book.Errorf(book.Internal, "a pass of kind %s is no link", kind)
	}
	return s.issue(ctx, &store.Pass{Kind: kind, Workspace: ws, Member: member}, life, true)
}

func (s *Service) issue(ctx context.Context, p *store.Pass, life time.Duration, alone bool) (Secret, error) {
	secret, err := newSecret(s.random)
	if err != nil {
		return "", err
	}
	now := s.instant()
	if p.ID, err = book.NewID(now, s.random); err != nil {
		return "", err
	}
	p.Hash, p.Created, p.Seen, p.Expires = hashOf(secret), now, now, now+micros(life)
	err = s.store.Write(ctx, p.Workspace, func(tx *store.Tx) error {
		if alone {
			if err := tx.RevokePasses(ctx, p.Member, p.Kind, ""); err != nil {
				return err
			}
		}
		if err := tx.DropOldPasses(ctx, now); err != nil {
			return err
		}
		return tx.PutPass(ctx, p)
	})
	return Secret(secret), err
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

// Redeem uses a link: the member signs in with the address and the password from now on, and all their sessions end.
func (s *Service) Redeem(ctx context.Context, secret Secret, address, password, from string) (Identity, error) {
	key := book.EmailKey(address)
	if key == "" {
		return Identity{}, book.Fieldf(book.Invalid, "address", "%q is not a mail address", address)
	}
	if err := s.limits.take("n:" + from); err != nil {
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
	err = s.store.Write(ctx, open.Workspace, func(tx *store.Tx) error {
		_, ok, err := tx.TakePass(ctx, secret.hash(), open.Kind, s.instant())
		if err == nil && !ok {
			err = errLink
		}
		if err != nil {
			return err
		}
		if err := signsInWith(ctx, tx, key, open.Member); err != nil {
			return err
		}
		c, err := tx.Credential(ctx, open.Member)
		if err != nil {
			return err
		}
		c.Password, c.Changed = hash, s.instant()
		if err := tx.PutCredential(ctx, &c); err != nil {
			return err
		}
		return tx.RevokePasses(ctx, open.Member, store.PassSession, "")
	})
	if err != nil {
		return Identity{}, err
	}
	return s.Identity(ctx, open.Workspace, open.Member)
}

// Enter uses a link that signs in by itself.
func (s *Service) Enter(ctx context.Context, secret Secret) (Identity, error) {
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
	return s.Identity(ctx, p.Workspace, p.Member)
}

// signsInWith gives an address to a member to sign in with, unless it is theirs already.
func signsInWith(ctx context.Context, tx *store.Tx, address string, member book.ID) error {
	login, known, err := tx.FindLogin(ctx, address)
	if err != nil || known && login == (store.Login{Workspace: tx.Workspace(), Member: member}) {
		return err
	}
	return tx.PutLogin(ctx, address, member)
}

// Address is the mail address that a member is known by, for a form that asks for it; "" for none.
func (s *Service) Address(ctx context.Context, ws, member book.ID) (address string, err error) {
	err = s.store.Read(ctx, ws, func(tx *store.Tx) error {
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
func (s *Service) NewToken(ctx context.Context, who Identity, scope, label string) (Secret, error) {
	if scope != ScopeRead && scope != ScopeWrite {
		return "", book.Fieldf(book.Invalid, "scope", "%q is not known; it is read or write", scope)
	}
	if label = book.Clean(label); label == "" {
		label = "unnamed"
	}
	return s.issue(ctx, &store.Pass{Kind: store.PassToken, Workspace: who.Workspace, Member: who.Member, Label: label, Scope: scope}, tokenFor, false)
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
	return s.store.Write(ctx, who.Workspace, func(tx *store.Tx) error { return tx.RevokePass(ctx, who.Member, id) })
}
