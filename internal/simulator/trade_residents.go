package simulator

import "passbook/internal/book"

// residentRetention is a team that lets homes and wants people to stay.
var residentRetention = trade{
	name: "resident-retention", firm: "Millpond Houses", web: "millpond.example", depts: [2]string{"Resident team", "Accounts"},
	country: "GB", zone: "Europe/London", kinds: [3]int{58, 42, 0},
	stages: []stage{
		{"enquiry", "enquiry", [2]float64{4, 10}, []turn{{"applicant", 88, false, false}, {"former", 12, false, true}}, 36, .2, .2, .1, .15},
		{"applicant", "applicant", [2]float64{8, 18}, []turn{{"move_in", 96, true, false}, {"former", 4, false, true}}, 30, .175, .3, .1, .25},
		{"move_in", "movein", [2]float64{85, 95}, []turn{{"settled", 100, false, false}}, 5.4, .125, 1.4, 1, .2},
		{"settled", "settled", [2]float64{235, 250}, []turn{{"renewal", 100, false, false}}, 3.5, .06, .9, .8, .12},
		{"renewal", "renewal", [2]float64{105, 118}, []turn{{"settled", 80, true, false}, {"notice_given", 20, false, true}}, 4.2, .1, .7, .4, .15},
		{"notice_given", "leaving", [2]float64{40, 60}, []turn{{"former", 100, false, false}}, 8.4, .125, .6, .3, .2},
		{"former", "former", [2]float64{400, 1500}, []turn{{"enquiry", 60, false, false}, {"former", 40, false, false}}, .6, .025, .1, .05, .05},
	},
	there: []turn{
		{"settled", 58, false, false}, {"renewal", 18, false, false}, {"move_in", 9, false, false}, {"former", 12, false, false}, {"notice_given", 3, false, false},
	},
	comes: []turn{{"enquiry", 85, false, false}, {"applicant", 15, false, false}},
	cast:  cast{busy: []string{"renewal", "settled"}, pending: []string{"move_in", "notice_given"}, quiet: "settled", after: "settled", lost: "former"},
	work:  work{book.Lease, "renewal", pace{"living_here", "resident team"}, pace{"renewing", "leasing"}},
	words: residentWords,
}

var residentWords = grammar{
	"talk.enquiry":   {"Showed {flat}; liked the light", "Told the whole cost, deposit and all", "Wants to move in {month}", "Asked about the dog; we said yes", "Compared {flat} with the one above"},
	"talk.applicant": {"Payslips still missing, the rest is here", "Told them the answer comes {when}", "References are good", "Went through the lease line by line", "Set the day for the keys"},
	"talk.movein": {
		"First weeks: the window in the bedroom sticks", "Settling in; likes the neighbours", "Showed the laundry and the bicycle room", "Snag list: {n} points, {some} done",
		"All well; asked about the parcel room", "The heating is understood now",
	},
	"talk.settled": {
		"How living here is: {living}", "Talked about the lift works in {month}", "Told them of the new bins before the notice", "Caught up on the stairs; {living}",
		"Asked about the noise from {other}; better now", "Pleased with the new entrance light", "Long talk, mostly about {interest}",
	},
	"living": {"quiet and warm", "fine, the post is slow", "good, but the lift", "the children have friends here", "would like a bicycle stand", "happy since the boiler was changed"},
	"talk.renewal": {
		"Lease ends in {month}; wants to stay", "Explained the rent, {pct} and why", "Comparing us with {area}", "Would stay for a new oven", "Asked what would make them stay",
		"Will decide {when}", "Offered two years at the same rent",
	},
	"talk.leaving": {"New job in another town", "Went through the checklist", "Deposit will be back by {month}", "Asked what we should have done better", "Will tell a colleague about {flat}"},
	"talk.former":  {"How the new home is", "Colleague may look for a flat", "Thinks of coming back in {month}", "Short hello; all well"},
	"flat":         {"the flat at {house}", "flat {n} on the second floor", "the corner flat", "the two rooms facing the yard"},
	"ask.enquiry":  {"Is {flat} still free", "Are pets allowed", "Parking and what it costs", "A viewing {when}"},
	"ask.applicant": {
		"Which papers are missing", "When do I hear", "Guarantor from abroad", "Moving in on {weekday}",
	},
	"ask.movein":  {"How to work the heating", "A second key", "The oven light", "Name on the doorbell", "Where do parcels go"},
	"ask.settled": {"Noise from upstairs", "The lift again", "May I paint the hall", "Subletting in {month}", "Radiator stays cold", "A bicycle stand"},
	"ask.renewal": {"What will the rent be", "Renewing for two years", "Ending the lease in {month}", "A new kitchen before I sign"},
	"ask.leaving": {"The deposit", "Painting before I leave", "Handing over the keys {when}", "A reference for the new landlord"},
	"ask.former":  {"The last heating bill", "A flat from {month} on", "My deposit"},
	"news":        {"Any news on {matter}", "When does {party} come", "Still waiting on {matter}", "What about {matter}"},
	"matter":      {"the boiler", "the lift", "the leak in the bath", "the second key", "the noise", "the deposit", "the renewal offer"},
	"party":       {"the plumber", "the electrician", "the lift people", "the window fitter"},
	"promise": {
		"a date for the plumber", "the second key to {house}", "an answer on painting the hall", "a word with {other} about the noise", "the meter readings", "a visit to look at the radiator",
	},
	"promise.renewal": {"the new rent in figures", "a quote for the kitchen", "what others pay in the house", "an answer on a shorter notice", "a look at the bathroom fan", "an answer on the new oven", "the lease for two years", "what the works in {month} will mean"},
	"promise.leaving": {
		"the date the deposit is paid back", "a reference for the new landlord", "the checklist for moving out", "a time for the final visit", "what needs painting and what does not",
		"the meter readings of the last day", "the name of a removal firm", "who takes over {flat}",
	},
	"ours": {
		"boiler|2|no hot water since yesterday", "lift|2|a lift out of order", "leak|2|a leak under the bath", "noise|1|works at seven in the morning unannounced", "bill|1|heating charged twice",
		"lock|3|a front door that does not lock", "heating|3|no heating on a cold weekend", "post|1|a letter about somebody else's rent", "handle|1|a loose window handle",
	},
	"theirs": {
		"noise|1|noise from the flat above", "key|1|a lost key", "parcel|1|a parcel that went to {other}", "wifi|1|an internet line that is not switched on", "washer|1|a washing machine of their own that leaks",
		"permit|1|a parking permit from the council",
	},
	"line": {
		"Sent the costs, all of them", "Wrote when {flat} can be seen", "A line about the works in {month}", "Asked by text whether all is well", "Wrote about the new bins, before the notice",
		"Sent a photo of the yard in bloom", "Wrote that {flat} comes free in {month}",
	},
	"matter.enquiry":   {"{flat}", "the viewing", "the parking space"},
	"matter.applicant": {"the references", "the date for the keys", "the lease", "my papers"},
	"matter.renewal":   {"the renewal offer", "the new oven", "the rent from {month} on"},
	"matter.leaving":   {"the deposit", "the final visit", "the reference"},
	"matter.former":    {"the deposit", "the heating bill"},
	"closing":          {"Lease signed for {house}"},
	"closing.renewal":  {"Lease renewed for another year", "Lease renewed for two years"},
	"plan":             {"Call at two weeks, then monthly; snags within five days", "Visit in the first month, the oven in {month}, a call each quarter", "Paint the hall in spring, a call every two months"},
	"helped.trade":     {"Carried the sofa up with them", "Let the piano movers in early", "Watered the plants for a fortnight"},
	"work":             {"Lease of {house}", "{house}, the coming year"},
	"work.next":        {"We talk the offer through", "The new oven comes", "The offer for two years comes by post"},
	"work.told":        {"The offer is with the owner; nothing new yet", "The owner agrees to the oven", "What a second year would cost, in writing"},
	"work.wrong":       {"The owner wants more than was said", "The painters moved to {month}", "The offer went out with the wrong rent"},
}
