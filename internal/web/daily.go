package web

import (
	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// dailyView is what the page of the daily letter shows.
type dailyView struct {
	*actions.Daily
	off  bool // its reader wants no letter
	goes bool // letters go out from here
}

func (s *Server) daily(v *visit) error {
	p := s.page(v, v.lang.Say("daily.title"), "today")
	out := &dailyView{off: v.likes["daily"] == awareness.DailyOff, goes: s.Outbox.Sends || s.Outbox.Shows}
	err := s.read(v, p, func(r *teller.Reading) error {
		member, err := r.Tx.Member(v.r.Context(), v.who.Member)
		if err != nil {
			return err
		}
		out.Daily, err = actions.DailyNow(v.r.Context(), r, &member)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(dailyPage(p, out))
}
