package simulator

import (
	"slices"

	"passbook/internal/book"
)

// trade is what the simulator knows of a line of business: how its clients come, move on and leave, what goes wrong,
// and the words that people of the trade use. The names of stages are those of the playbook that ships.
type trade struct {
	name    string
	firm    string // the made-up firm
	web     string // its domain
	depts   [2]string
	country string
	zone    string
	kinds   [3]int // weights of persons, households, companies
	stages  []stage
	there   []turn // in which stage clients are when the years begin
	comes   []turn // and in which new ones start
	cast    cast
	work    work
	words   grammar
}

// work is the engagement that is told of: what it is, in which stage of the relationship, and the two stages that it has gone
// through. The words for it are work, work.next, work.told and work.wrong.
type work struct {
	kind        book.EngagementKind
	stage       string
	before, now pace
}

// pace is a stage of an engagement, as the playbook has it.
type pace struct{ stage, department string }

// cast names the stages that the stories of the last days are told in.
type cast struct {
	busy, pending      []string // any of these
	quiet, after, lost string
}

// stage is how a step of the relationship goes.
type stage struct {
	name    string
	talk    string     // the end of the symbols for its words
	days    [2]float64 // how long it lasts
	next    []turn
	writes  float64 // how often a year the client writes or calls
	promise float64 // the chance that something is promised in a conversation
	ours    float64 // failures of ours a year
	theirs  float64 // problems of theirs a year that we help with
	news    float64 // the chance that a client who writes had to ask for news
}

// turn is one way a stage may end.
type turn struct {
	to     string
	weight int
	closes bool // with a closing
	leaves bool // because the client leaves
}

func (t *trade) stage(name string) *stage {
	i := slices.IndexFunc(t.stages, func(s stage) bool { return s.name == name })
	return &t.stages[max(i, 0)]
}

// turnFrom picks one of several turns; weigh may change a weight.
func turnFrom(d *dice, turns []turn, weigh func(turn) int) turn {
	weights := make([]int, len(turns))
	for i, t := range turns {
		weights[i] = t.weight
		if weigh != nil {
			weights[i] = weigh(t)
		}
	}
	return turns[d.weighted(weights...)]
}

// everyTrade is all there are.
var everyTrade = []*trade{&residentialSales, &residentRetention, &professionalServices, &b2bAccounts}

// tradeOf finds a trade by the name of its playbook.
func tradeOf(name string) (*trade, error) {
	if name == "" {
		name = residentialSales.name
	}
	for _, t := range everyTrade {
		if t.name == name {
			return t, nil
		}
	}
	return nil, book.Fieldf(book.Invalid, "trade", "%q is not simulated; there are residential-sales, resident-retention, "+
		"professional-services and b2b-accounts", name)
}

// mailing is a message to many that a trade sends every year.
type mailing struct {
	month, day int
	template   string
	channel    book.Channel
	text       string
	card       bool // the same card from one member to all of theirs
}

// mailings are the same in every trade; the words differ with the season only.
var mailings = []mailing{
	{2, 12, "winter newsletter", book.Email, "Winter newsletter", false},
	{4, 16, "spring newsletter", book.Email, "Spring newsletter", false},
	{7, 9, "summer newsletter", book.Email, "Summer newsletter", false},
	{10, 8, "autumn newsletter", book.Email, "Autumn newsletter", false},
	{12, 9, "season card", book.Letter, "Season's card with the printed signature", true},
}
