package awareness

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// Suggestion is somebody who might become an account: first the people of cards whom nobody has met, then strangers
// seen in mail, the most seen first.
type Suggestion struct {
	Contact book.ID      `json:"contact,omitempty"` // of a card never met
	Address string       `json:"address,omitempty"`
	Name    string       `json:"name"`
	In      int          `json:"in"`  // letters from them
	Out     int          `json:"out"` // letters to them
	Last    book.Instant `json:"last"`
	Reason  string       `json:"reason"`
}

// Suggestions lists who is known of and not yet a client.
func Suggestions(ctx context.Context, r *teller.Reading, limit int) ([]Suggestion, error) {
	if limit <= 0 {
		limit = 50
	}
	out := []Suggestion{}
	cards, err := r.Tx.NeverMet(ctx, limit)
	if err != nil {
		return nil, err
	}
	for _, c := range cards {
		if c.Name == book.Erased {
			continue
		}
		s := Suggestion{Contact: c.ID, Name: c.Name, Reason: "on a card, never met"}
		for _, field := range []string{book.ContactEmails, book.ContactPhones} {
			if list := c.Reaches(field); len(list) > 0 && s.Address == "" {
				s.Address = list[0].Value
			}
		}
		out = append(out, s)
	}
	strangers, err := r.Tx.Strangers(ctx, limit)
	if err != nil {
		return nil, err
	}
	for _, v := range strangers {
		reason := "writes to us"
		switch {
		case v.In == 0:
			reason = "we write to them"
		case v.Out > 0:
			reason = "we write to each other"
		}
		out = append(out, Suggestion{Address: v.Address, Name: v.Name, In: v.In, Out: v.Out, Last: v.Last, Reason: reason})
	}
	return out[:min(limit, len(out))], nil
}
