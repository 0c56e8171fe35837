package simulator

import "passbook/internal/book"

// b2bAccounts is a supplier with contracts to renew and many people on the other side.
var b2bAccounts = trade{
	name: "b2b-accounts", firm: "Northlight Supply", web: "northlight.example", depts: [2]string{"Accounts team", "Billing"},
	country: "GB", zone: "Europe/London", kinds: [3]int{0, 0, 100},
	stages: []stage{
		{"prospect", "prospect", [2]float64{40, 140}, []turn{{"evaluation", 60, false, false}, {"former", 40, false, true}}, 2, .075, .05, .05, .03},
		{"evaluation", "pilot", [2]float64{25, 60}, []turn{{"onboarding", 60, true, false}, {"prospect", 40, false, false}}, 12, .2, .6, .3, .2},
		{"onboarding", "start", [2]float64{80, 95}, []turn{{"live", 100, false, false}}, 12, .15, 1.6, .8, .25},
		{"live", "live", [2]float64{230, 260}, []turn{{"renewal", 76, false, false}, {"growing", 14, false, false}, {"at_risk", 10, false, false}}, 3, .08, .9, .6, .12},
		{"growing", "grow", [2]float64{60, 120}, []turn{{"live", 85, true, false}, {"live", 15, false, false}}, 7.2, .15, .8, .4, .15},
		{"renewal", "renewal", [2]float64{100, 118}, []turn{{"live", 80, true, false}, {"at_risk", 10, false, false}, {"former", 10, false, true}}, 4.8, .125, .8, .4, .15},
		{"at_risk", "risk", [2]float64{30, 75}, []turn{{"live", 65, false, false}, {"former", 35, false, true}}, 10.8, .175, 2, .5, .3},
		{"former", "former", [2]float64{300, 1000}, []turn{{"prospect", 60, false, false}, {"former", 40, false, false}}, .6, .025, .05, .05, .02},
	},
	there: []turn{
		{"live", 50, false, false},
		{"renewal", 14, false, false},
		{"former", 18, false, false},
		{"growing", 3, false, false},
		{"prospect", 9, false, false},
		{"at_risk", 2, false, false},
		{"onboarding", 3, false, false},
		{"evaluation", 1, false, false},
	},
	comes: []turn{{"prospect", 70, false, false}, {"evaluation", 30, false, false}},
	cast:  cast{busy: []string{"live", "onboarding"}, pending: []string{"renewal", "growing"}, quiet: "live", after: "live", lost: "former"},
	work:  work{book.Subscription, "renewal", pace{"in_use", "customer success"}, pace{"renewing", "customer success"}},
	words: b2bWords,
}

var b2bWords = grammar{
	"talk.prospect": {"What they buy today and from whom", "Sent two lines on {topic}", "Met the buyer at the fair", "No tender before {month}", "Asked who would miss it if it stopped"},
	"topic2":        {"the second site", "the spring range", "the new line", "the branch at {area}", "the replacement parts"},
	"topic":         {"lead times", "returns", "packaging", "stock on consignment", "the portal", "spare parts", "carbon figures"},
	"talk.pilot":    {"Pilot: first pallet arrived whole", "Pricing: {n} tiers, volume from {month}", "Named a customer they may call", "Pilot review {when}", "Questions on {topic} answered", "Quotation changed: {topic}"},
	"talk.start": {
		"Going live on {weekday}; owner is {first}", "Orders in use, not just invoiced", "Training for the second shift", "What is missing: {topic}", "Portal accounts for {n} people", "Week {n}: all as planned",
	},
	"talk.live": {
		"Quarterly review: figures first", "Usage up {pct}; asked why", "{topic} could go better", "New plant manager; introduced ourselves", "Forecast for {month}", "All in order; talked about {interest}",
		"Showed their own figures on {topic}",
	},
	"talk.grow":    {"Second site: plan with dates", "Volume for {month} agreed", "Sponsor wants {topic} included", "Who answers for the new line", "Walked through the hall at {area}"},
	"talk.renewal": {"Contract ends in {month}; what it did for them", "Price rise of {pct}: why and when", "Another supplier quoted; said where", "Renewal: wants {topic} in writing", "Decision {when}", "Cover for the rise: free audit in {month}"},
	"talk.risk":    {"What changes by when", "Senior call: {topic} again", "Volume is down {pct}; asked outright", "Sponsor has left; met the new one", "Plan for {topic}, weekly until {month}"},
	"talk.former":  {"Asked once, honestly, why", "Short hello; new buyer", "Left in good order; may tender in {month}", "Sent figures on {topic}"},
	"ask.prospect": {"Catalogue for {topic}", "Minimum order", "Do you deliver to {area}"},
	"ask.pilot":    {"Pricing above {n} pallets", "Who signs for the pilot", "Samples for {topic}", "Insurance papers"},
	"ask.start":    {"Delivery on {weekday}", "Portal: no invitation yet", "Labels for {topic}", "Training for shift {n}"},
	"ask.live":     {"The {past} invoice, line {n}", "Delivery to the other gate", "Papers for the quarterly review", "Our forecast for {month}", "Returns from last week", "Price list for {month}"},
	"ask.grow":     {"Dates for the second site", "Volume price", "Who plans the new line"},
	"ask.renewal":  {"Draft contract, clause {n}", "The price rise of {pct}", "Notice period", "What changes from {month}"},
	"ask.risk":     {"Late again on {weekday}", "The plan you spoke of", "The credit for {past}"},
	"ask.former":   {"Last credit note", "Are you in the tender for {month}"},
	"news":         {"Any news on {matter}", "What has become of {matter}", "Still waiting for {matter}", "When do we hear on {matter}"},
	"matter":       {"the delivery", "the credit note", "the pricing", "the pilot report", "the new labels", "the spare parts", "the draft contract"},
	"party":        {"the carrier", "the plant", "your warehouse"},
	"promise": {
		"a forecast in their own format", "delivery dates for {topic2}", "the test report on the new batch", "a second quote on {topic}", "a name at the carrier", "the dates of the stock audit", "the credit note for {past}", "figures on {topic}", "a visit by the technician", "the delivery plan for {month}",
	},
	"promise.pilot":   {"the pilot report", "pricing above {n} pallets", "a customer who may be called"},
	"promise.renewal": {"the draft contract", "what the price rise covers", "the review of the year in figures", "an answer on the notice period"},
	"promise.risk":    {"the plan for {topic} with dates", "a call from {boss} {when}", "weekly figures until {month}"},
	"ours": {
		"delivery|2|a delivery that came two days late", "invoice|1|a wrong line on the {past} invoice", "damage|2|a pallet damaged on the way", "stop|3|their line stands for want of our parts",
		"portal|1|a portal login that stopped working", "price|2|an old price on the new orders", "contact|1|nobody reachable on {weekday} afternoon",
	},
	"theirs": {
		"forecast|1|a forecast they got wrong", "customs|2|a shipment held at customs", "audit|1|an audit that needs our papers at once", "dock|1|a dock out of use", "rush|2|a rush order for {weekday}",
	},
	"line": {
		"Sent figures on {topic}", "Two lines on {topic} and what others do", "Wrote about {month} and asked what they plan", "Asked by mail how {event} went", "Sent the note on {topic} before it is public",
		"Wrote when the technician is near {area}", "A page on {topic} with their own figures",
	},
	"matter.pilot":    {"the pilot report", "the samples", "the pricing"},
	"matter.renewal":  {"the draft contract", "the review", "the new prices"},
	"closing":         {"Contract signed", "Contract signed after the pilot"},
	"closing.grow":    {"Order for the second line", "Second site signed"},
	"closing.live":    {"Order for the second line", "Contract renewed for a year"},
	"closing.renewal": {"Contract renewed for a year", "Contract renewed for two years"},
	"plan":            {"Review each quarter, a call every three weeks, site visit in {month}", "One owner, weekly until live, then monthly figures", "Sponsor call each quarter, stock audit in {month}"},
	"helped.trade":    {"Lent them a forklift for a week", "Held stock for them over the strike", "Found a haulier when theirs stopped"},
	"work":            {"Supply of {topic2}", "The contract for {topic2}"},
	"work.next":       {"We talk about the coming year", "You have the figures of the year", "The offer comes"},
	"work.told":       {"The figures of the year, on one page", "Nothing new from the board; said when we ask again", "What the coming year would cost"},
	"work.wrong":      {"The buyer who knew us left", "Two deliveries came late in the same month", "The offer went to the wrong address"},
}
