package transfer

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"
	"path/filepath"

	"passbook/internal/awareness"
	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/store"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestScratch(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
		b := testkit.NewBook(t, db)
		b.Clock.Set(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
		ctx := context.Background()
		imp := func(me []string, create awareness.Create, m map[string]string, ch book.Channel, paths ...string) {
			for i := range 2 {
				t0 := time.Now()
				rep, err := Import(ctx, b.Teller, b.Ana, ImportRequest{Paths: paths, Create: create, Options: Options{Me: me, Map: m, Channel: ch}, Rejects: t.TempDir() + "/r.csv"})
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range rep.Files {
					reasons := map[string]int{}
					for _, r := range f.Rejects {
						reasons[r.Reason]++
					}
					fmt.Println(i, f.Name, f.Kind, "read", f.Read, "cre", f.Created, "upd", f.Updated, "unch", f.Unchanged, "skip", f.Skipped, "sugg", f.Suggested, reasons, f.Notes, time.Since(t0))
				}
			}
		}
		cards, _ := filepath.Glob("../../../shared/data/contacts/*.vcf")
		imp(nil, "known", nil, "", cards...)
		imp([]string{"joe@perches.com"}, "all", nil, "", "../../../shared/data/mail/lkml.mbox")
		imp([]string{"e114@enron.example"}, "all", map[string]string{"at": "sent_at"}, "email", "../../../shared/data/interactions/enron.csv")
		v, err := assessment.Verify(ctx, b.Teller, b.Ana, nil)
		j, _ := json.Marshal(v)
		fmt.Println(string(j)[:min(len(j), 600)], err)
		b.Read(ctx, b.Ana, 0, func(r *teller.Reading) error {
			p, err := awareness.List(ctx, r, awareness.ListOptions{Limit: 5, Sort: store.ByBalance})
			j, _ := json.Marshal(p)
			fmt.Println(string(j), err)
			return nil
		})
	})
}
