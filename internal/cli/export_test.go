package cli

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"passbook/internal/actions"
	"passbook/internal/auth"
	"passbook/internal/config"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
)

// Served is a desk that answers.
type Served struct {
	Pages *http.ServeMux
	Auth  *auth.Service
	URL   string
}

// Serve answers over a book that a test has opened, as the command serve does; of the work that goes on beside it files are taken in.
func Serve(t *testing.T, book *teller.Teller, db *sqldb.DB, address string, now func() time.Time, random io.Reader) Served {
	t.Helper()
	unset := func(string) string { return "" }
	c, err := config.Load(config.Sources{Env: unset})
	if err != nil {
		t.Fatal(err)
	}
	c.APIRate, c.Listen = 0, "127.0.0.1:0" // a test asks as fast as it can
	a := newApp(Env{Getenv: unset, Now: now, Random: random}, IO{Out: io.Discard, Err: io.Discard})
	d, err := a.desk(&session{Teller: book, db: db, address: address, who: teller.Actor{Workspace: "acme", Role: "owner"}}, &c.Config)
	if err != nil {
		t.Fatal(err)
	}
	d.outbox.Office = actions.Office{Domain: "acme.example"} // letters are written; nothing here sends them
	if err := d.Open(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended, files := make(chan error, 1), make(chan struct{})
	go func() { ended <- d.Desk.Run(ctx) }()
	go func() { defer close(files); d.work[0](ctx) }()
	t.Cleanup(func() {
		stop()
		<-files
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return Served{d.Pages.(*http.ServeMux), d.auth, "http://" + d.Addr().String()}
}

// Tree is every command, as a run of the program has them.
func Tree() *cobra.Command {
	root := newApp(Env{Getenv: func(string) string { return "" }}, IO{Out: io.Discard, Err: io.Discard}).root()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root
}

// Version is which program this says it is.
func Version() string { return built().Version }
