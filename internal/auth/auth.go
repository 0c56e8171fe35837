package auth

import (
	"context"
	"io"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Identity is who is asking.
type Identity struct {
	teller.Actor
	Name  string
	Scope string       // of a token: "read" or "write"; "" for a person
	Pass  book.ID      // the session or token that it came by
	Began book.Instant // when the session was signed in; 0 of a token
	Place string       // the network address that asks; "" at the command line
	By    string       // of somebody who has just come in: password, provider, or the kind of link
}

// Writes says whether what is asked with may change anything.
func (i *Identity) Writes() bool { return i.Scope != ScopeRead }

// The scopes of a token.
const (
	ScopeRead  = "read"
	ScopeWrite = "write"
)

// Service answers who is asking.
type Service struct {
	store  *store.Store
	now    func() time.Time
	random io.Reader
	hasher *hasher
	limits *limiter
	posted *limiter // letters asked for by those who are not signed in
	noted  *limiter // refusals that are written down
}

// New makes a service. random must be fit for secrets.
func New(s *store.Store, now func() time.Time, random io.Reader) *Service {
	return &Service{store: s, now: now, random: random, hasher: newHasher(random, 2), limits: newLimiter(now, guesses, guessPause), posted: newLimiter(now, letters, letterPause), noted: newLimiter(now, refusals, refusalPause)}
}

func (s *Service) instant() book.Instant { return book.Micros(s.now()) }

// errSignIn never says which part was wrong.
func errSignIn() error {
	return book.Errorf(book.Forbidden, "that address, password or code is not right")
}

// ErrCode asks whoever comes by a link for the second factor: a code is wanted, too.
var ErrCode = book.Fieldf(book.Forbidden, "code", "is wanted: the six digits that your telephone shows, or a recovery code")

// SignIn proves a member by address, password and, where it is set up, second factor. from is the network address that
// asks, for the limits.
func (s *Service) SignIn(ctx context.Context, address, password, code, from string) (Identity, error) {
	key := book.EmailKey(address)
	if err := s.limits.take(pairKey(key, from), "n:"+Network(from)); err != nil {
		return Identity{}, err
	}
	login, c, err := s.credential(ctx, key)
	if err == nil {
		err = s.mayGuess(ctx, key, login, from)
	}
	if err != nil {
		return Identity{}, err
	}
	ok, err := s.hasher.matches(ctx, c.Password, password)
	if err != nil {
		return Identity{}, err
	}
	if !ok {
		return Identity{}, s.refused(ctx, login, &store.Door{How: "password", Detail: key, Place: from})
	}
	how := "password"
	if c.TOTP != "" {
		how = "code"
		if ok = code != ""; ok { // that one lacks is no other answer: it would tell that the password was right
			ok, err = s.second(ctx, login.Workspace, &c, code)
		}
		if err != nil {
			return Identity{}, err
		}
		if !ok {
			return Identity{}, s.refused(ctx, login, &store.Door{How: how, Detail: key, Place: from})
		}
	}
	s.limits.forgive("a:"+key, pairKey(key, from))
	return s.in(ctx, login.Workspace, login.Member, how, from)
}

// in is who has just come in, and how.
func (s *Service) in(ctx context.Context, ws, member book.ID, how, from string) (Identity, error) {
	who, err := s.Identity(ctx, ws, member)
	who.By, who.Place = how, from
	return who, err
}

func (s *Service) credential(ctx context.Context, address string) (login store.Login, c store.Credential, err error) {
	err = s.store.Read(ctx, "", func(tx *store.Tx) error {
		var known bool
		if login, known, err = tx.FindLogin(ctx, address); err != nil || !known {
			return err
		}
		c, err = tx.In(login.Workspace).Credential(ctx, login.Member)
		return err
	})
	return login, c, err
}

// Identity reads who a member is now: their role may have changed since they signed in, or they may have left.
func (s *Service) Identity(ctx context.Context, ws, member book.ID) (Identity, error) {
	var out Identity
	err := s.store.Read(ctx, ws, func(tx *store.Tx) error {
		m, err := tx.Member(ctx, member)
		if err == nil && m.Left != 0 {
			err = book.Errorf(book.NotFound, "%s has left", m.Name)
		}
		if err != nil {
			return err
		}
		out = Identity{Actor: teller.Actor{Workspace: ws, Member: m.ID, Role: m.Role}, Name: m.Name}
		return nil
	})
	if book.FaultOf(err) == book.NotFound {
		return Identity{}, errSignIn()
	}
	return out, err
}

// SetPassword changes a member's own password. All their other sessions end.
func (s *Service) SetPassword(ctx context.Context, who Identity, old, next string, keep Secret) error {
	if err := s.Again(ctx, who, old); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, next)
	if err != nil {
		return err
	}
	return s.store.Write(ctx, who.Workspace, func(tx *store.Tx) error {
		c, err := tx.LockCredential(ctx, who.Member)
		if err != nil {
			return err
		}
		c.Password, c.Changed = hash, s.instant()
		if err := tx.PutCredential(ctx, &c); err != nil {
			return err
		}
		if err := s.endLinks(ctx, tx, who.Member); err != nil {
			return err
		}
		if err := tx.RevokePasses(ctx, who.Member, store.PassSession, keep.hash()); err != nil {
			return err
		}
		return s.own(ctx, tx, &who, &store.Door{What: store.DoorPassword})
	})
}
