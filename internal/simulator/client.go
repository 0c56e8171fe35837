package simulator

import (
	"fmt"
	"strconv"

	"passbook/internal/book"
	"passbook/internal/store"
)

// temper is what a client is like. The ledger cannot see it; it sees what comes of it.
type temper int

// The temperaments.
const (
	talkative temper = iota
	silent
	impatient
	loyal
	priceDriven
	forgiving
)

// manner is how a temperament shows.
type manner struct {
	writes   float64 // how often they write first, 1 is usual
	asks     float64 // how soon they ask for news
	complain float64 // how likely a failure is heard from them before we name it
	leaves   float64 // how much likelier than usual they go, without a word
	refers   float64 // the chance that a newcomer near them was sent by them
}

var manners = [...]manner{
	talkative:   {1.6, 1, .7, .8, .08},
	silent:      {.4, .3, .15, 1.6, .02},
	impatient:   {1.3, 2.2, .8, 1.4, .03},
	loyal:       {1, .6, .5, .3, .14},
	priceDriven: {.9, 1, .45, 2.2, .01},
	forgiving:   {.9, .5, .35, .5, .07},
}

// head is who a client is, before any life is told: a function of the seed and the number, so that one life can name
// another without it.
type head struct {
	index  int
	temper temper
	tier   string
	kind   book.AccountKind
	owner  int // among the team
	rank   int // among the owner's clients
	tale   tale
	early  bool // there when the years began
	start  book.Instant
}

// headAt finds out who the n-th client is.
func (w *world) headAt(n int) head {
	d := newDice(w.seed, forHead, uint64(n))
	h := head{index: n}
	h.temper = temper(d.weighted(22, 22, 14, 18, 12, 12))
	h.tier = []string{"A", "B", "C"}[d.weighted(11, 43, 46)]
	h.kind = book.AccountKinds[d.weighted(w.trade.kinds[0], w.trade.kinds[1], w.trade.kinds[2])]
	round, at := n/len(w.turns), n%len(w.turns)
	h.owner = w.turns[at]
	h.rank = round*w.team[h.owner].share + w.before[at]
	length := w.end - w.begin
	if h.early = d.chance(.45); h.early {
		h.start = w.begin + book.Instant(float64(d.u()*float64(min(length/4, days(90)))))
	} else {
		h.start = w.begin + book.Instant(float64(d.u()*float64(length-length/40)))
	}
	h.start = w.workedOn(h.start / 1_000_000 * 1_000_000)
	h.tale = w.taleOf(&h, &d)
	return h
}

// reach is how far apart in number are clients who send each other.
const reach = 6

// sender is who sent the client of a number to us, if anybody did: somebody who was there before.
func (w *world) sender(h *head) (head, bool) {
	if h.early || h.tale != noTale {
		return head{}, false
	}
	d := newDice(w.seed, forFace, uint64(h.index)<<1|1)
	for back := 1; back <= min(reach, h.index); back++ {
		// All throws are made, so that the sender of one client depends on nothing but the two.
		throw := d.u()
		if other := w.head(h.index - back); throw < manners[other.temper].refers && other.start+days(30) < h.start && other.tale == noTale {
			return other, true
		}
	}
	return head{}, false
}

// client is what the firm knows of somebody, and the words that turn up in their story.
type client struct {
	name   string
	people []person
	web    string // of a company
	street string
	house  string // number and street
	area   string
	other  string // the family on the other side
	friend string
	worth  int // thousands
	tags   []string
}

// nameAt is what the account of a number is called; another life may need to know.
func (w *world) nameAt(h *head) string {
	p := personAt(w.seed, h.index)
	switch h.kind {
	case book.Company:
		name, _ := companyAt(w.seed, h.index)
		return name
	case book.Household:
		d := newDice(w.seed, forFace, uint64(h.index)<<1)
		return p.given + " and " + partnerOf(&d, p).name()
	}
	return p.name()
}

// tagsOf are labels that firms stick on people.
var tagsOf = []string{"newsletter", "met at the fair", "came by the website", "walk-in", "board member", "first-timer", "VIP", "needs quiet", "photos agreed"}

func (w *world) clientOf(h *head) client {
	d := newDice(w.seed, forFace, uint64(h.index)<<1)
	p := personAt(w.seed, h.index)
	c := client{people: []person{p}}
	switch h.kind {
	case book.Household:
		c.people = append(c.people, partnerOf(&d, p))
		c.name = p.given + " and " + c.people[1].name()
	case book.Company:
		c.name, c.web = companyAt(w.seed, h.index)
		for range 1 + d.n(2) {
			c.people = append(c.people, personAt(w.seed+2, h.index*3+len(c.people)))
		}
	default:
		c.name = p.name()
	}
	c.street = placeAt(d.n(len(placeHeads)*len(placeTails))) + " " + pick(&d, roads)
	c.house = strconv.Itoa(1+d.n(140)) + " " + c.street
	c.area = pick(&d, areas)
	c.other = pick(&d, pick(&d, cultures).family)
	c.friend = pick(&d, pick(&d, cultures).given)
	c.worth = 180 + 5*d.n(120)
	for _, t := range tagsOf {
		if d.chance(.08) {
			c.tags = append(c.tags, t)
		}
	}
	return c
}

// Numbers set aside in Britain for films and books: nobody is reached by them. There are some thousands; clients past
// the last have none.
var numbers = []struct {
	prefix string
	digits int
}{
	{"+44 7700 900", 3},
	{"+44 20 7946 0", 3},
	{"+44 161 496 0", 3},
	{"+44 113 496 0", 3},
	{"+44 114 496 0", 3},
	{"+44 115 496 0", 3},
	{"+44 116 496 0", 3},
	{"+44 117 496 0", 3},
	{"+44 118 496 0", 3},
	{"+44 121 496 0", 3},
	{"+44 131 496 0", 3},
	{"+44 141 496 0", 3},
	{"+44 151 496 0", 3},
	{"+44 29 2018 0", 3},
	{"+44 28 9649 6", 3},
	{"+44 1632 960", 3},
}

func numberAt(n int) string {
	if n >= 1000*len(numbers) {
		return ""
	}
	of := numbers[n%len(numbers)]
	return fmt.Sprintf("%s%0*d", of.prefix, of.digits, n/len(numbers))
}

var titles = []string{"Managing director", "Head of purchasing", "Operations manager", "Finance director", "Plant manager", "Office manager", "Head of quality"}

// roles are what the people of an account are to it.
func roleOf(kind book.AccountKind, i int) string {
	switch {
	case i == 0:
		return ""
	case kind == book.Household:
		return "partner"
	}
	return []string{"", "buyer", "user"}[min(i, 2)]
}

// contacts makes the people of an account as awareness.Add would, with the addresses that they are found by.
func (l *life) contacts() {
	d := newDice(l.seed, forFace, uint64(l.head.index)<<1|1<<62)
	for i, p := range l.client.people {
		c := &store.Contact{Contact: book.Contact{ID: l.id(), Name: p.name(), Created: l.head.start, Fields: map[string]string{
			book.ContactGiven: p.given, book.ContactFamily: p.family,
		}}}
		f := c.Fields
		mail := l.mailOf(i)
		f[book.ContactEmails] = book.WriteList([]book.Reach{{Value: mail, Label: "home"}})
		if l.head.kind == book.Company {
			f[book.ContactEmails] = book.WriteList([]book.Reach{{Value: mail, Label: "work"}})
			f[book.ContactOrg], f[book.ContactTitle] = l.client.name, pick(&d, titles)
		}
		if number := numberAt(l.head.index*2 + i); i < 2 && number != "" {
			f[book.ContactPhones] = book.WriteList([]book.Reach{{Value: number, Label: "cell"}})
		}
		if i == 0 {
			f[book.ContactAddresses] = book.WriteList([]book.Postal{{Street: l.client.house, City: l.client.area, Country: "United Kingdom"}})
		}
		if d.chance(.45) {
			f[book.ContactBirthday] = fmt.Sprintf("%d-%02d-%02d", 1945+d.n(58), 1+d.n(12), 1+d.n(28))
		}
		link := store.Link{Contact: c.ID, Account: l.account, Role: roleOf(l.head.kind, i)}
		l.piece.people(c, link, l.id(), l.head.start, l.owner().id, l.trade.country)
	}
}

// mailOf is where the i-th person of the account reads mail. The number keeps addresses apart once names repeat.
func (l *life) mailOf(i int) string {
	p := l.client.people[i]
	switch {
	case l.client.web != "":
		return p.address(l.client.web + ".example")
	case p.middle != "" || i > 0:
		return p.address(fmt.Sprintf("%s%d.example", lower(l.client.people[0].family), l.head.index))
	}
	return p.address([]string{"example.com", "example.org", "example.net"}[l.head.index%3])
}
