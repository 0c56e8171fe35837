package actions

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"passbook/internal/book"
	"passbook/internal/teller"
)

// sort is what a kind of posting is told by: the fields that it cannot do without, each with what it says, and those
// that it may have beside id, account, at and fixes.
type sort struct {
	wants [][2]string
	may   []string
}

var (
	wantsAccount = [2]string{"account", "is missing: with whom it happened"}
	wantsPromise = [2]string{"promise", "is missing: the promise's id, its client, or words that only it holds"}
	wantsPoints  = [2]string{"points", "are missing: how much it weighs"}
	wantsWords   = [2]string{"words", "are missing: points without a reason are not kept"}
	ofTouch      = []string{"channel", "dir", "to", "outcome", "purpose", "template", "asks", "minutes", "sounded", "summary"}
)

// sorts are the kinds of posting.
var sorts = map[string]sort{
	"touch":    {[][2]string{{"channel", "is missing: how"}}, append([]string{"keeps", "promise", "words"}, ofTouch...)},
	"promise":  {[][2]string{wantsAccount, {"text", "is missing: what we said we would do"}, {"due", "is missing: by when"}}, nil},
	"kept":     {[][2]string{wantsPromise}, append([]string{"words"}, ofTouch...)},
	"broken":   {[][2]string{wantsPromise}, []string{"words"}},
	"released": {[][2]string{wantsPromise}, []string{"words"}},
	"moved":    {[][2]string{wantsPromise, {"due", "is missing: by when from now on"}}, []string{"words"}},
	"case": {[][2]string{
		wantsAccount,
		{"text", "is missing: what is to be put right"},
		{"origin", "is missing: ours, a failure of the firm, or theirs, a problem we help with"},
		{"severity", "is missing: 1 slight, 2 serious, 3 severe"},
	}, []string{"cause", "first", "estimate", "next_update"}},
	"update":   {[][2]string{{"case", "is missing: its id, its client, or words that only it holds"}, {"text", "is missing: what they were told, if only that there is nothing new"}}, []string{"channel", "estimate", "next_update"}},
	"resolved": {[][2]string{{"case", "is missing: its id, its client, or words that only it holds"}}, []string{"text"}},
	"closing":  {[][2]string{wantsAccount}, []string{"text"}},
	"care":     {[][2]string{wantsAccount}, []string{"introduced", "plan"}},
	"referral": {[][2]string{wantsAccount}, []string{"words"}},
	"asked":    {[][2]string{wantsAccount}, []string{"words"}},
	"deed":     {[][2]string{wantsAccount, wantsPoints, wantsWords}, []string{"for"}},
	"mistake":  {[][2]string{wantsAccount, wantsPoints, wantsWords}, []string{"for"}},
	"amends":   {[][2]string{wantsAccount, wantsPoints, wantsWords}, []string{"for"}},
	"thanks":   {[][2]string{wantsAccount, {"channel", "is missing: a letter, a call, a video call or a meeting is in person"}}, []string{"text"}},
	"note":     {[][2]string{wantsAccount, {"text", "is missing: a note needs words"}}, []string{"private"}},
}

// Checked is what a posting asks for, once every field that it lacks, and every field that says nothing about its kind,
// was named: all of them at once, so that whoever sends it mends it once. What only the book can tell its command says.
func (p *Posting) Checked() (teller.Command, error) {
	s, ok := sorts[p.Kind]
	if !ok {
		return p.Command() // which refuses it
	}
	given := p.given()
	var faults []error
	var wanted []string
	for _, w := range s.wants {
		wanted = append(wanted, w[0])
		if !slices.Contains(given, w[0]) {
			faults = append(faults, book.Fieldf(book.Invalid, w[0], "%s", book.Said(w[1])))
		}
	}
	if p.Kind == "touch" && p.Account == "" && p.Keeps == "" && p.Promise == "" {
		faults = append(faults, book.Fieldf(book.Invalid, "account", "is missing: with whom it happened"))
	}
	for _, name := range given {
		if !slices.Contains(wanted, name) && !slices.Contains(s.may, name) && !slices.Contains([]string{"id", "kind", "account", "at", "fixes"}, name) {
			faults = append(faults, book.Fieldf(book.Invalid, name, "says nothing about a posting of the kind %s", book.Said(p.Kind)))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return p.Command()
}

// given are the fields of a posting with something in them, by their names in JSON.
func (p *Posting) given() []string {
	var names []string
	v := reflect.ValueOf(*p)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}
