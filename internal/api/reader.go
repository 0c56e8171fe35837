package api

import (
	"context"

	"passbook/internal/book"
	"passbook/internal/teller"
	"passbook/internal/ui"
)

// Programs are told what is wrong in English, with times in UTC, so that what they log is the same everywhere. A page of the
// desk shows the sentence to whoever sits before it: in their language, with times where they are.

// memberHeader is sent by the pages' scripts with what they post: whose page it is.
const memberHeader = "Passbook-Member"

// pageKey holds of a request from a page which languages its browser wants.
type pageKey struct{}

// forReader is a refusal as a page shows it; "" where no page asked, or it is none of a room.
func (s *Server) forReader(ctx context.Context, err error) string {
	accepts, page := ctx.Value(pageKey{}).(string)
	if !page || len(book.Each(err)) == 0 {
		return ""
	}
	var lang ui.Lang
	me := who(ctx)
	read := s.Teller.Read(ctx, me.Actor, 0, func(r *teller.Reading) error {
		likes, err := r.Tx.Preferences(ctx, me.Member)
		lang = s.Words.Pick(likes["language"], accepts)
		lang.Zone = ui.ZoneOf(likes, r.Rules.Calendar.Zone)
		return err
	})
	if read != nil { // who asks is told in English rather than nothing
		return ""
	}
	return lang.Refusal(err)
}
