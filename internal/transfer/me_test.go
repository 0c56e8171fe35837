package transfer

import (
	"context"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// The firm's own telephone number is the same however it is written, on the one side and on the other.
func TestOwnNumberIsNobodysClient(t *testing.T) {
	for _, me := range []string{"+49 151 1234567", "0151/1234567", "tel:+491511234567", "0049 (151) 1234567"} {
		t.Run(me, func(t *testing.T) {
			testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
				b := testkit.NewBook(t, db)
				report := bring(t, b, Options{Me: []string{me}}, write(t, "calls.csv", "at,channel,from,to\n"+
					"2024-05-01T09:00:00Z,call,+491511234567,+49 30 7654321\n"+
					"2024-05-02T09:00:00Z,call,030 7654321,0151 1234567\n"+
					"2024-05-03T09:00:00Z,call,+493011111,+493022222\n"))
				f := report.Files[0]
				if f.Created != 2 || f.Skipped != 1 || f.Rejects[0].Reason != "nobody of the firm takes part" || report.Accounts != 1 {
					t.Fatalf("%d clients, %+v", report.Accounts, f)
				}
				err := b.Teller.Read(context.Background(), b.Ana, 0, func(r *teller.Reading) error {
					if _, err := awareness.Resolve(context.Background(), r, "+49 30 7654321"); err != nil {
						t.Error(err)
					}
					if _, err := awareness.Resolve(context.Background(), r, "+49 151 1234567"); book.FaultOf(err) != book.NotFound {
						t.Errorf("the firm's own number: %v", err)
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// What is no address is refused before anything is read.
func TestMeIsAnAddress(t *testing.T) {
	for text, ok := range map[string]bool{
		"ana@acme.example": true, "+49 151 1234567": true, "@acme": true, "201": true,
		"Ana": false, "Ana 2": false, "+": false, "1": false, "": false,
	} {
		_, err := Open(write(t, "a.csv", "at,channel,from,to\n2024-05-01,call,+491511234567,+49307654321\n"), Options{Me: []string{text}})
		if (err == nil) != ok || !ok && book.FaultOf(err) != book.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
