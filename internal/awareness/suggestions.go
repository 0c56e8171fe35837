package awareness

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"passbook/internal/book"
	"passbook/internal/store"
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

// SuggestionPage is a page of those who might become clients.
type SuggestionPage struct {
	Suggestions []Suggestion `json:"suggestions"`
	Next        string       `json:"next"` // where the next page goes on; empty at the end
}

// Suggestions lists the first who are known of and not yet clients.
func Suggestions(ctx context.Context, r *teller.Reading, limit int) ([]Suggestion, error) {
	page, err := SuggestionsAfter(ctx, r, "", limit)
	if err != nil {
		return nil, err
	}
	return page.Suggestions, nil
}

// suggestionPlace is where a page goes on: after a card by its name and id, or after a stranger who was seen so many times.
type suggestionPlace struct {
	Name    string  `json:"n,omitempty"`
	Contact book.ID `json:"c,omitempty"`
	Address string  `json:"a,omitempty"`
	Seen    int     `json:"s,omitempty"`
}

// SuggestionsAfter reads a page of those who are known of and not yet clients.
func SuggestionsAfter(ctx context.Context, r *teller.Reading, after string, limit int) (*SuggestionPage, error) {
	if limit <= 0 {
		limit = 50
	}
	var from suggestionPlace
	if after != "" {
		raw, err := base64.RawURLEncoding.DecodeString(after)
		if err != nil || json.Unmarshal(raw, &from) != nil || from.Contact == "" && from.Address == "" {
			return nil, book.Fieldf(book.Invalid, "after", "wants the next of a list, as it was given")
		}
	}
	out := &SuggestionPage{Suggestions: []Suggestion{}}
	var places []suggestionPlace
	if from.Address == "" {
		cards, err := r.Tx.NeverMet(ctx, from.Name, from.Contact, limit+1)
		if err != nil {
			return nil, err
		}
		for _, c := range cards {
			out.Suggestions, places = append(out.Suggestions, onCardOnly(c)), append(places, suggestionPlace{Name: c.Name, Contact: c.ID})
		}
	}
	if len(places) <= limit {
		strangers, err := r.Tx.Strangers(ctx, from.Seen, from.Address, limit+1-len(places))
		if err != nil {
			return nil, err
		}
		for _, v := range strangers {
			out.Suggestions, places = append(out.Suggestions, stranger(&v)), append(places, suggestionPlace{Address: v.Address, Seen: v.In + v.Out})
		}
	}
	if len(places) > limit {
		raw, _ := json.Marshal(places[limit-1]) // plain values always encode
		out.Suggestions, out.Next = out.Suggestions[:limit], base64.RawURLEncoding.EncodeToString(raw)
	}
	out.Suggestions = slices.DeleteFunc(out.Suggestions, func(s Suggestion) bool { return s.Contact != "" && s.Name == book.Erased })
	return out, nil
}

func onCardOnly(c *store.Contact) Suggestion {
	s := Suggestion{Contact: c.ID, Name: c.Name, Reason: "on a card, never met"}
	for _, field := range []string{book.ContactEmails, book.ContactPhones} {
		if list := c.Reaches(field); len(list) > 0 && s.Address == "" {
			s.Address = list[0].Value
		}
	}
	return s
}

func stranger(v *store.Stranger) Suggestion {
	reason := "writes to us"
	switch {
	case v.In == 0:
		reason = "we write to them"
	case v.Out > 0:
		reason = "we write to each other"
	}
	return Suggestion{Address: v.Address, Name: v.Name, In: v.In, Out: v.Out, Last: v.Last, Reason: reason}
}
