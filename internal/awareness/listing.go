package awareness

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// listWords are the words of a list that ListOf knows, beside the columns of a page.
var listWords = []string{ //nolint:gochecknoglobals // a table of words
	"standing", "mark", "never", "owner", "stage", "tier", "tag", "kind", "playbook", "visibility", "text", "sort",
}

// ListAsked is the list that words ask for which somebody has typed: what ListOf would leave out is refused, and a member
// may be named as people do.
func ListAsked(ctx context.Context, r *teller.Reading, q url.Values) (ListOptions, error) {
	for word := range q {
		if !slices.Contains(listWords, word) {
			return ListOptions{}, book.Fieldf(book.Invalid, "where", "%q is not known; it is one of %s", word, strings.Join(listWords, ", "))
		}
	}
	o := ListOf(q)
	for word, known := range map[string]bool{
		"standing": o.Standing != "", "mark": o.Mark != "", "visibility": o.Visible != "",
		"kind": slices.Contains(book.AccountKinds, o.Kind), "sort": o.Sort.Known(),
	} {
		if q.Get(word) != "" && !known {
			return o, book.Fieldf(book.Invalid, "where", "%q is not known", q.Get(word))
		}
	}
	var err error
	o.Owner, err = MemberID(ctx, r, string(o.Owner))
	return o, err
}

// Words are the list as a view keeps it, without what goes without saying: ListOf reads them back.
func (o *ListOptions) Words() url.Values {
	never, sort := "", o.Sort
	if o.Never {
		never = "1"
	}
	if sort == store.ByBalance {
		sort = ""
	}
	q := url.Values{}
	for word, value := range map[string]string{
		"standing": string(o.Standing), "mark": string(o.Mark), "never": never, "owner": string(o.Owner), "stage": o.Stage,
		"tier": o.Tier, "tag": o.Tag, "kind": string(o.Kind), "playbook": o.Playbook, "visibility": string(o.Visible), "text": o.Text,
		"sort": string(sort),
	} {
		if value != "" {
			q.Set(word, value)
		}
	}
	return q
}

// Matching finds the accounts of a list, all its pages, in its order; of more than Bulk changes at once, one more than that.
func Matching(ctx context.Context, r *teller.Reading, o ListOptions) ([]book.ID, error) {
	var out []book.ID
	o.Limit, o.After, o.Before = MostAtOnce, "", ""
	for len(out) <= MostAtOnce {
		page, err := List(ctx, r, o)
		if err != nil {
			return nil, err
		}
		for i := range page.Accounts {
			out = append(out, page.Accounts[i].ID)
		}
		if o.After = page.Next; o.After == "" {
			return out, nil
		}
	}
	return out[:MostAtOnce+1], nil
}
