package card

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones by name, on machines without their own

	"github.com/google/go-cmp/cmp"
	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"
)

// calendarOf wraps lines of events into a calendar.
func calendarOf(s ...string) string {
	return lines("BEGIN:VCALENDAR", "VERSION:2.0") + lines(s...) + lines("END:VCALENDAR")
}

func eventOf(s ...string) string {
	return "BEGIN:VEVENT\r\nUID:u\r\n" + lines(s...) + "END:VEVENT"
}

// berlin is where the tests are at home.
func berlin(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// scanEvents gives one line for each event and fault.
func scanEvents(in string, opts EventOptions) (events []Event, faults []string) {
	for e, f := range ScanEvents(strings.NewReader(in), opts) {
		if f != nil {
			faults = append(faults, fmt.Sprintf("line %d: %s", f.Line, f.Reason))
		} else {
			events = append(events, e)
		}
	}
	return events, faults
}

func TestEventTimes(t *testing.T) {
	custom := lines("BEGIN:VTIMEZONE", "TZID:Customized Time Zone",
		"BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
		"BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT",
		"END:VTIMEZONE")
	tests := []struct {
		name  string
		lines []string
		want  string // start/end in RFC 3339, UTC
	}{
		{"utc", []string{"DTSTART:20240105T090000Z", "DTEND:20240105T100000Z"}, "2024-01-05T09:00:00Z/2024-01-05T10:00:00Z"},
		{"floating", []string{"DTSTART:20240105T090000"}, "2024-01-05T08:00:00Z/2024-01-05T08:00:00Z"},
		{"iana", []string{"DTSTART;TZID=America/New_York:20240105T090000", "DURATION:PT45M"}, "2024-01-05T14:00:00Z/2024-01-05T14:45:00Z"},
		{"old prefix", []string{"DTSTART;TZID=/mozilla.org/20070129_1/America/New_York:20240105T090000"}, "2024-01-05T14:00:00Z/2024-01-05T14:00:00Z"},
		{"windows", []string{"DTSTART;TZID=\"W. Europe Standard Time\":20240705T090000"}, "2024-07-05T07:00:00Z/2024-07-05T07:00:00Z"},
		{"own winter", []string{"DTSTART;TZID=Customized Time Zone:20240105T090000"}, "2024-01-05T08:00:00Z/2024-01-05T08:00:00Z"},
		{"own summer", []string{"DTSTART;TZID=Customized Time Zone:20240705T090000"}, "2024-07-05T07:00:00Z/2024-07-05T07:00:00Z"},
		{"own, on the day of change", []string{"DTSTART;TZID=Customized Time Zone:20240331T120000"}, "2024-03-31T10:00:00Z/2024-03-31T10:00:00Z"},
		{"own, an hour that happens twice", []string{"DTSTART;TZID=Customized Time Zone:20241027T023000"}, "2024-10-27T00:30:00Z/2024-10-27T00:30:00Z"},
		{"an hour that happens twice", []string{"DTSTART;TZID=Europe/Berlin:20241027T023000"}, "2024-10-27T00:30:00Z/2024-10-27T00:30:00Z"},
		{"an hour that is skipped", []string{"DTSTART;TZID=Europe/Berlin:20240331T023000"}, "2024-03-31T01:30:00Z/2024-03-31T01:30:00Z"},
		{"day", []string{"DTSTART;VALUE=DATE:20240331"}, "2024-03-30T23:00:00Z/2024-03-31T22:00:00Z day"},
		{"days", []string{"DTSTART;VALUE=DATE:20240105", "DTEND;VALUE=DATE:20240108"}, "2024-01-04T23:00:00Z/2024-01-07T23:00:00Z day"},
		{"days by duration", []string{"DTSTART;VALUE=DATE:20240105", "DURATION:P1W"}, "2024-01-04T23:00:00Z/2024-01-11T23:00:00Z day"},
		{"a day across the change, by nominal duration", []string{"DTSTART;TZID=Europe/Berlin:20240330T120000", "DURATION:P1D"}, "2024-03-30T11:00:00Z/2024-03-31T10:00:00Z"},
		{"Outlook's whole day", []string{"DTSTART:20240105T000000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"}, "2024-01-05T00:00:00Z/2024-01-05T00:00:00Z day"},
		{"alarms and their triggers are passed over", []string{"DTSTART:20240105T090000Z", "BEGIN:VALARM", "DTSTART:20200101T000000Z", "DESCRIPTION:x", "END:VALARM"}, "2024-01-05T09:00:00Z/2024-01-05T09:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events, faults := scanEvents(calendarOf(custom+eventOf(tt.lines...)), EventOptions{Zone: berlin(t)})
			if len(events) != 1 || len(faults) > 0 {
				t.Fatalf("%d events, %v", len(events), faults)
			}
			e := events[0]
			got := e.Start.UTC().Format(time.RFC3339) + "/" + e.End.UTC().Format(time.RFC3339)
			if e.AllDay {
				got += " day"
			}
			if got != tt.want || e.Recurrence != "" {
				t.Errorf("got %s (%q), want %s", got, e.Recurrence, tt.want)
			}
		})
	}
}

func TestWhatAnEventSays(t *testing.T) {
	in := calendarOf("METHOD:REQUEST", eventOf(
		"DTSTART:20240105T090000Z", `SUMMARY:Review\, second`, "DESCRIPTION:one", "  two", "LOCATION:Room 4", "STATUS:confirmed",
		`ORGANIZER;CN="Ann, Boss":MAILTO:ann@firm.example`,
		"ATTENDEE;CN=Bo;ROLE=req-participant;PARTSTAT=ACCEPTED;CUTYPE=INDIVIDUAL:mailto:bo%2Bx@client.example",
		"ATTENDEE;CUTYPE=ROOM;EMAIL=room@firm.example:/principals/room", "ATTENDEE:invalid:nomail"))
	events, faults := scanEvents(in, EventOptions{})
	at := time.Date(2024, 1, 5, 9, 0, 0, 0, time.UTC)
	want := []Event{{
		UID: "u", Start: at, End: at, Summary: "Review, second", Description: "one two", Location: "Room 4", Status: "CONFIRMED",
		Organizer: Attendee{Address: "ann@firm.example", Name: "Ann, Boss"},
		Attendees: []Attendee{
			{Address: "bo+x@client.example", Name: "Bo", Role: "REQ-PARTICIPANT", PartStat: "ACCEPTED", CUType: "INDIVIDUAL"},
			{Address: "room@firm.example", CUType: "ROOM"},
			{},
		},
		Line: 4,
	}}
	if diff := cmp.Diff(want, events); diff != "" || len(faults) > 0 {
		t.Errorf("%v (-want +got)\n%s", faults, diff)
	}
	events, _ = scanEvents(calendarOf(eventOf("DTSTART:20240105T090000Z"), "METHOD:CANCEL"), EventOptions{})
	if len(events) != 1 || events[0].Status != "CANCELLED" {
		t.Errorf("a calendar that cancels: %+v", events)
	}
}

func TestRecurrences(t *testing.T) {
	weekly := []string{"DTSTART;TZID=Europe/Berlin:20240318T090000", "DTEND;TZID=Europe/Berlin:20240318T100000", "RRULE:FREQ=WEEKLY;COUNT=4"}
	tests := []struct {
		name string
		in   string
		want string // day.month hour of each, UTC, with mark for status and recurrence key where it differs
	}{
		{"across the change of clocks", eventOf(weekly...), "18.03 08 | 25.03 08 | 01.04 07 | 08.04 07"},
		{"excluded", eventOf(append(weekly, "EXDATE;TZID=Europe/Berlin:20240325T090000")...), "18.03 08 | 01.04 07 | 08.04 07"},
		{"excluded, in UTC", eventOf(append(weekly, "EXDATE:20240401T070000Z")...), "18.03 08 | 25.03 08 | 08.04 07"},
		{"excluded by day", eventOf(append(weekly, "EXDATE;VALUE=DATE:20240325,20240401")...), "18.03 08 | 08.04 07"},
		{"the first excluded", eventOf(append(weekly, "EXDATE;TZID=Europe/Berlin:20240318T090000")...), "25.03 08 | 01.04 07 | 08.04 07"},
		{"added", eventOf(append(weekly, "RDATE;TZID=Europe/Berlin:20240319T090000,20240325T090000")...), "18.03 08 | 19.03 08 | 25.03 08 | 01.04 07 | 08.04 07"},
		{"added period", eventOf(append(weekly, "RDATE;VALUE=PERIOD:20240319T090000Z/PT1H")...), "18.03 08 | 19.03 09 | 25.03 08 | 01.04 07 | 08.04 07"},
		{
			"moved and cancelled, before the rule",
			eventOf("RECURRENCE-ID:20240325T080000Z", "DTSTART:20240326T120000Z") + "\r\n" +
				eventOf("RECURRENCE-ID;TZID=Europe/Berlin:20240401T090000", "DTSTART;TZID=Europe/Berlin:20240401T090000", "STATUS:CANCELLED") + "\r\n" + eventOf(weekly...),
			"18.03 08 | 26.03 12 | 01.04 07 CANCELLED | 08.04 07",
		},
		{
			"the later sequence counts",
			eventOf(weekly...) + "\r\n" + eventOf("RECURRENCE-ID:20240325T080000Z", "DTSTART:20240326T120000Z", "SEQUENCE:2") +
				"\r\n" + eventOf("RECURRENCE-ID:20240325T080000Z", "DTSTART:20240327T120000Z", "SEQUENCE:1"),
			"18.03 08 | 26.03 12 | 01.04 07 | 08.04 07",
		},
		{"an occurrence without its rule", eventOf("RECURRENCE-ID:20240325T080000Z", "DTSTART:20240326T120000Z"), "26.03 12"},
		{"named by day", eventOf(weekly...) + "\r\n" + eventOf("RECURRENCE-ID;VALUE=DATE:20240325", "DTSTART:20240326T120000Z"), "18.03 08 | 26.03 12 | 01.04 07 | 08.04 07"},
		{"until, in UTC", eventOf(weekly[0], "RRULE:FREQ=WEEKLY;UNTIL=20240401T070000Z"), "18.03 08 | 25.03 08 | 01.04 07"},
		{"until, a second earlier", eventOf(weekly[0], "RRULE:FREQ=WEEKLY;UNTIL=20240401T065959Z"), "18.03 08 | 25.03 08"},
		{"until a day", eventOf(weekly[0], "RRULE:FREQ=WEEKLY;UNTIL=20240401"), "18.03 08 | 25.03 08 | 01.04 07"},
		{"days until a day", eventOf("DTSTART;VALUE=DATE:20240329", "RRULE:FREQ=DAILY;UNTIL=20240401"), "28.03 23 | 29.03 23 | 30.03 23 | 31.03 22"},
		{"without end", eventOf("DTSTART:20240501T090000Z", "RRULE:FREQ=MONTHLY"), "01.05 09 | 01.06 09 | 01.07 09"},
		{"the 31st", eventOf("DTSTART:20240131T090000Z", "RRULE:FREQ=MONTHLY"), "31.01 09 | 31.03 09 | 31.05 09"},
		{"a start that the rule does not give", eventOf("DTSTART:20240318T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=2"), "18.03 09 | 22.03 09 | 29.03 09"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			until := time.Date(2024, 7, 15, 0, 0, 0, 0, time.UTC)
			events, faults := scanEvents(calendarOf(tt.in), EventOptions{Until: until, Zone: berlin(t)})
			var got []string
			keys := map[string]bool{}
			for _, e := range events {
				got = append(got, strings.TrimSpace(e.Start.UTC().Format("02.01 15 ")+e.Status))
				if e.Recurrence == "" || keys[e.Recurrence] {
					t.Errorf("recurrence %q is empty or twice", e.Recurrence)
				}
				keys[e.Recurrence] = true
			}
			if s := strings.Join(got, " | "); s != tt.want || len(faults) > 0 {
				t.Errorf("%v\n got %s\nwant %s", faults, s, tt.want)
			}
		})
	}
}

func TestMovedOccurrenceKeepsItsKey(t *testing.T) {
	events, _ := scanEvents(calendarOf(eventOf("DTSTART;TZID=Europe/Berlin:20240318T090000", "RRULE:FREQ=WEEKLY;COUNT=2"),
		eventOf("RECURRENCE-ID:20240325T080000Z", "DTSTART:20240327T120000Z")), EventOptions{})
	if len(events) != 2 || events[1].Recurrence != "20240325T080000Z" || events[1].Start.Day() != 27 {
		t.Errorf("%+v", events)
	}
}

func TestEventFaults(t *testing.T) {
	good := eventOf("DTSTART:20240105T090000Z")
	tests := []struct {
		name   string
		in     string
		events int
		faults string
	}{
		{"no calendar", "hello", 0, "line 1: no calendar"},
		{"empty", "", 0, "line 1: no calendar"},
		{"a card", lines("BEGIN:VCARD", "FN:a", "END:VCARD"), 0, "line 1: no calendar"},
		{"cut in an event", "BEGIN:VCALENDAR\n" + good + "\nBEGIN:VEVENT\nUID:v\nDTSTART:20240106T090000Z\nSUMM", 2, "line 9: a line without|line 6: EVENT without its end|line 1: CALENDAR without its end"},
		{"cut before the start", "BEGIN:VCALENDAR\n" + good + "\nBEGIN:VEVENT\nUID:v\n", 1, "line 6: EVENT without|line 1: CALENDAR|line 6: an event without a start"},
		{"event without end", calendarOf("BEGIN:VEVENT", "DTSTART:20240105T090000Z", good), 2, "line 3: the event that begins here has no END"},
		{"calendar without end", "BEGIN:VCALENDAR\n" + good + "\n" + calendarOf(good), 2, "line 1: CALENDAR without its end"},
		{"no calendar around it", good, 1, ""},
		{"garbage between", calendarOf(good) + "foo\nbar\n" + calendarOf(good), 2, "line 8: text outside"},
		{"year 0", calendarOf(eventOf("DTSTART:00000105T090000Z")), 0, "line 5: the start of the event"},
		{"year 10000", calendarOf(eventOf("DTSTART:100000105T090000Z")), 0, "line 5: the start"},
		{"over the end of time", calendarOf(eventOf("DTSTART:99991231T090000Z", "DURATION:P9D")), 0, "line 3: the event lies outside"},
		{"31 February", calendarOf(eventOf("DTSTART:20240231T090000Z")), 0, "line 5: the start"},
		{"ends before it begins", calendarOf(eventOf("DTSTART:20240105T090000Z", "DTEND:20240105T080000Z")), 1, "line 6: the event ends before"},
		{"unknown zone, told once", calendarOf(eventOf("DTSTART;TZID=Nowhere:20240105T090000", "DTEND;TZID=Nowhere:20240105T100000")), 1, `line 5: unknown time zone "Nowhere"`},
		{"a zone is no file", calendarOf(eventOf("DTSTART;TZID=../../etc/passwd:20240105T090000")), 1, `line 5: unknown time zone`},
		{"bad rule", calendarOf(eventOf("DTSTART:20240105T090000Z", "RRULE:FREQ=SOMETIMES")), 1, "line 6: the rule"},
		{"bad end of rule", calendarOf(eventOf("DTSTART:20240105T090000Z", "RRULE:FREQ=DAILY;UNTIL=soon")), 1, "line 6: the end of the rule"},
		{"exceptions by rule", calendarOf(eventOf("DTSTART:20240105T090000Z", "EXRULE:FREQ=DAILY")), 1, "line 6: a rule of exceptions"},
		{"all later ones", calendarOf(eventOf("RECURRENCE-ID;RANGE=THISANDFUTURE:20240105T090000Z", "DTSTART:20240105T090000Z")), 1, "line 5: a change of this"},
		{"an end that ends nothing", calendarOf("END:VTODO"), 0, "line 3: END:VTODO ends nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events, faults := scanEvents(tt.in, EventOptions{Until: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)})
			want := strings.Split(tt.faults, "|")
			if tt.faults == "" {
				want = nil
			}
			ok := len(events) == tt.events && len(faults) == len(want)
			for i := 0; ok && i < len(want); i++ {
				ok = strings.HasPrefix(faults[i], want[i])
			}
			if !ok {
				t.Errorf("%d events, %q; want %d, %q", len(events), faults, tt.events, want)
			}
		})
	}
}

// TestRulesEnd feeds rules that a careless expansion would never finish.
func TestRulesEnd(t *testing.T) {
	for _, r := range []string{
		"FREQ=SECONDLY", "FREQ=SECONDLY;BYHOUR=5;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
		"FREQ=MINUTELY;INTERVAL=1440;BYMINUTE=7", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31",
		"FREQ=MONTHLY;BYDAY=53MO", "FREQ=YEARLY;INTERVAL=1000000", "FREQ=DAILY;INTERVAL=1000000", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYSETPOS=366",
		"FREQ=YEARLY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9,60",
		"FREQ=WEEKLY;COUNT=2147483647", "FREQ=SECONDLY;BYSETPOS=5",
	} {
		for _, until := range []time.Time{{}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)} {
			events, _ := scanEvents(calendarOf(eventOf("DTSTART;TZID=Europe/Berlin:00020105T063000", "RRULE:"+r)), EventOptions{Until: until, MaxRecurrences: 500})
			if len(events) > 500 || len(events) < 1 {
				t.Errorf("%s: %d events", r, len(events))
			}
		}
	}
}

func TestMoreThanTheLimitIsSaid(t *testing.T) {
	events, faults := scanEvents(calendarOf(eventOf("DTSTART:20240105T090000Z", "RRULE:FREQ=DAILY")), EventOptions{MaxRecurrences: 7})
	if len(events) != 7 || len(faults) != 1 || !strings.Contains(faults[0], "more than 7") {
		t.Errorf("%d events, %v", len(events), faults)
	}
	events, faults = scanEvents(calendarOf(eventOf("DTSTART:20240105T090000Z", "RRULE:FREQ=DAILY;COUNT=7")), EventOptions{MaxRecurrences: 7})
	if len(events) != 7 || len(faults) != 0 {
		t.Errorf("%d events, %v", len(events), faults)
	}
}

func TestWindowsZonesExist(t *testing.T) {
	for windows, iana := range windowsZones {
		if _, err := time.LoadLocation(iana); err != nil {
			t.Errorf("%s: %v", windows, err)
		}
	}
}

// drawRule makes rules of the kinds that both expansions read alike.
func drawRule(t *rapid.T) string {
	freq := rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY", "MINUTELY"}).Draw(t, "freq")
	r := fmt.Sprintf("FREQ=%s;INTERVAL=%d", freq, rapid.IntRange(1, 5).Draw(t, "interval"))
	some := func(name string, lo, hi int) {
		if rapid.IntRange(0, 2).Draw(t, name+"?") > 0 {
			return
		}
		list := rapid.SliceOfNDistinct(rapid.IntRange(lo, hi).Filter(func(n int) bool { return n != 0 || lo == 0 }), 1, 4, rapid.ID[int]).Draw(t, name)
		r += ";" + name + "=" + strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ","), "[]")
	}
	some("BYMONTH", 1, 12)
	some("BYHOUR", 0, 23)
	some("BYMINUTE", 0, 59)
	days := []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
	if freq == "MONTHLY" || freq == "YEARLY" {
		some("BYMONTHDAY", -31, 31)
		if rapid.Bool().Draw(t, "nth") { // the library reads a mixed list as "both", not as "either"
			days = []string{"1MO", "-1FR", "2TU", "-2SU"}
		}
		if freq == "YEARLY" && !strings.Contains(r, "BYMONTHDAY") {
			some("BYYEARDAY", 1, 366)
		}
	}
	if rapid.Bool().Draw(t, "byday?") {
		r += ";BYDAY=" + strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(days), 1, 3, rapid.ID[string]).Draw(t, "byday"), ",")
	}
	if freq == "DAILY" || freq == "MONTHLY" || freq == "YEARLY" { // in weeks the library counts from the start, not from Monday
		some("BYSETPOS", -3, 3)
	}
	if rapid.Bool().Draw(t, "count?") {
		r += fmt.Sprintf(";COUNT=%d", rapid.IntRange(1, 20).Draw(t, "count"))
	}
	if rapid.Bool().Draw(t, "wkst?") {
		r += ";WKST=SU"
	}
	return r
}

// TestRulesAgreeWithALibrary compares with an expansion written by others, on
// rules that it finishes.
func TestRulesAgreeWithALibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawRule(t)
		start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 2*365*24*12).Draw(t, "start")) * 5 * time.Minute)
		limit := start.AddDate(6, 0, 0)
		r, err := parseRule(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var got, want []string
		fuel := 5_000_000
		e := expansion{rule: r, start: start, limit: limit, fuel: &fuel, emit: func(at time.Time) bool {
			got = append(got, at.Format("20060102T150405"))
			return len(got) < 60
		}}
		e.run()
		if len(got) == 0 {
			t.Skip("the library may look for these for ever")
		}
		opt, err := rrule.StrToROption(text)
		if err != nil {
			t.Fatal(err)
		}
		opt.Dtstart = start
		other, err := rrule.NewRRule(*opt)
		if err != nil {
			t.Fatal(err)
		}
		next := other.Iterator()
		for len(want) < len(got) {
			at, ok := next()
			if !ok || at.After(limit) {
				break
			}
			want = append(want, at.Format("20060102T150405"))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s from %s (-library +ours)\n%s", text, start, diff)
		}
	})
}

func FuzzEvents(f *testing.F) {
	f.Add([]byte(calendarOf(eventOf("DTSTART;TZID=X:20240105T090000", "RRULE:FREQ=WEEKLY;BYDAY=MO,-1FR;COUNT=3", "EXDATE:20240112T090000"))))
	f.Add([]byte(calendarOf("BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE", eventOf("DTSTART;TZID=X:20240105T090000", "DURATION:P1DT1H"))))
	f.Add([]byte(calendarOf(eventOf("RECURRENCE-ID;VALUE=DATE:20240105", "DTSTART;VALUE=DATE:20240105"))))
	f.Add([]byte("BEGIN:VEVENT\rRECURRENCE-ID;0;0:00010101\nDTSTART :00010101"))
	f.Add([]byte(calendarOf(eventOf("DTSTART:00020101T000000Z", "RDATE:00010101T000000Z"))))
	f.Fuzz(func(t *testing.T, in []byte) {
		n := 0
		for e, fault := range ScanEvents(bytes.NewReader(in), EventOptions{Until: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), MaxRecurrences: 50}) {
			if n++; n > 100_000 {
				t.Fatal("far too many events")
			}
			if fault == nil && (e.Start.IsZero() || e.End.Before(e.Start) || e.Line < 1) {
				t.Fatalf("%+v", e)
			}
		}
	})
}

// TestNoCalendarIsSlow feeds small files that ask for much work.
func TestNoCalendarIsSlow(t *testing.T) {
	const n = 100 << 10
	rep := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	event := func(s string) string { return "BEGIN:VEVENT\nUID:u#\n" + s + "\nEND:VEVENT\n" }
	shapes := map[string]string{
		"endless rules":    rep(event("DTSTART:20240105T090000Z\nRRULE:FREQ=SECONDLY")),
		"barren rules":     rep(event("DTSTART:20000105T090000Z\nRRULE:FREQ=SECONDLY;BYHOUR=5;BYMONTH=2;BYMONTHDAY=30")),
		"unknown zones":    rep(event("DTSTART;TZID=A/B/C#:20240105T090000")),
		"excluded dates":   event("DTSTART:20240105T090000Z\nRRULE:FREQ=DAILY\nEXDATE:" + rep("20240105T0900#,")),
		"added dates":      event("DTSTART:20240105T090000Z\nRDATE:" + rep("20240105T090000Z,")),
		"long words":       event("DTSTART:20240105T090000Z\nRRULE:FREQ=DAILY\nDESCRIPTION:" + rep("a\\,")),
		"many guests":      event("DTSTART:20240105T090000Z\nRRULE:FREQ=DAILY\n" + rep("ATTENDEE:mailto:a#@b.example\n")),
		"changes of one":   event("DTSTART:20240105T090000Z\nRRULE:FREQ=DAILY") + rep("BEGIN:VEVENT\nUID:u#\nRECURRENCE-ID:20240105T090000Z\nDTSTART:20240105T090000Z\nEND:VEVENT\n"),
		"nesting":          rep("BEGIN:VEVENT\n"),
		"nesting of other": rep("BEGIN:X#\n"),
		"laborious zones": rep("BEGIN:VTIMEZONE\nTZID:z#\nBEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETTO:+0100\n"+
			"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nEND:STANDARD\nEND:VTIMEZONE\n") + rep(event("DTSTART;TZID=z#:20240105T090000")),
	}
	for name, in := range shapes {
		count := 0
		opts := EventOptions{Until: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		for range ScanEvents(strings.NewReader("BEGIN:VCALENDAR\n"+in+"END:VCALENDAR\n"), opts) {
			count++
		}
		t.Logf("%s: %d", name, count) // that it ends at all is what is tested
	}
}

// What a file may ask for has bounds, and what lies beyond is named with its line.
func TestEventBounds(t *testing.T) {
	people := strings.Repeat("ATTENDEE:mailto:cleo@client.example\r\n", 1_200)
	for name, c := range map[string]struct {
		event, reason         string
		line, events, invited int
		partial               bool
	}{
		"many people":          {"DTSTART:20240506T100000Z\r\n" + people, "the event has more than 1000 people; the rest is left out", 1_006, 1, 1_000, true},
		"many times":           {"DTSTART:20240506T100000Z\r\nRRULE:FREQ=MINUTELY\r\n", "the event has more than 10000 occurrences; the rest is left out", 6, 10_000, 0, false},
		"many people and days": {"DTSTART:20000506T100000Z\r\nRRULE:FREQ=DAILY;COUNT=5000\r\n" + people, "the event has more than 1000 occurrences; the rest is left out", 6, 1_000, 1_000, false},
	} {
		text := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n" + c.event + "END:VEVENT\r\nEND:VCALENDAR\r\n"
		events, invited := 0, 0
		var faults []Fault
		for e, f := range ScanEvents(strings.NewReader(text), EventOptions{}) {
			if f != nil {
				faults = append(faults, *f)
				continue
			}
			events, invited = events+1, len(e.Attendees)
		}
		want := Fault{Line: c.line, Reason: c.reason, Partial: c.partial}
		if events != c.events || invited != c.invited || !slices.Contains(faults, want) {
			t.Errorf("%s: %d events, %d people, %v", name, events, invited, faults)
		}
	}
}
