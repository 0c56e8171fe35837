package simulator

import "passbook/internal/book"

// residentialSales are estate agents in a town that is on no map.
var residentialSales = trade{
	name: "residential-sales", firm: "Alder & Quay Homes", web: "alderquay.example", depts: [2]string{"Sales", "Accounts"},
	country: "GB", zone: "Europe/London", kinds: [3]int{50, 47, 3},
	stages: []stage{
		{"prospect", "prospect", [2]float64{14, 36}, []turn{{"nurture", 70, false, false}, {"valuation", 13, false, false}, {"buyer", 17, false, false}}, 3.6, .1, .1, .1, .05},
		{"nurture", "nurture", [2]float64{420, 1200}, []turn{{"valuation", 26, false, false}, {"buyer", 18, false, false}, {"advocate", 12, false, false}, {"nurture", 44, false, false}}, 1.2, .03, .05, .1, .02},
		{"valuation", "valuation", [2]float64{6, 15}, []turn{{"seller", 75, false, false}, {"nurture", 25, false, false}}, 18, .2, .3, .2, .15},
		{"seller", "seller", [2]float64{25, 75}, []turn{{"under_contract", 82, false, false}, {"nurture", 18, false, false}}, 13.2, .15, 1.4, .6, .3},
		{"buyer", "buyer", [2]float64{20, 70}, []turn{{"under_contract", 70, false, false}, {"nurture", 30, false, false}}, 10.8, .14, .9, .6, .25},
		{"under_contract", "contract", [2]float64{38, 62}, []turn{{"first_year", 90, true, false}, {"seller", 10, false, false}}, 15.6, .16, 1.6, 1, .35},
		{"first_year", "home", [2]float64{340, 365}, []turn{{"past_client", 82, false, false}, {"advocate", 18, false, false}}, 4, .07, .4, .9, .08},
		{"past_client", "past", [2]float64{1000, 2600}, []turn{{"valuation", 45, false, false}, {"advocate", 25, false, false}, {"past_client", 30, false, false}}, 1.4, .05, .1, .35, .04},
		{"advocate", "advocate", [2]float64{500, 1400}, []turn{{"past_client", 60, false, false}, {"valuation", 40, false, false}}, 3, .06, .08, .3, .04},
	},
	there: []turn{
		{"past_client", 56, false, false},
		{"nurture", 17, false, false},
		{"first_year", 9, false, false},
		{"advocate", 6, false, false},
		{"seller", 3, false, false},
		{"buyer", 4, false, false},
		{"under_contract", 2, false, false},
		{"prospect", 3, false, false},
	},
	comes: []turn{{"prospect", 78, false, false}, {"buyer", 12, false, false}, {"valuation", 10, false, false}},
	cast:  cast{busy: []string{"seller", "buyer", "buyer"}, pending: []string{"under_contract"}, quiet: "past_client", after: "first_year", lost: "nurture"},
	work:  work{book.Sale, "seller", pace{"preparing", "agency"}, pace{"listed", "agency"}},
	words: salesWords,
}

var salesWords = grammar{
	"talk.prospect": {
		"Thinking of moving by {month}; {reason}", "Looked at {area} with them on the map", "Not sure whether to sell first; went through both ways",
		"Wants to know what {house} would fetch", "Told them honestly that waiting may pay", "{reason}; comes by {when}",
	},
	"reason": {"a second child on the way", "a new job across town", "the stairs are getting steep", "the garden is too much", "wants a study", "parents may move in"},
	"talk.nurture": {
		"Still some day, not this year", "Told what the {other} family sold for in {area}", "Plans pushed to after {event}", "Saving up; asked about {pct} loans",
		"Would move for a south-facing garden", "Wants to hear when something comes up near {area}",
	},
	"talk.valuation": {
		"Walked through {house}; figure around {price}", "Showed three sales behind our figure of {price}", "Two other agents are coming; no pressing",
		"Went through fee and photographs", "Answered questions on the figure for {house}",
	},
	"talk.seller": {
		"Told them who viewed and what they said: {feedback}", "Moved the open house to {weekday}", "A new board went up; the old one had faded", "{some} enquiries from the portal, one worth a call",
		"Compared {house} with two that sold in {area}", "Asked for a week before any change of price", "Buyer for {house} has to sell first; watching it", "Garden is in bloom: new pictures {when}",
		"Viewing feedback: {feedback}", "{some} viewings on {weekday}; told them who comes", "Holding at {price} until {month}", "Quiet week on {house}; said so, new photographs {when}",
		"The {other} family want a second look", "Went through the offer of {price}", "Talked about the price; agreed to wait two weeks", "New order of photographs, kitchen first",
	},
	"feedback": {"loved the light, feared the road", "kitchen too small", "wants to bring the parents", "will think until {weekday}", "too far from the school", "keen, but has to sell first"},
	"talk.buyer": {
		"Drove round {area} together", "Offer of {price} made; answer {when}", "Wants a second opinion on the roof of {street}", "Talked about the school run from {area}", "The lease has {n}0 years left; explained what that means",
		"Likes {street} on paper; viewing on {weekday}", "Has {n} weeks left in the rented place", "Asked what we would do; said wait",
		"Saw two homes in {area}; neither", "Wants to see {street} again at dusk", "Budget is {price}, not a penny more", "Told about a house before it is listed",
		"Missed out on {street}; talked it through", "Garden matters more than a garage after all", "Lender says yes up to {price}", "Went through the flood map for {area}",
	},
	"talk.contract": {
		"Meter readings and keys: who does what", "The other side's agent promises papers {when}", "{partner} worries about the date; went through it again", "Deposit is with the solicitor", "Indemnity for the old window agreed",
		"Removal firm is booked for {weekday}", "Lender wants one more payslip", "Survey: {n} points, none of them alarming",
		"Survey booked for {weekday}", "Survey back: damp in the cellar, {fee} to mend", "Mortgage offer is in", "Solicitors: boundary question with the {other} family",
		"Chain: the other side wants {month}", "Searches back, nothing alarming", "Talked through what happens on the day of the keys", "Exchange should be {when}",
		"Nothing new from the lender; said we call again {weekday}",
	},
	"talk.home": {
		"Settled in; the boiler makes a noise", "Asked how the first weeks are", "Neighbours are kind, the hedge is not", "Wants somebody for the floors",
		"Boxes gone, pictures up", "Told them what was paid down the road", "Pleased; the children walk to school",
	},
	"talk.past": {
		"How is the house; new roof planned", "Told what homes like theirs fetch: {price}", "Eldest is off to university", "Thinking of an extension rather than moving",
		"Caught up; {event} went well", "Asked what the new tram means for {street}", "Long talk, mostly about {interest}",
	},
	"talk.advocate": {
		"How {someone} is getting on with us", "Caught up over coffee", "Mentioned a client who needs a lawyer like them", "Talked about the market in {area}",
		"Exchanged news; {interest} again", "Told them how the sale they brought came out",
	},
	"ask.prospect":  {"What would {house} be worth", "Fees and what they cover", "Selling before or after buying", "A viewing {when}"},
	"ask.nurture":   {"The house two doors down", "Rates for a {pct} loan", "When the new school opens"},
	"ask.valuation": {"How you came to {price}", "Could you come {when} instead", "The other agent's figure"},
	"ask.seller":    {"What the {other} family said", "Photographs of the garden", "Dropping the price to {price}", "The sign is crooked", "A viewing on {weekday} evening", "Open house in {month}"},
	"ask.buyer":     {"The lease on {street}", "A second viewing {when}", "Offer of {price}", "Is {street} still there", "Service charge and ground rent", "Parking on {street}"},
	"ask.contract": {
		"The boundary at the back of {house}", "Survey: what is item {n}", "When do we get the keys", "Mortgage offer runs out in {month}", "Solicitor's question on the shed",
		"Does the dishwasher stay", "Deposit: to which account", "Moving on {weekday} instead",
	},
	"ask.home":      {"Who serviced the boiler", "A plumber you trust", "Papers for the alarm", "The key to the side gate"},
	"ask.past":      {"What is our house worth now", "A letting agent for {partner}", "A good roofer", "Thinking of moving after all"},
	"ask.advocate":  {"Somebody for you: {someone}", "Lunch {when}", "How is {someone} getting on"},
	"news":          {"Any news on {matter}", "Have you heard from {party}", "Still waiting on {matter}", "Where do we stand with {matter}"},
	"matter":        {"the survey", "the boundary", "the mortgage offer", "the viewing", "the searches", "the draft contract", "the second viewing"},
	"party":         {"the solicitor", "the other side", "the lender", "the {other} family", "the surveyor"},
	"promise":       {"the sold prices around {street}", "a name for the roof", "the tram plans for {area}", "three builders for the extension", "the figures for letting it", "a word with the lender"},
	"promise.buyer": {"a list of homes not yet listed in {area}", "the service charge accounts for {street}", "an answer on the offer of {price}", "a second viewing of {street}", "the flood report for {street}"},
	"promise.seller": {
		"a second opinion on the price", "the names of two solicitors", "the portal figures for {house}", "a board for the corner of {street}",
		"feedback from {weekday}'s viewings", "new photographs of {house}", "what the {other} family can pay", "the sold prices behind our figure", "a plan for the next two weeks",
	},
	"promise.contract": {
		"the managing agent's answers on {street}", "a time to read the meters", "the receipt for the boiler service", "a word with the other side about {month}", "the forms for the side gate",
		"a copy of the survey on {house}", "the solicitor's answer on the boundary with the {other} family", "a date for the keys", "the list of what stays in the house", "a call after the lender decides",
		"the contact at the removal firm",
	},
	"ours": {
		"misprint|1|a wrong room size in the details of {house}", "viewing|1|a viewing that nobody came to open", "keys|2|keys to {house} that we cannot find",
		"figure|2|the wrong asking price online", "papers|2|papers sent to the wrong solicitor", "sale|3|a buyer of ours who was never checked", "calls|1|no feedback for a week after the viewings",
	},
	"theirs": {
		"gate|1|a side gate that will not lock", "removal|1|the removal firm cancelled", "boundary|2|a fence dispute with the {other} family", "boiler|1|a boiler that failed in the first week",
		"school|1|a school place in {area}", "chain|2|the chain below is breaking",
	},
	"line": {
		"Sent what sold near {street} last month", "Wrote about the house two doors down", "A line on rates; no need to answer", "Asked by text how {event} went",
		"Wrote that {area} is quiet at the moment", "Sent the plans for the new square", "Three lines on what {house} might fetch now",
	},
	"matter.buyer":  {"the second viewing", "our offer", "the lease on {street}", "the service charge"},
	"matter.seller": {"the viewing", "the new photographs", "the {other} family", "the offer"},
	"closing":       {"Sale of {house} completed", "Purchase of {house} completed", "Keys handed over for {house}"},
	"plan":          {"Call after two weeks, visit at three months, value each spring", "A call each month, the snag list, the first winter's check", "Snag list, neighbours' names, then every six weeks"},
	"helped.trade":  {"Met the meter reader for them while they were away", "Went by after the storm to look at the roof", "Found the plans of {house} in the archive"},
	"work":          {"Sale of {house}", "{house}, with the garden", "{house}"},
	"work.next":     {"The {other} family view it again", "We report on this week's viewings", "New photographs of the garden", "We talk about the price"},
	"work.told":     {"{some} viewings, one of them will come again", "A quiet week; nothing new, and why", "What the {other} family said: {feedback}"},
	"work.wrong":    {"The {other} family withdrew their offer", "The survey found damp; the buyer wants to think", "The buyer's lender said no"},
}
