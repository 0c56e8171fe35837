package playbook

import (
	"slices"
	"strconv"
	"strings"

	"passbook/internal/book"
)

// Pulse is how clients are asked what they think of the firm.
type Pulse struct {
	Rest int     // calendar days between two questions to one person, whatever the account
	Wait int     // calendar days after which a question counts as not answered
	Low  int     // an answer up to this score opens a case
	Few  float64 // complaints per hundred accounts in a year, below which the firm is told that it hears too little
	// Questions are what is asked, in the order of the file.
	Questions []PulseQuestion
}

// PulseQuestion is one question, and when it is asked.
type PulseQuestion struct {
	Name  string // a lower-case slug
	Asks  book.Question
	After string // AfterClosing, or the stage of the relationship that they came into
	Days  int    // calendar days after that
	EN    string // as the client reads it
	DE    string
}

// AfterClosing has a question asked some days after a closing.
const AfterClosing = "closing"

// In is the question in a client's language.
func (q *PulseQuestion) In(lang string) string {
	if lang == "de" {
		return q.DE
	}
	return q.EN
}

// maxPulses bounds the questions of a playbook, maxPulse the words of one.
const (
	maxPulses = 20
	maxPulse  = 400
)

// usualPulse is what holds for playbooks that were written before there were such lines, and say nothing of it. A question every two
// months is as much as people answer gladly. Three complaints a year of a hundred clients is little in every trade: most of those who
// are unhappy say nothing and go, so a firm that hears fewer is not better, it is told less.
func usualPulse() Pulse {
	return Pulse{Rest: 60, Wait: 14, Low: 2, Few: 3, Questions: []PulseQuestion{
		{
			Name: "service", Asks: book.Satisfaction, EN: "How well do we look after you?",
			DE: "Wie gut kümmern wir uns um Sie?",
		},
		{
			Name: "better", Asks: book.Candour, EN: "What should we have done better?",
			DE: "Was hätten wir besser machen sollen?",
		},
	}}
}

// PlainPulse is the plainest question of its kind, which is true of every client: those of a playbook speak of a moment.
func PlainPulse(asks book.Question) PulseQuestion {
	plain := usualPulse()
	q, _ := plain.Question("", asks)
	return q
}

// Question finds a question by its name; without one the first that asks for it, and where it asks for nothing the first of all.
func (p *Pulse) Question(name string, asks book.Question) (PulseQuestion, bool) {
	for _, q := range p.Questions {
		if (name == "" || q.Name == name) && (asks == "" || q.Asks == asks) {
			return q, true
		}
	}
	return PulseQuestion{}, false
}

// pulse reads how clients are asked. Books hold playbooks that were written before, so all of it may be left out.
func (r *reader) pulse(p *Playbook) {
	p.Pulse = usualPulse()
	if r.ask("pulse"); r.t.values["pulse"] == nil {
		return
	}
	own := Pulse{}
	own.Rest, _ = r.integer("pulse.rest_days", 1, maxInterval, p.Pulse.Rest)
	own.Wait, _ = r.integer("pulse.wait_days", 1, maxInterval, p.Pulse.Wait)
	own.Low, _ = r.integer("pulse.low", 0, book.HighestScore-1, p.Pulse.Low)
	own.Few, _ = r.number("pulse.few_complaints", bounds{lo: 0, hi: 100, usual: p.Pulse.Few})
	for i := range r.items("pulse.questions", 1, maxPulses, "a table [[pulse.questions]] with name, asks, after, days, en and de") {
		path := at("pulse.questions", i)
		q := PulseQuestion{Name: r.name(path+".name", slug, "handover")}
		if asks, ok := r.text(path+".asks", 40, string(book.Satisfaction)); ok {
			if q.Asks = book.Question(asks); !slices.Contains(book.Questions, q.Asks) {
				r.fail(path+".asks", "%q is nothing that is asked; it is satisfaction or candour", short(asks))
			}
		}
		if q.After, _ = r.text(path+".after", 40, AfterClosing); q.After != "" && q.After != AfterClosing && !r.spoilt("stages") {
			if _, ok := p.Stage(q.After); !ok {
				r.fail(path+".after", "%q is neither closing nor a stage of this playbook", short(q.After))
			}
		}
		q.Days, _ = r.integer(path+".days", 0, maxInterval, 14)
		q.EN, _ = r.text(path+".en", maxPulse, "How well did we look after you?")
		q.DE, _ = r.text(path+".de", maxPulse, "Wie gut haben wir uns um Sie gekümmert?")
		if slices.ContainsFunc(own.Questions, func(o PulseQuestion) bool { return o.Name == q.Name && q.Name != "" }) {
			r.fail(path+".name", "there are two questions named %q; name each once", q.Name)
		}
		own.Questions = append(own.Questions, q)
	}
	p.Pulse = own
}

func (d *changes) pulse(a, b *Pulse) {
	d.changed(d.in.Say("the days between two questions to one person"), strconv.Itoa(a.Rest), strconv.Itoa(b.Rest))
	d.changed(d.in.Say("the days after which a question counts as not answered"), strconv.Itoa(a.Wait), strconv.Itoa(b.Wait))
	d.changed(d.in.Say("the score up to which an answer opens a case"), strconv.Itoa(a.Low), strconv.Itoa(b.Low))
	d.changed(d.in.Say("the complaints of a hundred accounts below which too little is heard"), d.figure(a.Few), d.figure(b.Few))
	if !slices.Equal(a.Questions, b.Questions) {
		names := make([]string, len(b.Questions))
		for i := range b.Questions {
			names[i] = b.Questions[i].Name
		}
		d.say(d.in.Say("what clients are asked is worded anew: {names}", "names", strings.Join(names, ", ")))
	}
}
