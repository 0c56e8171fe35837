package awareness_test

import (
	"strings"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
)

// A name that the book knows is not taken in a second time by a slip: without an address it has to be said, with one
// who else is called so is told.
func TestAddOneMoreOfAName(t *testing.T) {
	engines(t, func(b *bench) {
		maria := b.add("Maria Keller", 1, nil)
		b.refused(&awareness.Add{Name: " maria  KELLER "}, book.Conflict, "has to be said")
		b.refused(&awareness.Add{Name: "Maria Keller", ContactOnly: true}, book.Conflict, string(maria))
		other := &awareness.Add{Name: "Maria Keller", Fields: mails("maria@client.example")}
		b.do(other)
		if len(other.Alike) != 1 || !strings.Contains(other.Alike[0], string(maria)) || other.Account == maria {
			t.Errorf("with an address: %v", other.Alike)
		}
		third := &awareness.Add{Name: "Maria Keller", Another: true}
		b.do(third)
		if len(third.Alike) != 2 {
			t.Errorf("forced: %v", third.Alike)
		}
		card := &awareness.Add{Name: "Simon Lake", ContactOnly: true, Fields: mails("simon@client.example")}
		b.do(card)
		b.refused(&awareness.Add{Name: "Simon Lake"}, book.Conflict, string(card.Contact)+"  Simon Lake (on a card, no client)  simon@client.example")
		b.do(&awareness.Add{Person: card.Contact})
		b.do(&awareness.Add{Name: "Maria Kellermann"}) // only begins alike
		b.verify()
	})
}

// A part of a name helps as the whole one does, and says whose person somebody is.
func TestPartOfANameOnACard(t *testing.T) {
	engines(t, func(b *bench) {
		card := &awareness.Add{Name: "Simon Lake", ContactOnly: true, Fields: mails("simon@client.example")}
		b.do(card)
		b.refused(&awareness.Note{Account: "Simon", Text: "x"}, book.NotFound, "Simon Lake is on a card and not a client yet")
		b.refused(&awareness.Note{Account: "client", Text: "x"}, book.NotFound, `no account "client"`) // of the address only
		b.do(&awareness.Add{Name: "Simon Marsh", ContactOnly: true})
		b.refused(&awareness.Note{Account: "simon", Text: "x"}, book.NotFound, "Simon Marsh (on a card, no client)")
		firm := b.add("Brandt Joinery", 1, nil)
		b.do(&awareness.Add{Name: "Petra Olsen", Of: "Brandt Joinery", Role: "buyer", Fields: mails("petra@brandt.example")})
		b.refused(&awareness.Note{Account: "Petra", Text: "x"}, book.NotFound, "one of the people of the account "+string(firm))
	})
}
