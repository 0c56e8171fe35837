package transfer

import (
	"slices"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/card"
)

func (s *Source) readEvents(yield func(awareness.MessageIn, *Fault) bool) {
	s.done.Store(0)
	r, err := s.stream()
	if err != nil {
		yield(awareness.MessageIn{}, &Fault{Line: 1, Reason: book.Message(err)})
		return
	}
	nobody := newNobodies(s.opts.ours)
	for e, fault := range card.ScanEvents(r, card.EventOptions{Until: s.opts.Now, Zone: s.opts.zone()}) {
		var m awareness.MessageIn
		var f *Fault
		if fault != nil {
			f = &Fault{Line: fault.Line, Reason: fault.Reason, Partial: fault.Partial}
		} else {
			m, f = s.meeting(&e)
			nobody.mark(&m)
			m.Auto = false // whoever sends the invitations, people meet
		}
		if !yield(m, f) {
			return
		}
	}
}

// meeting makes of an event what the book takes in.
func (s *Source) meeting(e *card.Event) (awareness.MessageIn, *Fault) {
	if err := book.CheckInstant("the start of the event", e.Start); err != nil {
		return awareness.MessageIn{}, &Fault{Line: e.Line, Reason: book.Message(err)}
	}
	me := s.opts.ours
	m := awareness.MessageIn{
		Rows: []awareness.RowIn{{Line: e.Line}}, Key: eventKey(e), At: book.Micros(e.Start), Channel: book.Meeting,
		Summary: cutRunes(book.Clean(e.Summary), maxSummary), From: attendee(e.Organizer),
	}
	if isVideo(e) {
		m.Channel = book.Video
	}
	if d := e.End.Sub(e.Start); !e.AllDay && d > 0 && d <= 7*24*time.Hour {
		m.Minutes = int(d / time.Minute)
	}
	others := m.From != (awareness.Party{}) && !me.Has(m.From.Address)
	declined := false
	for _, a := range e.Attendees {
		p := attendee(a)
		ours := me.Has(p.Address)
		switch {
		case ours && a.PartStat == "DECLINED":
			declined = true
			continue
		case p == awareness.Party{} || a.PartStat == "DECLINED" || isThing(a) || partyKey(p) == partyKey(m.From):
			continue
		}
		m.To = append(m.To, p)
		if a.CUType == "GROUP" && p.Address != "" {
			m.Lists = append(m.Lists, p.Address)
		}
		others = others || !ours
	}
	switch {
	case e.Status == "CANCELLED":
		m.Skip = "the meeting was cancelled"
	case !s.opts.Now.IsZero() && e.Start.After(s.opts.Now):
		m.Skip = "the meeting is still to come"
	case !others:
		m.Skip = "the event is without other people"
	case declined && !slices.ContainsFunc(m.To, func(p awareness.Party) bool { return me.Has(p.Address) }) &&
		!me.Has(m.From.Address):
		m.Skip = "the meeting was declined"
	}
	return m, nil
}

func eventKey(e *card.Event) string {
	if e.UID == "" || e.Recurrence == "" {
		return e.UID
	}
	return e.UID + "/" + e.Recurrence
}

func attendee(a card.Attendee) awareness.Party {
	p := awareness.Party{Address: strings.ToLower(strings.TrimSpace(a.Address)), Name: book.Clean(a.Name)}
	if strings.HasSuffix(p.Address, "@group.calendar.google.com") || strings.HasSuffix(p.Address, "@resource.calendar.google.com") {
		return awareness.Party{} // a calendar or a room with an address, nobody
	}
	if p.Name == p.Address {
		p.Name = ""
	}
	return p
}

// isThing says whether an attendee is a room or something else that cannot talk.
func isThing(a card.Attendee) bool {
	return a.CUType == "ROOM" || a.CUType == "RESOURCE" || a.Role == "NON-PARTICIPANT"
}

// videoHosts are where links to video calls lead.
var videoHosts = []string{
	"zoom.us/", "zoom.com/", "meet.google.com/", "teams.microsoft.com/", "teams.live.com/", "webex.com/", "whereby.com/",
	"meet.jit.si/", "gotomeeting.com/", "gotomeet.me/", "bluejeans.com/", "join.skype.com/", "meetings.ringcentral.com/",
	"chime.aws/", "facetime.apple.com/", "around.co/", "bigbluebutton", "8x8.vc/",
}

// isVideo looks for a video call in the event's place and words.
func isVideo(e *card.Event) bool {
	switch book.Fold(e.Location) {
	case "zoom", "google meet", "teams", "microsoft teams", "microsoft teams meeting", "webex", "skype", "facetime", "video", "video call":
		return true
	}
	text := strings.ToLower(e.Location + "\n" + e.Description)
	return slices.ContainsFunc(videoHosts, func(host string) bool { return strings.Contains(text, host) })
}
