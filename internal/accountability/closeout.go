package accountability

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Closeout is what a closing still asks for: until all of it holds the favour is owed, and the work behind it is not archived.
type Closeout struct {
	Closing    book.ID        `json:"closing"` // its entry
	Account    DueAccount     `json:"account"`
	Engagement book.ID        `json:"engagement,omitempty"` // the work that closed; empty for a closing that was written down alone
	Text       string         `json:"text"`                 // what closed
	At         book.Instant   `json:"at"`
	Needs      []CloseoutNeed `json:"needs"`
	Met        bool           `json:"met"`   // all of them hold
	Plan       []PlannedItem  `json:"plan"`  // what is planned for them, the soonest first
	Draft      []PlannedDraft `json:"draft"` // what the playbook's moments and what is known of them come to; none once a plan is made
}

// CloseoutNeed is one thing that must hold, and what there is to say of it.
type CloseoutNeed struct {
	Need string `json:"need"` // promises, favour, introduced, candour or plan
	Met  bool   `json:"met"`
	Say  string `json:"say"`
}

// What a closing asks for.
const (
	NeedPromises   = "promises"   // none is open
	NeedFavour     = "favour"     // what they did for us stands in words
	NeedIntroduced = "introduced" // whoever looks after them from here has been introduced, and both have talked to them
	NeedCandour    = "candour"    // they are going to be asked an honest question
	NeedPlan       = "plan"       // a plan for this client is under way
)

// PlannedItem is something planned for a client.
type PlannedItem struct {
	Entry   book.ID      `json:"entry"`
	Account DueAccount   `json:"account"`
	Closing book.ID      `json:"closing,omitempty"`
	Moment  string       `json:"moment,omitempty"` // of the playbook; empty where a member thought of it
	Text    string       `json:"text"`
	Due     book.Instant `json:"due"`
	Channel book.Channel `json:"channel"`
	Candid  bool         `json:"candid"`
	Status  string       `json:"status"` // open, done or dropped
	Done    book.Instant `json:"done"`
}

// PlannedDraft is a step that a plan may have.
type PlannedDraft struct {
	Moment  string       `json:"moment,omitempty"`
	Text    string       `json:"text"`
	Due     book.Instant `json:"due"`
	Channel book.Channel `json:"channel"`
	Candid  bool         `json:"candid"`
}

// Closeouts reads what the closings of an account ask for that are not closed out, the oldest first.
func Closeouts(ctx context.Context, r *teller.Reading, a *store.Account) ([]Closeout, error) {
	out := []Closeout{}
	if len(a.State.Favours) == 0 {
		return out, nil
	}
	ids := make([]book.ID, len(a.State.Favours))
	for i, v := range a.State.Favours {
		ids[i] = v.Entry
	}
	closings, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	plan, err := plannedOf(ctx, r, a)
	if err != nil {
		return nil, err
	}
	known, err := knownOf(ctx, r, a)
	if err != nil {
		return nil, err
	}
	for _, v := range a.State.Favours {
		c := &closer{r: r, a: a, favour: v, closing: closings[v.Entry], plan: plan, known: known}
		one, err := c.closeout(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// closer finds out how one closing stands.
type closer struct {
	r       *teller.Reading
	a       *store.Account
	favour  ledger.Favour
	closing book.Entry
	plan    []PlannedItem // of the account
	known   []awareness.ShownPerson
}

func (c *closer) closeout(ctx context.Context) (Closeout, error) {
	out := Closeout{
		Closing: c.favour.Entry, Account: DueAccount{ID: c.a.ID, Name: c.a.Name}, Engagement: c.closing.Subject, Text: c.closing.Words.Text,
		At: c.favour.At, Plan: []PlannedItem{}, Draft: []PlannedDraft{},
	}
	names, err := c.r.Tx.MemberNames(ctx, c.a.Owner)
	if err != nil {
		return out, err
	}
	out.Account.Owner = names[c.a.Owner]
	for i := range c.plan {
		if c.plan[i].Closing == c.favour.Entry {
			out.Plan = append(out.Plan, c.plan[i])
		}
	}
	if out.Needs, err = c.needs(ctx, &out); err != nil {
		return out, err
	}
	out.Met = !slices.ContainsFunc(out.Needs, func(n CloseoutNeed) bool { return !n.Met })
	if len(out.Plan) == 0 {
		out.Draft, err = c.draft(ctx)
	}
	return out, err
}

// needs are what the closing asks for. One that was written down alone, with no work behind it, asks for the two things that pay any
// favour back.
func (c *closer) needs(ctx context.Context, out *Closeout) ([]CloseoutNeed, error) {
	about, err := c.r.Tx.EntriesAboutOf(ctx, book.KindCare, c.favour.Entry)
	if err != nil {
		return nil, err
	}
	introduced, err := c.introduced(ctx, about)
	if err != nil {
		return nil, err
	}
	plan := CloseoutNeed{Need: NeedPlan, Met: c.favour.Plan, Say: c.r.Tongue.Say("No plan for them has been made yet.")}
	if plan.Met {
		plan.Say = c.r.Tongue.Count(len(out.Plan), "One step is planned.", "{n} steps are planned.")
	}
	if !c.favour.Work {
		return []CloseoutNeed{introduced, plan}, nil
	}
	return []CloseoutNeed{c.promises(), c.owed(about), introduced, c.candour(out.Plan), plan}, nil
}

func (c *closer) promises() CloseoutNeed {
	say := c.r.Tongue.Say
	n := len(c.a.State.Promises)
	if n == 0 {
		return CloseoutNeed{NeedPromises, true, say("Every promise to them is settled.")}
	}
	return CloseoutNeed{NeedPromises, false, c.r.Tongue.Count(n, "One promise to them is open: keep it, or have them release you.", "{n} promises to them are open: keep them, or have them release you.")}
}

// owed is the favour in words, as it was written down last.
func (c *closer) owed(about []book.Entry) CloseoutNeed {
	for i := len(about) - 1; i >= 0; i-- {
		if e := &about[i]; e.Facts.Favour && e.VoidedBy == "" && e.At <= c.r.At {
			return CloseoutNeed{NeedFavour, true, e.Words.Text}
		}
	}
	return CloseoutNeed{NeedFavour, false, c.r.Tongue.Say("What they did for us by this does not stand in words yet.")}
}

// introduced says who looks after them from here, once that was said, and whether both of those concerned have talked to them.
func (c *closer) introduced(ctx context.Context, about []book.Entry) (CloseoutNeed, error) {
	say := c.r.Tongue.Say
	if !c.favour.Care {
		return CloseoutNeed{NeedIntroduced, false, say("Nobody who looks after them from here has been introduced.")}, nil
	}
	var care book.ID
	for i := range about {
		if e := &about[i]; e.Facts.Care != "" && e.VoidedBy == "" && e.At <= c.r.At {
			care = e.Facts.Care
		}
	}
	var silent []book.ID
	if c.favour.Work && care != "" {
		var err error
		if silent, err = c.silent(ctx, care); err != nil {
			return CloseoutNeed{}, err
		}
	}
	names, err := c.r.Tx.MemberNames(ctx, append(silent, care)...)
	if err != nil || len(silent) == 0 {
		return CloseoutNeed{NeedIntroduced, err == nil, say("{member} looks after them from here.", "member", names[care])}, err
	}
	who := make([]string, len(silent))
	for i, id := range silent {
		who[i] = names[id]
	}
	return CloseoutNeed{NeedIntroduced, false, say("{member} looks after them from here. Still to talk to them since the last stage began: {who}", "member", names[care], "who", strings.Join(who, ", "))}, nil
}

// silent are those of the two, who had the work and who looks after them from here, that have not talked to them by voice or face since
// the work was in its last stage.
func (c *closer) silent(ctx context.Context, care book.ID) ([]book.ID, error) {
	work, err := c.r.Tx.Engagements(ctx, c.closing.Subject)
	if err != nil || len(work) == 0 {
		return nil, err
	}
	ids, err := c.r.Tx.StandsFor(ctx, c.a.ID)
	if err != nil {
		return nil, err
	}
	entries, err := c.r.Tx.EntriesBetween(ctx, work[0].Staged, c.r.At, ids...)
	if err != nil {
		return nil, err
	}
	var out []book.ID
	for _, member := range []book.ID{cmp.Or(work[0].Responsible, c.closing.By), care} {
		talked := func(e book.Entry) bool {
			f := &e.Facts
			return e.By == member && e.VoidedBy == "" && (e.Kind == book.KindTouch || e.Kind == book.KindThanks) && f.Channel.Live() && f.Outcome == book.Reached
		}
		if !slices.Contains(out, member) && !slices.ContainsFunc(entries, talked) {
			out = append(out, member)
		}
	}
	return out, nil
}

func (c *closer) candour(plan []PlannedItem) CloseoutNeed {
	for i := range plan {
		if p := &plan[i]; p.Candid && p.Status != store.PlannedDropped {
			return CloseoutNeed{NeedCandour, true, c.r.Tongue.Say("They are asked an honest question on {date}.", "date", c.r.Tongue.Date(p.Due.Time().In(c.r.Rules.Calendar.Zone), c.r.At.Time()))}
		}
	}
	return CloseoutNeed{NeedCandour, false, c.r.Tongue.Say("Nothing planned asks them what we should have done better.")}
}

// plannedOf reads all that was ever planned for an account, the soonest first.
func plannedOf(ctx context.Context, r *teller.Reading, a *store.Account) ([]PlannedItem, error) {
	rows, err := r.Tx.PlannedOfAll(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	all := make([]store.PlannedRow, len(rows))
	for i := range rows {
		all[i] = store.PlannedRow{Planned: rows[i], Name: a.Name, Owner: a.Owner}
	}
	return plannedItems(ctx, r, all)
}

func plannedItems(ctx context.Context, r *teller.Reading, rows []store.PlannedRow) ([]PlannedItem, error) {
	ids := make([]book.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	entries, err := r.Tx.EntriesByID(ctx, ids...)
	if err != nil {
		return nil, err
	}
	members := make([]book.ID, len(rows))
	for i := range rows {
		members[i] = rows[i].Owner
	}
	names, err := r.Tx.MemberNames(ctx, distinct(members)...)
	if err != nil {
		return nil, err
	}
	out := make([]PlannedItem, len(rows))
	for i := range rows {
		p := &rows[i]
		out[i] = PlannedItem{
			Entry: p.ID, Account: DueAccount{p.Account, p.Name, names[p.Owner]}, Closing: p.Closing, Moment: p.Moment, Text: entries[p.ID].Words.Text,
			Due: p.Due, Channel: p.Channel, Candid: p.Candid, Status: p.Status, Done: p.Done,
		}
	}
	return out, nil
}

// PlannedFor are the steps planned for an account that are to be done still, the soonest first.
func PlannedFor(ctx context.Context, r *teller.Reading, a *store.Account) ([]PlannedItem, error) {
	all, err := plannedOf(ctx, r, a)
	return slices.DeleteFunc(all, func(p PlannedItem) bool { return p.Status != store.PlannedOpen }), err
}

// After is what the time after closings asks for on an account, and all that is planned for its client.
type After struct {
	Closings []Closeout    `json:"closings"` // those that are not closed out, the oldest first
	Planned  []PlannedItem `json:"planned"`  // what is to be done still, the soonest first
}

// AfterClosing reads both.
func AfterClosing(ctx context.Context, r *teller.Reading, a *store.Account) (*After, error) {
	if _, err := r.States(ctx, []*store.Account{a}); err != nil {
		return nil, err
	}
	closings, err := Closeouts(ctx, r, a)
	if err != nil {
		return nil, err
	}
	planned, err := PlannedFor(ctx, r, a)
	return &After{closings, append([]PlannedItem{}, planned...)}, err
}
