package teller

import (
	"cmp"
	"context"
	"sort"
	"strings"

	"passbook/internal/book"
	"passbook/internal/queue"
	"passbook/internal/store"
)

// Work is a command's hold on the book while it runs: the accounts it has locked, the entries it appends.
type Work struct {
	Tx     *store.Tx
	Who    Actor
	Now    book.Instant
	t      *Teller
	run    book.ID // the import it belongs to, or ""
	rules  *Rules
	steady bool // the rules cannot change before the commit
	even   bool // the rules at hand are those that all held accounts were compared with

	held    map[book.ID]*held
	pending []*book.Entry // appended, not yet in the log
	written []*book.Entry // of an import none are kept: there are many, and its report counts them
	posted  map[book.ID][]book.Posting
	weeks   map[store.NewsWeek]store.NewsWeek // what comes to the counts of weeks, by owner and week alone
	seen    *store.Tx                         // Tx as it shows to Who; nil as long as nobody asked
	turn
}

// turn is what a work keeps of the command whose turn it is. Of commands that share a work each begins with one of its own.
type turn struct {
	key   book.ID     // the caller's, or an id made for this command
	whole bool        // the command works on what Who does not see as well
	first *book.Entry // the entry that the command is about
	keyed bool        // first came without an id and has taken the key
	many  bool        // entries are marked as written together
	batch book.ID     // the mark: the first of them
}

// held is an account in this transaction.
type held struct {
	*store.Account
	fresh   bool          // to be inserted
	known   bool          // to be seen by who gives the command: opened by this work, or asked before
	dirty   bool          // its state is to be saved
	replay  bool          // its entries are to be folded anew
	pending []*book.Entry // to be folded
}

func newWork(t *Teller, tx *store.Tx, j *job) *Work {
	return &Work{
		Tx: tx, Who: j.who, Now: t.Now(), t: t, run: j.opt.Run, held: make(map[book.ID]*held), posted: make(map[book.ID][]book.Posting),
		weeks: make(map[store.NewsWeek]store.NewsWeek),
		turn:  turn{key: j.opt.Key},
	}
}

// Run is the import that the work belongs to, or "".
func (w *Work) Run() book.ID { return w.run }

// NewID makes an id of the present.
func (w *Work) NewID() (book.ID, error) { return w.t.NewID() }

// NewSecret makes a secret that nobody can guess: 32 random bytes in 43 letters that need no quoting anywhere.
func (w *Work) NewSecret() (string, error) { return w.t.newSecret() }

// Leave leaves a job to be done after the commit, and not at all if there is none.
func (w *Work) Leave(ctx context.Context, j *queue.Job) error {
	id, err := w.NewID()
	if err != nil {
		return err
	}
	return queue.Add(ctx, w.Tx, id, w.Now, j)
}

// Rules are the workspace's rules.
func (w *Work) Rules(ctx context.Context) (*Rules, error) {
	if w.rules == nil {
		r, err := w.t.Rules(ctx, w.Tx)
		if err != nil {
			return nil, err
		}
		w.rules = r
	}
	return w.rules, nil
}

// steadyRules are the rules that stay in use until this work is committed, for what is written with them and cannot be
// seen by those who change them until then, as a new account.
func (w *Work) steadyRules(ctx context.Context) (*Rules, error) {
	if !w.steady {
		if err := w.Tx.LockFirm(ctx); err != nil {
			return nil, err
		}
		w.steady, w.rules, w.even = true, nil, false
	}
	return w.Rules(ctx)
}

// Reading is the book as it shows now to who gives the command, for finding what the command names. What was appended is in it once it
// was flushed.
func (w *Work) Reading(ctx context.Context) (*Reading, error) {
	rules, err := w.Rules(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := w.Seen(ctx)
	if err != nil {
		return nil, err
	}
	return &Reading{Tx: seen, Rules: rules, Who: w.Who, At: w.Now, Now: w.Now}, nil
}

// When is the time of something to be written: the one given, or now. What somebody's clock that runs fast gives is now.
func (w *Work) When(at book.Instant) book.Instant {
	if at == 0 || w.run == "" && at > w.Now && at <= w.Now+Fast {
		return w.Now
	}
	return at
}

// Account locks an account and reads it. An account merged away gives the one it redirects to. One that the member does not
// see is not found, so that nobody learns that it is there.
func (w *Work) Account(ctx context.Context, id book.ID) (*store.Account, error) {
	found, err := w.Accounts(ctx, []book.ID{id})
	if err != nil {
		return nil, err
	}
	a := found[id]
	if a == nil {
		return nil, book.Errorf(book.NotFound, "there is no account %s", id)
	}
	return a, nil
}

// Accounts locks many accounts in one go: by the id asked for, the account that stands for it.
func (w *Work) Accounts(ctx context.Context, ids []book.ID) (map[book.ID]*store.Account, error) {
	out := make(map[book.ID]*store.Account, len(ids))
	into := make(map[book.ID]book.ID)
	news := !w.even
	for want := ids; len(want) > 0; {
		var missing []book.ID
		for _, id := range want {
			if w.held[id] == nil {
				missing = append(missing, id)
			}
		}
		locked, err := w.Tx.LockAccounts(ctx, missing)
		if err != nil {
			return nil, err
		}
		var next []book.ID
		news = news || len(locked) > 0
		for _, a := range locked {
			w.held[a.ID] = &held{Account: a}
			if a.Merged != "" {
				into[a.ID] = a.Merged
				next = append(next, a.Merged)
			}
		}
		want = next
	}
	for _, id := range ids {
		root := id
		for into[root] != "" {
			root = into[root]
		}
		if h := w.held[root]; h != nil {
			if h.Merged != "" { // locked earlier in this work, before its redirect was known here
				found, err := w.Accounts(ctx, []book.ID{h.Merged})
				if err != nil {
					return nil, err
				}
				if a := found[h.Merged]; a != nil {
					out[id] = a
				}
				continue
			}
			seen, err := w.sees(ctx, h)
			if err != nil {
				return nil, err
			}
			if seen {
				out[id] = h.Account
			}
		}
	}
	if !news { // all were held before, and compared then
		return out, nil
	}
	return out, w.sameRules(ctx)
}

// sameRules makes sure that the states locked and the rules at hand are of one version: accounts folded with older
// rules are folded anew when they are next written.
func (w *Work) sameRules(ctx context.Context) error {
	if w.rules == nil {
		w.rules = w.t.rules.get(w.Who.Workspace)
	}
	for _, h := range w.held {
		if w.rules == nil || h.Rules != w.rules.Version {
			w.rules = nil
			if _, err := w.Rules(ctx); err != nil {
				return err
			}
			break
		}
	}
	for _, h := range w.held {
		if h.Rules != w.rules.Version {
			h.replay = true
		}
	}
	w.even = true
	return nil
}

// Open begins a new account; its opening entry says what it is. Nothing may be read from it before the work ends
// but what was put in.
func (w *Work) Open(ctx context.Context, a book.Account) (*store.Account, error) {
	r, err := w.steadyRules(ctx)
	if err != nil {
		return nil, err
	}
	row := &store.Account{Account: a, Run: w.run, Rules: r.Version}
	w.held[a.ID] = &held{Account: row, fresh: true, known: true}
	set := map[string]book.Change{}
	for field, v := range map[string]string{
		book.FieldStage: a.Stage, book.FieldTier: a.Tier, book.FieldPlaybook: a.Playbook,
		book.FieldOwner: string(a.Owner), book.FieldKind: string(a.Kind),
	} {
		set[field] = book.Change{After: v}
	}
	if a.Visible != "" && a.Visible != book.VisibleFirm {
		set[book.FieldVisible] = book.Change{After: string(a.Visible)}
	}
	words := map[string]book.Change{book.FieldName: {After: a.Name}}
	if len(a.Tags) > 0 {
		words[book.FieldTags] = book.Change{After: strings.Join(a.Tags, "\n")}
	}
	id := book.DerivedID("opened", string(a.ID))
	return row, w.Append(&book.Entry{
		ID: id, Account: a.ID, At: a.Created, Kind: book.KindOpened, Facts: book.Facts{Set: set}, Words: book.Words{Set: words},
	})
}

// How far ahead of the clock an entry may lie: one out of a file, whose writer's clock or zone may have been wrong, and one that
// is written down by hand, as on a telephone whose clock runs fast.
const (
	Future = book.Day
	Fast   = 5 * 60 * 1_000_000
)

// Append adds an entry and makes its words findable. An empty id is made from the clock (the first one takes the
// caller's key), an empty time is now. Entries on an account need it locked or opened by this work before.
func (w *Work) Append(e *book.Entry) error {
	e.At = w.When(e.At)
	if err := w.CheckTime(e.At); err != nil {
		return err
	}
	if err := w.name(e); err != nil {
		return err
	}
	if e.By == "" {
		e.By = w.Who.Member
	}
	e.Recorded, e.Run = w.Now, w.run
	if w.many {
		w.batch = cmp.Or(w.batch, e.ID)
		e.Facts.Batch = w.batch
	}
	if e.Account != "" {
		h := w.held[e.Account]
		if h == nil {
			return book.Errorf(book.Internal, "account %s was not locked before an entry was appended", e.Account)
		}
		if h.Name == book.Erased && (e.Kind == book.KindTouch || e.Words.Text+e.Words.Body+e.Words.With != "") {
			return book.Errorf(book.Conflict, "the person of this account was erased; no words are kept about them any more")
		}
		h.pending = append(h.pending, e)
		h.dirty = true
	}
	w.pending = append(w.pending, e)
	if w.run == "" {
		w.posted[e.ID] = nil
	}
	return nil
}

// Name gives an entry the id that Append would give it, for one whose facts say it.
func (w *Work) Name(e *book.Entry) error { return w.name(e) }

// name gives an entry its id. What a command is about is its first entry without one: an account that is opened on the
// way has an id of its own.
func (w *Work) name(e *book.Entry) (err error) {
	bare := e.ID == ""
	if bare && !w.keyed {
		w.first, w.keyed = e, true
		e.ID = w.key
	}
	if w.first == nil {
		w.first = e
	}
	if e.ID == "" {
		e.ID, err = w.NewID()
	}
	return err
}

// Holds says whether this work has locked or opened an account.
func (w *Work) Holds(account book.ID) bool { return w.held[account] != nil }

// Refold has an account's entries folded anew at the end of the work, as after a void or a merge.
func (w *Work) Refold(account book.ID) {
	if h := w.held[account]; h != nil {
		h.replay, h.dirty = true, true
	}
}

// Free makes a merged account, which this work has locked, stand alone again.
func (w *Work) Free(account book.ID) (*store.Account, error) {
	h := w.held[account]
	if h == nil || h.Merged == "" {
		return nil, book.Errorf(book.Internal, "account %s was not locked as a merged one", account)
	}
	h.Merged = ""
	return h.Account, nil
}

// Forget drops an account that the work has deleted.
func (w *Work) Forget(account book.ID) { delete(w.held, account) }

// Flush writes the entries appended so far and folds them, so that what follows in the same work can read them. The
// states are saved when the work ends.
func (w *Work) Flush(ctx context.Context) error {
	if err := w.insertFresh(ctx); err != nil {
		return err
	}
	if err := w.keepOrder(ctx); err != nil {
		return err
	}
	if err := w.Tx.InsertEntries(ctx, w.pending); err != nil {
		return err
	}
	if err := w.index(ctx); err != nil {
		return err
	}
	if w.run == "" {
		w.written = append(w.written, w.pending...)
	}
	w.pending = w.pending[:0:0]
	return w.fold(ctx)
}

// index makes the words of the entries appended so far findable.
func (w *Work) index(ctx context.Context) error {
	var docs []store.Doc
	for _, e := range w.pending {
		if d, ok := store.DocOf(e); ok {
			docs = append(docs, d)
		}
	}
	return w.Tx.Index(ctx, docs)
}

// insertFresh adds new accounts; their states follow when the work ends.
func (w *Work) insertFresh(ctx context.Context) error {
	var fresh []*store.Account
	for _, h := range w.held {
		if h.fresh {
			h.fresh = false
			fresh = append(fresh, h.Account)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	sort.Slice(fresh, func(i, j int) bool { return fresh[i].ID < fresh[j].ID })
	r, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	return w.Tx.InsertAccounts(ctx, r.Rules, fresh)
}

// finish flushes and saves every state that moved.
func (w *Work) finish(ctx context.Context) error {
	if err := w.Flush(ctx); err != nil {
		return err
	}
	var dirty []*store.Account
	for _, h := range w.held {
		if h.dirty && h.Merged == "" {
			dirty = append(dirty, h.Account)
		}
	}
	if len(dirty) == 0 {
		return nil
	}
	sort.Slice(dirty, func(i, j int) bool { return dirty[i].ID < dirty[j].ID })
	return w.Tx.SaveStates(ctx, w.rules.Rules, dirty)
}

// Release writes and saves all that was done so far and lets go of the accounts, for a command that goes through more of
// them than memory has room for. They stay locked until it commits; who is wanted again is read again.
func (w *Work) Release(ctx context.Context) error {
	err := w.finish(ctx)
	clear(w.held)
	return err
}
