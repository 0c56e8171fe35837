package assessment

import (
	"context"
	"fmt"
	"math"
	"strings"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/teller"
)

// Referral records that a client sent us somebody, or that we asked them to. Asking costs goodwill and is refused while
// less than that is available.
type Referral struct {
	Account  awareness.Client
	At       book.Instant // zero is now
	Received bool         // they sent somebody; otherwise we asked
	Words    string
}

// Act implements teller.Command.
func (*Referral) Act() book.Act { return book.ActLog }

// Run implements teller.Command.
func (c *Referral) Run(ctx context.Context, w *teller.Work) error {
	a, err := c.Account.Lock(ctx, w)
	if err != nil {
		return err
	}
	e := &book.Entry{Account: a.ID, At: w.When(c.At), Kind: book.KindReferral, Words: book.Words{Text: book.Clean(c.Words)}}
	if c.Received {
		return w.Append(e)
	}
	e.Kind = book.KindAsked
	rules, err := w.Rules(ctx)
	if err != nil {
		return err
	}
	v, err := ViewAt(ctx, w, a, e.At)
	if err != nil {
		return err
	}
	tariff := &rules.Trade(a.State.Playbook).Tariff
	if cost := -book.Cut(tariff.AskReferral); v.Available < cost {
		return book.Errorf(book.Conflict, "asking %s for a referral costs %s points and %s available; %s would cover it",
			a.Name, cost, book.Said(available(&v)), book.Said(cover(tariff, &v, cost-v.Available)))
	}
	return w.Append(e)
}

// available says what there is and what of the balance is held back.
func available(v *ledger.View) string {
	if v.Available == v.Balance {
		return fmt.Sprintf("only %s are", v.Available)
	}
	return fmt.Sprintf("only %s are (a balance of %s, %s of it held)", v.Available, v.Balance, v.Balance-v.Available)
}

// cover says what would make up a shortfall: the release of the largest holds first, then deposits, by voice.
func cover(t *ledger.Tariff, v *ledger.View, short book.Points) string {
	var ways []string
	holds := Scribe{}.HeldNow(v.Holds)
	for len(holds) > 0 && short > 0 && len(ways) < 3 {
		most := 0
		for i := range holds {
			if holds[i].Amount > holds[most].Amount {
				most = i
			}
		}
		h := holds[most]
		holds = append(holds[:most], holds[most+1:]...)
		if h.Amount <= 0 {
			break
		}
		ways = append(ways, fmt.Sprintf("to %s (frees %s)", h.Release, h.Amount))
		short -= h.Amount
	}
	if short > 0 {
		ways = append(ways, deposits(t, short))
	}
	return strings.Join(ways, ", then ")
}

// deposits says how many calls, some days apart, make up a shortfall.
func deposits(t *ledger.Tariff, short book.Points) string {
	call := t.Touch[book.Call]
	if call <= 0 {
		return fmt.Sprintf("deposits of %s", short)
	}
	n := int(math.Ceil(short.Float() / call))
	if n == 1 {
		return fmt.Sprintf("a good call (up to %s)", book.Cut(call))
	}
	return fmt.Sprintf("%d good calls, days apart (up to %s each)", n, book.Cut(call))
}
