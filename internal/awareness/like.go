package awareness

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/teller"
)

// Likes are what members may choose about how the book is put before them, and from what; "" is as it comes. Of the zone
// it is any that there is.
var Likes = map[string][]string{ //nolint:gochecknoglobals // a table of words
	"language": {"en", "de"}, "theme": {"", "light", "dark"}, "letters": {"", "off"}, "order": {"", "dmy", "mdy", "ymd"}, "zone": nil,
	"daily": {"", DailyOff},
}

// DailyOff is chosen by who wants no daily letter.
const DailyOff = "off"

// Like keeps what a member likes; what is not named stays as it is.
type Like struct {
	Set    map[string]string // by the names of Likes
	Expect string            // the version that the editor has seen; "" for none
}

// Liked is what who reads likes.
type Liked struct {
	Language string `json:"language"` // "" follows the browser
	Theme    string `json:"theme"`    // "" follows the machine
	Letters  string `json:"letters"`  // the keys that act by themselves: "" or "off"
	Order    string `json:"order"`    // of the parts of a day: "" follows the language
	Zone     string `json:"zone"`     // "" is the firm's
	Daily    string `json:"daily"`    // the daily letter: "" or "off"
	Version  string `json:"version"`
}

// LikedBy reads what a member likes.
func LikedBy(ctx context.Context, tx *store.Tx, member book.ID) (*Liked, error) {
	all, err := tx.Preferences(ctx, member)
	l := &Liked{Language: all["language"], Theme: all["theme"], Letters: all["letters"], Order: all["order"], Zone: all["zone"], Daily: all["daily"]}
	l.Version = digest(l.Language, l.Theme, l.Letters, l.Order, l.Zone, l.Daily)
	return l, err
}

// Act implements teller.Command.
func (*Like) Act() book.Act { return book.ActAny }

// Run implements teller.Command. It writes no entry: how somebody reads the book is nobody else's business.
func (c *Like) Run(ctx context.Context, w *teller.Work) error {
	if c.Expect != "" {
		if err := w.Tx.LockFirm(ctx); err != nil { // two browsers of one member must find each other
			return err
		}
		now, err := LikedBy(ctx, w.Tx, w.Who.Member)
		if err != nil {
			return err
		}
		if err := UnlessStale("how you read the book", c.Expect, now.Version); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Set)) {
		word := strings.TrimSpace(c.Set[name])
		words, there := Likes[name]
		switch known := slices.Contains(words, word) || name == "zone" && knownZone(word); {
		case !there:
			return book.Errorf(book.Invalid, "%q is nothing that can be chosen", name)
		case !known:
			return book.Fieldf(book.Invalid, name, "%q is not among what can be chosen", word)
		}
		if err := w.Tx.PutPreference(ctx, w.Who.Member, name, word); err != nil {
			return err
		}
	}
	return nil
}

// knownZone says whether there is such a time zone; none is the firm's.
func knownZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local" && len(name) < 64
}
