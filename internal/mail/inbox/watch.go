package inbox

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"passbook/internal/book"
	"passbook/internal/store"
)

const (
	// look is how often it is looked which mailboxes there are, and who asks for a reading.
	look = 5 * time.Second
	// round is how long a server that tells of new letters by itself is listened to, and poll how long one that does not is
	// left alone, before all folders are read again.
	round = 5 * time.Minute
	poll  = 2 * time.Minute
	// rest is the least time between two readings.
	rest = 2 * time.Second
	// atOnce is how many mailboxes are read at once; many more are listened to.
	atOnce = 2
	// listens is how long a server may be silent that is listened to.
	listens = 2 * round
	// longestPause is how long a mailbox is left alone at most that cannot be read.
	longestPause = time.Hour
)

// keeper reads one mailbox again and again.
type keeper struct {
	stop  context.CancelFunc
	poke  chan struct{} // somebody asks for a reading
	asked book.Instant  // when they last did
}

// Run reads the mailboxes of all firms until the context ends: each whenever its server tells of new letters, every few minutes
// besides, and when somebody asks.
func (r *Reader) Run(ctx context.Context) {
	var under sync.WaitGroup
	defer under.Wait()
	keepers, turns := map[book.ID]*keeper{}, make(chan struct{}, atOnce)
	for {
		if err := r.look(ctx, &under, keepers, turns); err != nil && ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "the mailboxes could not be looked for", "error", err)
		}
		if !sleep(ctx, look, nil) {
			return
		}
	}
}

// look begins to keep mailboxes that are new, lets go of those that were dropped, and passes on who asks for a reading.
func (r *Reader) look(ctx context.Context, under *sync.WaitGroup, keepers map[book.ID]*keeper, turns chan struct{}) error {
	firms, err := r.Teller.Store().Workspaces(ctx)
	if err != nil {
		return err
	}
	there := map[book.ID]bool{}
	for _, f := range firms {
		var all []store.Mailbox
		err := r.Teller.Store().Read(ctx, f.ID, func(tx *store.Tx) (err error) {
			all, err = tx.Mailboxes(ctx)
			return err
		})
		if err != nil {
			return err
		}
		for i := range all {
			m := &all[i]
			there[m.ID] = true
			k := keepers[m.ID]
			if k == nil {
				own, stop := context.WithCancel(ctx)
				k = &keeper{stop: stop, poke: make(chan struct{}, 1), asked: m.Asked}
				keepers[m.ID] = k
				under.Go(func() { r.keep(own, f.ID, m.ID, k.poke, turns) })
			}
			if m.Asked > k.asked {
				k.asked = m.Asked
				select {
				case k.poke <- struct{}{}:
				default: // it will look anyway
				}
			}
		}
	}
	for id, k := range keepers {
		if !there[id] {
			k.stop()
			delete(keepers, id)
		}
	}
	return nil
}

// keep reads one mailbox until it is dropped or the context ends.
func (r *Reader) keep(ctx context.Context, workspace, id book.ID, poke chan struct{}, turns chan struct{}) {
	for ctx.Err() == nil {
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
			return
		}
		_, err := r.Read(ctx, workspace, id, nil)
		<-turns
		if book.FaultOf(err) == book.Internal && err != nil && ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "a mailbox could not be read", "mailbox", id, "error", err)
		}
		m, password, gone := r.reread(ctx, workspace, id)
		switch {
		case gone || ctx.Err() != nil:
			return
		case m == nil || err != nil || m.Fault != "":
			sleep(ctx, pauseAfter(m), poke)
		default:
			if lerr := r.listen(ctx, m, password, poke); lerr != nil && ctx.Err() == nil {
				sleep(ctx, poll, poke)
			}
		}
		sleep(ctx, rest, nil)
	}
}

// reread is the mailbox as it stands now; gone when it was dropped.
func (r *Reader) reread(ctx context.Context, workspace, id book.ID) (m *store.Mailbox, password string, gone bool) {
	err := r.Teller.Store().Read(ctx, workspace, func(tx *store.Tx) error {
		found, err := tx.Mailbox(ctx, id)
		if err != nil {
			return err
		}
		m = &found
		password, err = tx.MailboxPassword(ctx, id)
		return err
	})
	if book.FaultOf(err) == book.NotFound {
		return nil, "", true
	}
	return m, password, false
}

// pauseAfter doubles from a minute: a server that is away is not asked all the time, and one that refuses a password might shut
// its member out.
func pauseAfter(m *store.Mailbox) time.Duration {
	if m == nil {
		return time.Minute
	}
	return min(time.Minute<<min(max(m.Faults-1, 0), 10), longestPause)
}

// listen waits until the server tells of something new in the first folder, somebody asks for a reading, or a round is over.
func (r *Reader) listen(ctx context.Context, m *store.Mailbox, password string, poke chan struct{}) error {
	s, err := stateOf(m)
	if err != nil || len(s.Folders) == 0 {
		return err
	}
	news := make(chan struct{}, 1)
	tell := func() {
		select {
		case news <- struct{}{}:
		default:
		}
	}
	t, err := r.dial(ctx, m, password, &imapclient.UnilateralDataHandler{
		Mailbox: func(*imapclient.UnilateralDataMailbox) { tell() },
		Expunge: func(uint32) { tell() },
	})
	if err != nil {
		return err
	}
	defer t.close()
	if !t.Caps().Has(imap.CapIdle) {
		t.close()
		sleep(ctx, poll, poke)
		return nil
	}
	f := s.Folders[0]
	data, err := t.Select(f.Name, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return classed(ctx, m, err)
	}
	if data.UIDValidity != f.Validity || f.Next != 0 && uint32(data.UIDNext) != f.Next { // it came while nobody listened
		return nil
	}
	for len(news) > 0 { // what the server said of the folder as it was opened
		<-news
	}
	t.line.wait(listens)
	idle, err := t.Idle()
	if err != nil {
		return classed(ctx, m, errors.Join(err, t.line.why()))
	}
	ended := make(chan error, 1)
	go func() { ended <- idle.Wait() }()
	over := time.NewTimer(round)
	defer over.Stop()
	select {
	case <-news:
	case <-poke:
	case <-over.C:
	case <-ctx.Done():
	case err := <-ended: // by itself, so the server has hung up
		return classed(ctx, m, errors.Join(err, t.line.why()))
	}
	t.line.wait(r.patience())
	if err := errors.Join(idle.Close(), <-ended); err != nil {
		return classed(ctx, m, errors.Join(err, t.line.why()))
	}
	return nil
}

// sleep lets time pass until something rings, and says whether the context goes on.
func sleep(ctx context.Context, d time.Duration, rung <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-rung:
	case <-timer.C:
	}
	return ctx.Err() == nil
}
