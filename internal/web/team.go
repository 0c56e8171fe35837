package web

import (
	"slices"
	"time"

	"passbook/internal/accountability"
	"passbook/internal/book"
	"passbook/internal/ledger"
	"passbook/internal/teller"
)

func (s *Server) teamRoutes() routes {
	return routes{
		"GET /team": s.team, "POST /team/invite": s.invite, "POST /team/away": s.away,
		"GET /team/{id}": s.colleague, "POST /team/{id}": s.editColleague, "POST /team/{id}/away": s.awayOf,
		"POST /team/{id}/link": s.newLink, "POST /team/{id}/second": s.dropSecondOf, "POST /team/{id}/end": s.endOf,
		"GET /team/{id}/leave": s.leaving, "POST /team/{id}/leave": s.handOver,
	}
}

// leaveView is somebody's leaving as it would be, or as it was asked for.
type leaveView struct {
	first   string
	who     book.Member
	others  []book.Member
	to      string
	preview *accountability.Leave // nil before one was asked for
	fault   error
}

// nobody says that nobody was chosen who keeps the clients.
func (v *leaveView) nobody() bool { return v.to == "" && fieldOf(v.fault) == "to" }

func (s *Server) leaving(v *visit) error { return s.showLeave(v, &leaveView{}) }

func (s *Server) showLeave(v *visit, out *leaveView) error {
	if err := book.Permit(v.who.Role, book.ActFirm); err != nil {
		return err
	}
	p := s.page(v, v.lang.Say("team.leave"), "settings")
	err := s.read(v, p, func(r *teller.Reading) error {
		all, err := r.Tx.Members(v.r.Context())
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(m book.Member) bool { return string(m.ID) == v.r.PathValue("id") })
		if i < 0 {
			return book.Errorf(book.NotFound, "there is no such member")
		}
		out.who, out.first = all[i], r.Rules.First
		out.others = slices.DeleteFunc(all, func(m book.Member) bool { return m.ID == out.who.ID || m.Left != 0 || !m.Role.KeepsClients() })
		return nil
	})
	if err != nil {
		return err
	}
	v.fault = out.fault
	return v.show(leavePage(p, out))
}

// handOver tells what would come of handing somebody over, or does it.
func (s *Server) handOver(v *visit) error {
	c := &accountability.Leave{Who: v.r.PathValue("id"), To: v.r.PostFormValue("to")}
	preview := v.r.PostFormValue("do") != "leave"
	r, err := s.Teller.Do(v.r.Context(), v.who.Actor, c, teller.Options{DryRun: preview})
	switch f := book.FaultOf(err); {
	case err != nil && (f == book.Invalid || f == book.Conflict):
		return s.showLeave(v, &leaveView{to: c.To, fault: err})
	case err != nil:
		return err
	case preview:
		return s.showLeave(v, &leaveView{to: c.To, preview: c})
	}
	return s.done(v, "/team", &r)
}

// dayOf is where a day of the firm's begins.
func dayOf(cal *ledger.Calendar, field, day string) (book.Instant, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, cal.Zone)
	if err != nil {
		return 0, book.Fieldf(book.Invalid, field, "%q is not a day", day)
	}
	return book.Micros(t), nil
}

// awayNow are the members for whom one stands in at the moment.
func awayNow(members []book.Member, self book.ID, now book.Instant) []book.Member {
	return slices.DeleteFunc(slices.Clone(members), func(m book.Member) bool { return !m.StoodInBy(self, now) })
}
