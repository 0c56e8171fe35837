package assessment

import (
	"bytes"
	"context"
	"fmt"
	"math"

	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Verification says whether what is stored is what the log says.
type Verification struct {
	OK          bool     `json:"ok"`
	Accounts    int      `json:"accounts"` // those that stand for themselves
	Entries     int      `json:"entries"`
	Digest      string   `json:"digest"` // equal in two books that hold the same history
	Differences []string `json:"differences"`
}

// maxDifferences bounds how many differences are told; all are counted.
const maxDifferences = 100

// Verify folds every account again from the log, a page at a time, and compares with what is stored, bit for bit. All
// of it is read from one snapshot. progress is told how many accounts and entries are done; it may be nil.
func Verify(ctx context.Context, t *teller.Teller, who teller.Actor, progress func(accounts, entries int)) (*Verification, error) {
	v := &verifier{out: &Verification{Differences: []string{}}, progress: progress}
	err := t.Read(ctx, who, 0, func(r *teller.Reading) error { return v.run(ctx, r) })
	if err != nil {
		return nil, err
	}
	if v.untold > 0 {
		v.out.Differences = append(v.out.Differences, fmt.Sprintf("and %d more", v.untold))
	}
	v.out.OK = len(v.out.Differences) == 0
	return v.out, nil
}

type verifier struct {
	out      *Verification
	progress func(accounts, entries int)
	untold   int

	// Rows met on the way, to be compared with how many there are.
	entries int
	folded  store.Folded // the rows met on accounts
	beside  store.Beside
	files   map[string]bool // met in the log, by account and hash
}

func (v *verifier) run(ctx context.Context, r *teller.Reading) error {
	r.Tx = r.Tx.Whole() // a proof is of the whole book
	err := eachPage(ctx, r.Tx, nil, func(p *page) error {
		v.entries += p.read
		v.out.Accounts += len(p.roots)
		if err := v.page(ctx, r, p); err != nil {
			return err
		}
		if err := v.called(ctx, r.Tx, p); err != nil {
			return err
		}
		v.tell()
		return nil
	})
	if err != nil {
		return err
	}
	d := newDigest()
	survivors, err := r.Tx.Survivors(ctx)
	if err != nil {
		return err
	}
	err = d.log(ctx, r.Tx, survivors, func(entries []book.Entry) error {
		v.out.Entries += len(entries)
		v.tell()
		return v.marks(ctx, r.Tx, entries)
	})
	if err != nil {
		return err
	}
	v.out.Digest = d.sum()
	if err := v.people(ctx, r.Tx, r.Rules.Firm.Country); err != nil {
		return err
	}
	if err := v.members(ctx, r.Tx); err != nil {
		return err
	}
	if err := v.strays(ctx, r.Tx, d.onAccounts); err != nil {
		return err
	}
	if err := v.weeks(ctx, r.Tx); err != nil {
		return err
	}
	return v.strayNouns(ctx, r.Tx)
}

func (v *verifier) tell() {
	if v.progress != nil {
		v.progress(v.out.Accounts, v.out.Entries)
	}
}

func (v *verifier) differ(format string, args ...any) {
	if len(v.out.Differences) >= maxDifferences {
		v.untold++
		return
	}
	v.out.Differences = append(v.out.Differences, fmt.Sprintf(format, args...))
}

// strays finds rows that stand on no account.
func (v *verifier) strays(ctx context.Context, tx *store.Tx, onAccounts int) error {
	n, err := tx.CountFolded(ctx)
	if err != nil {
		return err
	}
	for _, c := range []struct {
		what       string
		there, met int
	}{
		{"entries", onAccounts, v.entries},
		{"postings", n.Postings, v.folded.Postings},
		{"promises", n.Promises, v.folded.Promises},
		{"cases", n.Cases, v.folded.Cases},
		{"engagements", n.Engagements, v.folded.Engagements},
		{"plans", n.Planned, v.folded.Planned},
		{"rows of news", n.News, v.folded.News},
		{"rows of voices", n.Voices, v.folded.Voices},
	} {
		if c.there != c.met {
			v.differ("%d %s stand on accounts that are not in the book", c.there-c.met, c.what)
		}
	}
	return nil
}

// weeks compares the counts of news by week with the news, which was compared with the log before.
func (v *verifier) weeks(ctx context.Context, tx *store.Tx) error {
	stored, tallied, err := tx.ProveNewsWeeks(ctx)
	if err != nil {
		return err
	}
	compare(v, "the firm", "count of news by week", tallied, stored,
		func(n store.NewsWeek) store.NewsWeek { return store.NewsWeek{Owner: n.Owner, Week: n.Week} },
		func(n store.NewsWeek) string {
			return fmt.Sprintf("of owner %s from %v, told %d, asked %d", n.Owner, shown(store.WeekBegins(n.Week)), n.Told, n.Asked)
		})
	return nil
}

// page compares what is stored of a page of accounts with what their entries come to.
func (v *verifier) page(ctx context.Context, r *teller.Reading, p *page) error {
	proofs, err := r.Tx.Proofs(ctx, p.roots...)
	if err != nil {
		return err
	}
	stored, err := readFolded(ctx, r.Tx, p.all)
	if err != nil {
		return err
	}
	for _, h := range p.heads {
		got := stored[h.ID]
		held := v.met(&got)
		name := fmt.Sprintf("account %s (%s)", h.Name, h.ID)
		if h.Merged != "" {
			if held {
				v.differ("%s was merged into another and still holds postings, promises, cases, engagements, news or voices", name)
			}
			continue
		}
		if proofs[h.ID].Rules != r.Rules.Version {
			v.differ("%s is priced by tariff %s, not %s; passbook rebuild mends it", name, proofs[h.ID].Rules, r.Rules.Version)
			continue
		}
		want := teller.Project(r.Rules.Rules, h.ID, p.entries[h.ID])
		a := store.Account{State: want.State}
		a.ID = h.ID
		v.state(name, a.Proof(r.Rules.Rules), proofs[h.ID], r.Rules.Rules)
		v.rows(name, &want, &got)
	}
	return nil
}

// met counts the rows that stand on an account, and says whether there are any.
func (v *verifier) met(got *teller.Projection) bool {
	n := &v.folded
	n.Postings, n.Promises, n.Cases = n.Postings+len(got.Postings), n.Promises+len(got.Promises), n.Cases+len(got.Cases)
	n.Engagements, n.Planned, n.News, n.Voices = n.Engagements+len(got.Engagements), n.Planned+len(got.Planned), n.News+len(got.News), n.Voices+len(got.Voices)
	return len(got.Postings)+len(got.Promises)+len(got.Cases)+len(got.Engagements)+len(got.Planned)+len(got.News)+len(got.Voices) > 0
}

// readFolded reads what is stored of accounts beside their states.
func readFolded(ctx context.Context, tx *store.Tx, accounts []book.ID) (map[book.ID]teller.Projection, error) {
	out := make(map[book.ID]teller.Projection, len(accounts))
	postings, err := tx.PostingsOf(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	promises, err := tx.PromisesOfAll(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	cases, err := tx.CasesOfAll(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	engagements, err := tx.EngagementsOfAll(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	planned, err := tx.PlannedOfAll(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	news, err := tx.NewsOf(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	voices, err := tx.VoicesOf(ctx, accounts...)
	if err != nil {
		return nil, err
	}
	for i := range voices {
		f := out[voices[i].Account]
		f.Voices = append(f.Voices, voices[i])
		out[voices[i].Account] = f
	}
	for _, n := range news {
		f := out[n.Account]
		f.News = append(f.News, n)
		out[n.Account] = f
	}
	for _, p := range postings {
		f := out[p.Account]
		f.Postings = append(f.Postings, p)
		out[p.Account] = f
	}
	for _, p := range promises {
		f := out[p.Account]
		f.Promises = append(f.Promises, p)
		out[p.Account] = f
	}
	for _, c := range cases {
		f := out[c.Account]
		f.Cases = append(f.Cases, c)
		out[c.Account] = f
	}
	for _, p := range planned {
		f := out[p.Account]
		f.Planned = append(f.Planned, p)
		out[p.Account] = f
	}
	for i := range engagements {
		f := out[engagements[i].Account]
		f.Engagements = append(f.Engagements, engagements[i])
		out[engagements[i].Account] = f
	}
	return out, nil
}

// state compares the row of an account.
func (v *verifier) state(name string, want, got store.Proof, rules *ledger.Rules) {
	if !bytes.Equal(want.State, got.State) {
		v.differ("%s: the state stored is not what its entries come to: %s", name, figures(want.State, got.State, rules))
	}
	for _, c := range []struct {
		what      string
		want, got any
	}{
		{"owner", want.Owner, got.Owner},
		{"stage", want.Stage, got.Stage},
		{"tier", want.Tier, got.Tier},
		{"playbook", want.Playbook, got.Playbook},
		{"sort sign", want.Sign, got.Sign},
		{"sort key", math.Float64bits(want.Key), math.Float64bits(got.Key)},
		{"beginning", want.Began, got.Began},
		{"last entry", want.Last, got.Last},
		{"due date", want.Due, got.Due},
	} {
		if c.want != c.got {
			v.differ("%s: the %s stored is %v, its entries come to %v", name, c.what, shown(c.got), shown(c.want))
		}
	}
}

func shown(v any) any {
	switch v := v.(type) {
	case book.Instant:
		return v.Time().Format("2006-01-02 15:04:05.999999")
	case uint64:
		return math.Float64frombits(v)
	case string:
		return fmt.Sprintf("%q", v)
	}
	return v
}

// figures tells two states apart by what people read off them.
func figures(want, got []byte, rules *ledger.Rules) string {
	var w, g ledger.State
	if err := ledger.ReadState(got, &g); err != nil {
		return err.Error()
	}
	if err := ledger.ReadState(want, &w); err != nil {
		return err.Error()
	}
	if w.M != g.M || w.Ref != g.Ref {
		at := max(w.Ref, g.Ref)
		return fmt.Sprintf("a balance of %v is stored, they come to %v", g.Balance(rules, at), w.Balance(rules, at))
	}
	return "the balances agree, something else does not"
}

// rows compares postings, promises, cases, engagements, news and voices.
func (v *verifier) rows(name string, want, got *teller.Projection) {
	type key struct {
		entry book.ID
		n     int
	}
	compare(v, name, "posting", want.Postings, got.Postings, func(p store.Posting) key { return key{p.Entry, p.N} },
		func(p store.Posting) string {
			return fmt.Sprintf("%s for %q of entry %s, after it %v", p.Points, p.Why, p.Entry, p.After)
		})
	compare(v, name, "promise", want.Promises, got.Promises, func(p store.Promise) book.ID { return p.ID },
		func(p store.Promise) string {
			return fmt.Sprintf("%s %s by %s due %v settled %v introduces %q", p.ID, p.Status, p.By, shown(p.Due), shown(p.Settled), p.Introduces)
		})
	compare(v, name, "case", want.Cases, got.Cases, func(c store.Case) book.ID { return c.ID },
		func(c store.Case) string {
			return fmt.Sprintf("%s open %v, severity %d, next update %v, estimate %v, settled %v, told %v", c.ID, c.Open, c.Severity, shown(c.Update),
				shown(c.Estimate), shown(c.Settled), shown(c.Told))
		})
	compare(v, name, "engagement", want.Engagements, got.Engagements, func(g store.Engagement) book.ID { return g.Entry },
		func(g store.Engagement) string {
			return fmt.Sprintf("%s %s %s in stage %q, next update %v, over %v, ended %v", g.Entry, g.Status, g.Kind, g.Stage, shown(g.NextUpdate),
				shown(g.Until), shown(g.Ended))
		})
	compare(v, name, "plan", want.Planned, got.Planned, func(p store.Planned) book.ID { return p.ID },
		func(p store.Planned) string {
			return fmt.Sprintf("%s %s of moment %q due %v, done %v", p.ID, p.Status, p.Moment, shown(p.Due), shown(p.Done))
		})
	compare(v, name, "news", want.News, got.News, func(n store.News) book.ID { return n.Entry },
		func(n store.News) string {
			return fmt.Sprintf("of entry %s, %s at %v, owner %s", n.Entry, n.Came, shown(n.At), n.Owner)
		})
	compare(v, name, "voice", want.Voices, got.Voices, func(o store.Voice) book.ID { return o.Entry },
		func(o store.Voice) string {
			return fmt.Sprintf("of entry %s, %s %d at %v, of %q by %q, owner %s", o.Entry, o.What, o.Score, shown(o.At), o.Contact, o.By, o.Owner)
		})
}

// compare names the rows that are missing, too many or different. Equal rows are equal bit for bit: what is compared
// holds no NaN, and a zero has one sign.
func compare[R comparable, K comparable](v *verifier, name, what string, want, got []R, key func(R) K, words func(R) string) {
	have := make(map[K]R, len(got))
	for _, row := range got {
		have[key(row)] = row
	}
	for _, row := range want {
		k := key(row)
		found, ok := have[k]
		delete(have, k)
		switch {
		case !ok:
			v.differ("%s: the %s %s is missing", name, what, words(row))
		case found != row:
			v.differ("%s: the %s stored is %s, its entries come to %s", name, what, words(found), words(row))
		}
	}
	for _, row := range got {
		if _, left := have[key(row)]; left {
			v.differ("%s: the %s %s is stored, no entry gives rise to it", name, what, words(row))
		}
	}
}
