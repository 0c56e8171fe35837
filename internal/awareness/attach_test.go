package awareness_test

import (
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// What a file is called cannot hide what it is.
func TestAttachedName(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		add := &awareness.Add{Name: "Maria Keller"}
		if _, err := b.Do(t.Context(), b.Ana, add, teller.Options{}); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"a\u202egpj.html": "agpj.html", "../../x\r\ny.txt": "xy.txt", `C:\tmp\é.pdf`: "é.pdf"} {
			r, err := b.Do(t.Context(), b.Ana, &awareness.Attach{Account: awareness.Client(add.Account), Name: name, Data: []byte("x")}, teller.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := r.First().Words.Text; got != want {
				t.Errorf("%q is kept as %q, want %q", name, got, want)
			}
		}
	})
}
