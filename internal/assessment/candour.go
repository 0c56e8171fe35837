package assessment

import (
	"cmp"
	"context"
	"slices"

	"passbook/internal/book"
	"passbook/internal/playbook"
	"passbook/internal/teller"
)

// Candour is how much clients tell the firm of what goes wrong. Few complaints are no praise: most who are unhappy say nothing and
// go. So the figure warns when it is low, is counted for the firm and its teams and for no member, and lowers nobody's figures.
type Candour struct {
	Days      int            `json:"days"`
	Firm      CandourShare   `json:"firm"`
	Teams     []CandourShare `json:"teams"` // by name; of a firm without departments none
	Few       float64        `json:"few"`   // of a hundred accounts, below which the firm hears too little, as its first playbook has it
	Questions []string       `json:"questions"`
}

// CandourShare is how much the clients of a team complained.
type CandourShare struct {
	Team       string   `json:"team,omitempty"` // a department; empty is the firm, or those without one
	Accounts   int      `json:"accounts"`       // that they keep now
	Complaints int      `json:"complaints"`     // failures of ours that clients named, on accounts that they kept then
	PerHundred *float64 `json:"per_hundred"`    // null without accounts
	Low        bool     `json:"low"`            // too little is heard
}

// candourDays is how far back complaints are counted: a year, so that no season is left out.
const candourDays = 365

// CandourOf counts the complaints of the year up to the instant read as of, from what the fold has kept of them: it costs what was
// said in that time, and not what the log holds.
func CandourOf(ctx context.Context, r *teller.Reading) (*Candour, error) {
	members, err := r.Tx.Members(ctx)
	if err != nil {
		return nil, err
	}
	ids := []book.ID{""} // of accounts that nobody keeps
	for i := range members {
		ids = append(ids, members[i].ID)
	}
	kept, err := r.Tx.Owned(ctx, ids...)
	if err != nil {
		return nil, err
	}
	complaints, err := r.Tx.CountComplaints(ctx, r.At-candourDays*book.Day, r.At)
	if err != nil {
		return nil, err
	}
	c := &Candour{Days: candourDays, Few: r.Rules.Playbook("").Pulse.Few, Teams: []CandourShare{}, Questions: honest(r)}
	team := map[book.ID]string{}
	for i := range members {
		team[members[i].ID] = members[i].Dept
	}
	by := map[string]*CandourShare{}
	add := func(owner book.ID, accounts, complaints int) {
		t := by[team[owner]]
		if t == nil {
			t = &CandourShare{Team: team[owner]}
			by[team[owner]] = t
		}
		for _, s := range []*CandourShare{t, &c.Firm} {
			s.Accounts, s.Complaints = s.Accounts+accounts, s.Complaints+complaints
		}
	}
	for owner, n := range kept {
		add(owner, n, 0)
	}
	for owner, n := range complaints {
		add(owner, 0, n)
	}
	c.Firm.weigh(c.Few)
	for _, t := range by {
		if t.weigh(c.Few); len(by) > 1 {
			c.Teams = append(c.Teams, *t)
		}
	}
	slices.SortFunc(c.Teams, func(a, b CandourShare) int { return cmp.Compare(a.Team, b.Team) })
	return c, nil
}

// weigh says how many of a hundred complained, and whether that is little. Where even that little would be less than one complaint,
// none says nothing.
func (s *CandourShare) weigh(few float64) {
	if s.Accounts == 0 {
		return
	}
	per := float64(100*s.Complaints) / float64(s.Accounts)
	s.PerHundred = &per
	s.Low = per < few && float64(few*float64(s.Accounts)) >= 100
}

// honest are the questions for candour of the playbooks in use, to be asked in person, each once.
func honest(r *teller.Reading) []string {
	out := []string{}
	for _, p := range r.Rules.Playbooks {
		if q, ok := p.Pulse.Question("", book.Candour); ok && !slices.Contains(out, said(r, &q)) {
			out = append(out, said(r, &q))
		}
	}
	slices.Sort(out)
	return out
}

func said(r *teller.Reading, q *playbook.PulseQuestion) string { return q.In(r.Tongue.Code) }
