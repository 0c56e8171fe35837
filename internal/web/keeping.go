package web

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// keeping is a playbook that is being taken into use. Every account is priced anew for it within one transaction, which
// takes seconds in a large book: a form waits for the first of them, and then a page tells how far it is.
type keeping struct {
	by      book.ID
	to      string       // the page to go to when it is done
	priced  atomic.Int64 // accounts so far
	all     int
	over    chan struct{} // closed at the end
	receipt teller.Receipt
	err     error
}

// ended says whether it is.
func (k *keeping) ended() bool {
	select {
	case <-k.over:
		return true
	default:
		return false
	}
}

// keepings are those under way and those whose member has not been told of the end yet: one a firm, since a second one
// would wait for the first.
type keepings struct {
	mu    sync.Mutex
	of    map[book.ID]*keeping // by workspace
	under sync.WaitGroup
}

func (ks *keepings) get(workspace book.ID) *keeping {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	return ks.of[workspace]
}

// concerns says whether there is something to be read of one by a visitor.
func (ks *keepings) concerns(v *visit) bool {
	k := ks.get(v.who.Workspace)
	return k != nil && (!k.ended() || k.err != nil && k.by == v.who.Member)
}

// begin takes the firm's place. Whoever left an end unread does without it.
func (ks *keepings) begin(workspace book.ID, k *keeping) error {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	if old := ks.of[workspace]; old != nil && !old.ended() {
		return book.Errorf(book.Conflict, "the clients are being counted anew already; wait until that is done")
	}
	if ks.of == nil {
		ks.of = map[book.ID]*keeping{}
	}
	ks.of[workspace] = k
	return nil
}

// drop forgets one whose end was told.
func (ks *keepings) drop(workspace book.ID, k *keeping) {
	ks.mu.Lock()
	defer ks.mu.Unlock()
	if ks.of[workspace] == k {
		delete(ks.of, workspace)
	}
}

// Keep waits, when the context ends, for the playbooks that are being taken into use.
func (s *Server) Keep(ctx context.Context) {
	<-ctx.Done()
	s.keepings.under.Wait()
}

// keep takes a playbook into use by a command, whose progress is set to be counted. An error that comes while the form
// waits is the form's; kept goes on with what is returned.
func (s *Server) keep(v *visit, to string, c teller.Command, progress *func(int)) (*keeping, error) {
	k := &keeping{by: v.who.Member, to: to, over: make(chan struct{})}
	err := s.Teller.Read(v.r.Context(), v.who.Actor, 0, func(r *teller.Reading) (err error) {
		k.all, err = r.Tx.CountAccounts(v.r.Context())
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := s.keepings.begin(v.who.Workspace, k); err != nil {
		return nil, err
	}
	*progress = func(n int) { k.priced.Store(int64(n)) }
	ctx, who := context.WithoutCancel(v.r.Context()), v.who.Actor
	s.keepings.under.Go(func() {
		defer close(k.over)
		k.receipt, k.err = s.Teller.Do(ctx, who, c, teller.Options{})
	})
	timer := time.NewTimer(cmp.Or(s.Patience, 2*time.Second))
	defer timer.Stop()
	select {
	case <-k.over:
		s.keepings.drop(v.who.Workspace, k)
		return k, k.err
	case <-timer.C:
		return k, nil
	}
}

// kept goes to what was changed, or to the page that tells how far it is.
func (s *Server) kept(v *visit, k *keeping) error {
	if k.ended() && k.err == nil {
		s.keepings.drop(v.who.Workspace, k)
		return s.done(v, k.to, &k.receipt)
	}
	return s.back(v, "/settings/keeping")
}

// keeps tells how far a playbook is that is being taken into use, and to whoever did that, once, what came of it.
func (s *Server) keeps(v *visit) error {
	k := s.keepings.get(v.who.Workspace)
	if k == nil || k.ended() {
		if v.r.Header.Get("HX-Request") != "" {
			v.w.Header().Set("HX-Refresh", "true") // the part that asked showed progress
			return nil
		}
		if k == nil || k.by != v.who.Member {
			return s.back(v, "/settings/playbooks")
		}
		if k.err == nil {
			return s.kept(v, k)
		}
		s.keepings.drop(v.who.Workspace, k)
		if book.FaultOf(k.err) == book.Internal {
			return k.err
		}
	}
	p := s.page(v, v.lang.Say("tariff.keeping"), "settings")
	if err := s.read(v, p, func(*teller.Reading) error { return nil }); err != nil {
		return err
	}
	if k.ended() {
		v.fault = k.err
	}
	return v.show(keepingPage(p, k))
}
