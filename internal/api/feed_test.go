package api

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/store"
)

// Who reads too slowly is let go, and never told of what comes after what they have missed.
func TestSlowListener(t *testing.T) {
	var items []item
	for seq := int64(11); seq <= 20; seq++ {
		items = append(items, item{place: place{at: 1, id: book.DerivedID("e"), mark: "m", seq: seq}, data: []byte("x"), guard: book.Guard{Open: true}})
	}
	now := reading{seq: 20, in: map[book.ID]store.Standing{"pass": {Member: "ana", Role: book.RoleOwner}}}
	for from, want := range map[int64]int{9: -1, 3: -1, 10: 10, 15: 5, 20: 0} {
		w := httptest.NewRecorder()
		l := &listener{feed: &feed{}, w: w, seq: from}
		l.who = auth.Identity{Pass: "pass"}
		l.who.Member, l.who.Role = "ana", book.RoleOwner
		err := l.tell(&now, items)
		if told := strings.Count(w.Body.String(), "data: x"); want < 0 && (!errors.Is(err, errSlow) || told > 0) || want >= 0 && (err != nil || told != want || l.seq != 20) {
			t.Errorf("from %d: %d were told, %v", from, told, err)
		}
	}
	l := &listener{feed: &feed{}, w: httptest.NewRecorder(), seq: 20}
	if err := l.tell(&now, items); !errors.Is(err, errOut) {
		t.Errorf("somebody who is not in is told: %v", err)
	}
}
