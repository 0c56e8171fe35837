package simulator

import "passbook/internal/book"

// professionalServices is a firm of advisers whose next piece of work comes from the last one.
var professionalServices = trade{
	name: "professional-services", firm: "Fenwright Partners", web: "fenwright.example", depts: [2]string{"Advisory", "Accounts"},
	country: "GB", zone: "Europe/London", kinds: [3]int{18, 0, 82},
	stages: []stage{
		{"prospect", "prospect", [2]float64{60, 200}, []turn{{"pursuit", 60, false, false}, {"dormant", 40, false, false}}, 2, .075, .05, .1, .03},
		{"pursuit", "pursuit", [2]float64{20, 50}, []turn{{"onboarding", 52, true, false}, {"prospect", 33, false, false}, {"dormant", 15, false, true}}, 13.2, .2, .4, .2, .2},
		{"onboarding", "start", [2]float64{38, 45}, []turn{{"engaged", 100, false, false}}, 12, .16, .9, .5, .2},
		{"engaged", "work", [2]float64{70, 180}, []turn{{"closing_out", 100, false, false}}, 12, .15, 1.3, .7, .25},
		{"closing_out", "done", [2]float64{20, 40}, []turn{{"between", 85, false, false}, {"referrer", 15, false, false}}, 4.8, .125, .6, .3, .12},
		{"between", "between", [2]float64{180, 520}, []turn{{"pursuit", 68, false, false}, {"dormant", 22, false, true}, {"referrer", 10, false, false}}, 2.5, .06, .1, .4, .03},
		{"dormant", "dormant", [2]float64{400, 1200}, []turn{{"prospect", 60, false, false}, {"dormant", 40, false, false}}, .8, .03, .05, .1, .02},
		{"referrer", "referrer", [2]float64{400, 1200}, []turn{{"between", 60, false, false}, {"pursuit", 40, false, false}}, 3, .06, .05, .25, .03},
	},
	there: []turn{
		{"between", 42, false, false},
		{"dormant", 22, false, false},
		{"engaged", 9, false, false},
		{"prospect", 14, false, false},
		{"referrer", 8, false, false},
		{"pursuit", 3, false, false},
		{"closing_out", 2, false, false},
	},
	comes: []turn{{"prospect", 65, false, false}, {"pursuit", 35, false, false}},
	cast:  cast{busy: []string{"engaged", "between"}, pending: []string{"engaged", "pursuit", "closing_out"}, quiet: "between", after: "onboarding", lost: "dormant"},
	work:  work{book.Project, "engaged", pace{"starting", "delivery"}, pace{"working", "delivery"}},
	words: servicesWords,
}

var servicesWords = grammar{
	"talk.prospect": {"What keeps them busy: {topic}", "Sent two lines on {topic}; they answered", "Met at the trade evening", "Their question is {topic}; no hurry", "Asked who decides on {topic}"},
	"topic":         {"succession", "the new reporting rules", "the second site", "stock levels", "pay bands", "the merger of two teams", "late payers", "the pension scheme"},
	"talk.pursuit": {
		"Went through the proposal on {topic}", "Questions on method; answered the same day", "Price is level with another firm", "They want to meet the team, not the partner",
		"Changed the scope: {topic} first", "Decision {when}",
	},
	"talk.start": {"Introduced everybody who will work for them", "Agreed how they measure us", "Data request: what is missing", "Named one contact on each side", "First findings on {topic}"},
	"talk.work": {
		"Weekly call: scope, dates, fees", "Draft report goes out {when}", "Steering committee: {steer}", "Fees stand at {fee} of the budget", "Interviews done, {n} to go",
		"Talked about {topic} off the record", "Moved the workshop to {weekday}", "Finding on {topic} is not what they hoped; said so first",
	},
	"steer":         {"one more option wanted", "agreed with the draft", "asks for figures on {topic}", "wants it in plain words", "postponed to {month}"},
	"talk.done":     {"Went through what was promised and what came of it", "Last invoice explained line by line", "What they would do differently", "Named who stays in touch", "Lessons on {topic}"},
	"talk.between":  {"How {topic} is getting on", "Talked about their next year", "New chair; what that changes", "Nothing to sell; long talk about {interest}", "Asked what they work towards", "Passed on the name of somebody good on {topic}"},
	"talk.dormant":  {"Short hello; new board in {month}", "Sent a page on {topic}", "Moved to another firm, same questions", "Caught up after a long time"},
	"talk.referrer": {"How the client they introduced is doing", "Lunch; {topic} and the weather", "Thought of them for a board seat", "Exchanged names on {topic}"},
	"ask.prospect":  {"Your note on {topic}", "Do you do {topic}", "A talk for our managers"},
	"ask.pursuit":   {"Section {n} of the proposal", "References we may call", "Who would do the work", "Splitting the fee", "A start in {month}"},
	"ask.start":     {"Access for your team", "Who gets the minutes", "The data request, line {n}", "Kick-off on {weekday}"},
	"ask.work":      {"Draft report: page {n}", "A question on the hours in {past}", "Papers for the steering committee", "Scope: could you add {topic}", "Workshop on {weekday}", "Figures for {topic}"},
	"ask.done":      {"The last invoice", "Slides for our board", "Copies of the papers"},
	"ask.between":   {"A quick question on {topic}", "Do you know somebody good on {topic}", "Your view on {topic}"},
	"ask.dormant":   {"Are you still advising on {topic}", "An old report of yours"},
	"ask.referrer":  {"Somebody for you", "Lunch {when}", "How did it go with {someone}"},
	"news":          {"Any news on {matter}", "What has become of {matter}", "Still waiting for {matter}", "When can we expect {matter}"},
	"matter":        {"the draft report", "the minutes", "the revised scope", "the corrected invoice", "the figures", "the workshop papers"},
	"party":         {"the auditor", "the committee", "their counsel"},
	"promise": {
		"two pages on {topic}", "the name of somebody good on {topic}", "our view on {topic}", "the slides from the evening", "the report we spoke of on {topic}",
		"a lunch with somebody who has been through {topic}", "the figures others have for {topic}", "a word with the auditor",
	},
	"promise.work": {
		"the draft report on {topic}", "minutes of the steering committee", "the hours behind the {past} invoice", "figures on {topic} by site", "an answer on the added scope",
		"interview notes, cleared for reading",
	},
	"promise.start":   {"the list of who does what", "a timetable with names", "the first findings on {topic}"},
	"promise.pursuit": {"a revised proposal with {topic} first", "two references who may be called", "the fee split by phase"},
	"ours": {
		"invoice|1|an invoice for hours nobody ordered", "typo|1|their name misspelt on the report", "figures|2|a wrong total in the draft report", "deadline|2|papers late for the steering committee",
		"filing|3|a filing date that we missed", "team|1|a new consultant who was not introduced", "silence|1|two weeks without a word on the project",
	},
	"theirs": {
		"data|1|data that their own system lost", "auditor|2|an auditor's question due {weekday}", "room|1|no room for the workshop", "board|1|a board paper to rewrite overnight", "bank|2|a bank that wants figures at once",
	},
	"line": {
		"Two lines on {topic} and why it concerns them", "Sent a page on {topic}", "Wrote what the court said on {topic}", "Asked by mail how {event} went", "Sent a clipping on {topic}",
		"Wrote to pass on a name on {topic}", "A short answer on {topic}, no invoice",
	},
	"matter.pursuit": {"the proposal", "the references", "the fee split"},
	"matter.between": {"your view on {topic}", "the name you wanted to send", "the archive"},
	"closing":        {"Engaged for {topic}", "Won the work on {topic}", "Second phase agreed: {topic}"},
	"plan":           {"Partner calls weekly, review at six weeks", "Introduce the team, agree measures, a lunch in {month}", "Monthly figures unasked, one idea a quarter"},
	"helped.trade":   {"Read the chair's speech on a Sunday", "Found a speaker for their staff day", "Introduced them to a buyer for the old site"},
	"work":           {"Work on {topic}", "Advice on {topic}"},
	"work.next":      {"You get this week's page", "The workshop with your people", "The first figures, for your comments"},
	"work.told":      {"This week's page; nothing is late", "Two of three interviews done", "Nothing new until the figures are in; said so"},
	"work.wrong":     {"The figures came two weeks late from their side", "The one who did the work fell ill", "The draft missed what they had asked"},
}
