package mail_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"passbook/internal/actions"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/mail"
	"passbook/internal/queue"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// BenchmarkDeliver is how long a letter takes on its way from the queue to the server's word and the commit of it, among
// others, on a file that every commit waits for.
func BenchmarkDeliver(b *testing.B) {
	ctx := context.Background()
	db, err := sqldb.Open(ctx, filepath.Join(b.TempDir(), "passbook.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	bk := testkit.NewBook(b, db)
	do := func(c teller.Command) {
		if _, err := bk.Do(ctx, bk.Ana, c, teller.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	for i := range b.N {
		name := fmt.Sprintf("Client %d", i%200)
		if i < 200 {
			address := fmt.Sprintf("client%d@client.example", i)
			do(&awareness.Add{Name: name, Fields: map[string]string{book.ContactEmails: book.WriteList([]book.Reach{{Value: address}})}})
		}
		letter := &actions.WriteLetter{Account: awareness.Client(name), Subject: "Your viewing", Text: "It is on Friday at four."}
		do(letter.By(actions.Office{Domain: "acme.example"}))
	}
	s, _ := newStandIn(b, nil)
	smtp, err := mail.NewSMTP(s.config())
	if err != nil {
		b.Fatal(err)
	}
	bk.Clock.Set(bk.Clock.Now().Add(time.Minute))
	q := queue.New(bk.Store(), bk.Clock.Now, slog.New(slog.DiscardHandler), map[string]queue.Doer{
		mail.JobKind: mail.Deliver(mail.Delivery{Teller: bk.Teller, Now: bk.Clock.Now, Server: smtp}),
	})
	b.ResetTimer()
	for n := 1; n > 0; {
		if n, err = q.Work(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	if n := len(s.taken()); n != b.N {
		b.Fatalf("%d letters were taken of %d", n, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
}
