package address

import (
	"testing"

	"passbook/internal/book"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		text string
		ok   bool
	}{
		{Email, "ana@example.com", true},
		{Email, " Ana.Reyes+x@mail.example.co.uk ", true},
		{Email, "mailto:ana@example.com", true},
		{Email, "ana@münchen.example", true},
		{Email, "nobody@", false},
		{Email, "nobody", false},
		{Email, "@example.com", false},
		{Email, "nobody@localhost", false},
		{Email, "nobody@example.", false},
		{Email, "nobody@.example", false},
		{Email, "no body@example.com", false},
		{Email, "a@b@example.com", false},
		{Email, "ana@-example.com", false},
		{Email, "", false},
		{Phone, "+49 30 1234567", true},
		{Phone, "030/1234567", true},
		{Phone, "12345", true},
		{Phone, "1-800-FLOWERS", true},
		{Phone, "tel:+4930123456", true},
		{Phone, "201", false},
		{Phone, "1234", false},
		{Phone, "call me", false},
		{Phone, "", false},
		{Phone, "+", false},
		{Handle, "anything", true},
	} {
		country := "US"
		if !c.ok {
			country = "DE" // where a short number with its country would be one
		}
		err := Check(c.kind, c.text, country)
		if (err == nil) != c.ok {
			t.Errorf("%s %q: %v", c.kind, c.text, err)
		}
		if err != nil && (err.Fault != book.Invalid || err.Field != string(c.kind)) {
			t.Errorf("%s %q: fault %v at %q", c.kind, c.text, err.Fault, err.Field)
		}
	}
}
