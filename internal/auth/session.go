package auth

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"passbook/internal/book"
	"passbook/internal/store"
)

const (
	sessionFor  = 30 * 24 * time.Hour // from signing in
	sessionIdle = 7 * 24 * time.Hour  // without a request
	cookieName  = "passbook"
)

// What a session remembers.
const (
	keyWorkspace = "workspace"
	keyMember    = "member"
	keyID        = "id"
	keyLabel     = "label"
	keyBegan     = "began" // Instant, as an int64
)

// Sessions are the browsers that are signed in.
type Sessions struct {
	*scs.SessionManager
	auth *Service
}

// NewSessions keeps sessions in the book's database. secure says that the cookie goes over TLS alone.
func NewSessions(s *Service, secure bool, log *slog.Logger) *Sessions {
	m := scs.New()
	m.Lifetime = sessionFor
	m.HashTokenInStore = true
	m.Codec = remember{}
	m.Cookie.Name = cookieName
	if secure {
		m.Cookie.Name = "__Host-" + cookieName // the browser takes it from this host alone, over TLS alone
	}
	m.Cookie.HttpOnly, m.Cookie.Secure, m.Cookie.SameSite, m.Cookie.Path = true, secure, http.SameSiteLaxMode, "/"
	m.Store = &passStore{s, m.Codec}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		log.Error("a session could not be read or kept", "error", err, "page", r.Pattern)
		http.Error(w, book.Message(err), http.StatusServiceUnavailable)
	}
	return &Sessions{m, s}
}

// Enter signs a browser in: it gets a new token, so that one planted before is worth nothing.
func (s *Sessions) Enter(ctx context.Context, who Identity, browser string) error {
	if err := s.RenewToken(ctx); err != nil {
		return err
	}
	id, err := book.NewID(s.auth.instant(), s.auth.random)
	if err != nil {
		return err
	}
	err = s.auth.store.Write(ctx, who.Workspace, func(tx *store.Tx) error {
		return s.auth.own(ctx, tx, &who, &store.Door{What: store.DoorIn, How: who.By, Detail: book.Clean(browser)})
	})
	if err != nil {
		return err
	}
	s.Put(ctx, keyWorkspace, string(who.Workspace))
	s.Put(ctx, keyMember, string(who.Member))
	s.Put(ctx, keyID, string(id))
	s.Put(ctx, keyLabel, book.Clean(browser))
	s.Put(ctx, keyBegan, int64(s.auth.instant()))
	return nil
}

// Leave signs a browser out; one that nobody is signed in with only forgets what it had.
func (s *Sessions) Leave(ctx context.Context, who Identity) error {
	if who.Member != "" {
		err := s.auth.store.Write(ctx, who.Workspace, func(tx *store.Tx) error {
			return s.auth.own(ctx, tx, &who, &store.Door{What: store.DoorOut, Detail: s.GetString(ctx, keyLabel)})
		})
		if err != nil {
			return err
		}
	}
	return s.Destroy(ctx)
}

// Who is signed in, as they are now; ok is false for a browser that nobody has signed in with.
func (s *Sessions) Who(ctx context.Context) (who Identity, ok bool, err error) {
	ws, member := book.ID(s.GetString(ctx, keyWorkspace)), book.ID(s.GetString(ctx, keyMember))
	if ws == "" || member == "" {
		return Identity{}, false, nil
	}
	who, err = s.auth.Identity(ctx, ws, member)
	if book.FaultOf(err) == book.Forbidden { // they have left the firm
		return Identity{}, false, s.Destroy(ctx)
	}
	who.Pass, who.Began = book.ID(s.GetString(ctx, keyID)), book.Instant(s.GetInt64(ctx, keyBegan))
	return who, err == nil, err
}

// passStore keeps sessions among the passes, where their member can see and end them.
type passStore struct {
	auth  *Service
	codec scs.Codec
}

// FindCtx implements scs.CtxStore; token is hashed already. A session that was idle for too long is not there. That it
// is in use is written down now and then, and never by scs itself: it would bring a session back that was ended
// meanwhile.
func (p *passStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	now := p.auth.instant()
	var pass store.Pass
	var found bool
	err := p.auth.store.Read(ctx, "", func(tx *store.Tx) (err error) {
		pass, found, err = tx.FindPass(ctx, token, now)
		return err
	})
	idle := now - pass.Seen
	if err != nil || !found || pass.Kind != store.PassSession {
		return nil, false, err
	}
	if idle > micros(sessionIdle) || !legible(pass.Data) {
		return nil, false, p.DeleteCtx(ctx, token)
	}
	if idle > micros(seenEvery) {
		err = p.auth.store.Write(ctx, pass.Workspace, func(tx *store.Tx) error { return tx.SeePass(ctx, token, now) })
	}
	return pass.Data, true, err
}

func micros(d time.Duration) book.Instant { return book.Instant(d.Microseconds()) }

// CommitCtx implements scs.CtxStore.
func (p *passStore) CommitCtx(ctx context.Context, token string, data []byte, expires time.Time) error {
	_, values, err := p.codec.Decode(data)
	if err != nil {
		return err
	}
	text := func(key string) string { s, _ := values[key].(string); return s }
	now := p.auth.instant()
	began, ok := values[keyBegan].(int64)
	if !ok {
		began = int64(now)
	}
	pass := &store.Pass{
		Hash: token, Kind: store.PassSession, Workspace: book.ID(text(keyWorkspace)), Member: book.ID(text(keyMember)),
		ID: book.ID(text(keyID)), Label: text(keyLabel), Data: data,
		Created: book.Instant(began), Seen: now, Expires: book.Micros(expires),
	}
	return p.auth.store.Write(context.WithoutCancel(ctx), pass.Workspace, func(tx *store.Tx) error {
		if err := tx.DropOldPasses(ctx, now); err != nil {
			return err
		}
		return tx.PutPass(ctx, pass)
	})
}

// DeleteCtx implements scs.CtxStore.
func (p *passStore) DeleteCtx(ctx context.Context, token string) error {
	return p.auth.store.Write(context.WithoutCancel(ctx), "", func(tx *store.Tx) error { return tx.DropPass(ctx, token) })
}

// Find implements scs.Store, whose callers all have a context.
func (p *passStore) Find(token string) ([]byte, bool, error) {
	return p.FindCtx(context.Background(), token)
}

// Commit implements scs.Store.
func (p *passStore) Commit(token string, data []byte, expires time.Time) error {
	return p.CommitCtx(context.Background(), token, data, expires)
}

// Delete implements scs.Store.
func (p *passStore) Delete(token string) error { return p.DeleteCtx(context.Background(), token) }
