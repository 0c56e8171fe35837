package cli

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"passbook/internal/api"
	"passbook/internal/archive"
	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/config"
	"passbook/internal/intake"
	"passbook/internal/mail"
	"passbook/internal/mail/inbox"
	"passbook/internal/portal"
	"passbook/internal/serving"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/ui"
	"passbook/internal/web"
)

// desk is the pages and the API over an open book, ready to be served.
type desk struct {
	serving.Desk
	auth   *auth.Service
	outbox *mail.Outbox
	work   []func(context.Context) // goes on beside the answering, until its context ends
}

// run answers until the context ends, and returns when all work beside it has stopped.
func (d *desk) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var under sync.WaitGroup
	for _, work := range d.work {
		under.Go(func() { work(ctx) })
	}
	err := d.Run(ctx)
	stop()
	under.Wait()
	return err
}

// intake opens the place where uploads lie: the one that is named, else beside the file of an SQLite book, else in the data
// folder, by the book's address.
func (a *app) intake(s *session, c *config.Config, log *slog.Logger) (*intake.Intake, error) {
	engine, target, err := sqldb.ParseDSN(s.address)
	if err != nil {
		return nil, misusef("--dsn: %s", err)
	}
	dir := c.Uploads
	switch {
	case dir != "":
	case engine == sqldb.SQLite:
		dir = target + ".uploads"
	default:
		if dir, err = a.dataFolder(); err != nil {
			return nil, book.Errorf(book.Invalid, "no home folder is set, so say with uploads which folder keeps the files that are handed in")
		}
		dir = filepath.Join(dir, "uploads-"+string(book.DerivedID("uploads", s.address)))
	}
	return intake.Open(s.Teller, intake.Options{Dir: dir, Largest: int64(c.MaxUploadMB) << 20, Log: log})
}

// desk wires everything that answers to the book.
func (a *app) desk(s *session, c *config.Config) (*desk, error) {
	assets, err := ui.NewAssets()
	if err != nil {
		return nil, err
	}
	words, err := ui.NewLanguages()
	if err != nil {
		return nil, err
	}
	cache, err := a.acmeFolder(c)
	if err != nil {
		return nil, err
	}
	log := serving.NewLog(&c.Log, a.io.Err)
	in, err := a.intake(s, c, log)
	if err != nil {
		return nil, err
	}
	server, err := mailServer(c)
	if err != nil {
		return nil, err
	}
	svc := auth.New(s.Store(), a.env.Now, a.env.Random)
	boxes := &inbox.Reader{Teller: s.Teller, Log: log}
	d := &desk{auth: svc, work: []func(context.Context){in.Run, boxes.Run}, Desk: serving.Desk{
		Config: c, Log: log, Cache: cache, Stop: make(chan struct{}),
		Metrics: serving.NewMetrics(a.env.Now(), figuresOf(s, a.env.Now)),
	}}
	sessions := auth.NewSessions(svc, c.Secure(), log)
	outbox := a.outbox(svc, words, func() string { return c.Base(d.Addr()) }, server, c.Reached())
	d.outbox = outbox
	d.work = append(d.work, a.jobs(s, c, server, &mail.Dailies{Teller: s.Teller, Outbox: outbox, Now: a.env.Now, Log: log}))
	mux, takeout := http.NewServeMux(), archive.NewTakeout(s.Teller)
	calls, _ := (&api.Server{
		Teller: s.Teller, Auth: svc, Sessions: sessions, Outbox: outbox, Intake: in, Assets: assets, Words: words, Log: log, Version: built().Version,
		Rate: api.Rate{PerSecond: float64(c.APIRate), Burst: 10 * c.APIRate}, Stop: d.Stop, Takeout: takeout,
	}).Handler(http.NewServeMux())
	mux.Handle("/api/", sessions.LoadAndSave(serving.Named(calls)))
	pages := &web.Server{
		Teller: s.Teller, Auth: svc, Sessions: sessions, Intake: in, Assets: assets, Words: words, Log: log, Now: a.env.Now,
		Version: built().Version, Provider: providerOf(c), Outbox: outbox, Takeout: takeout,
	}
	pages.Routes(mux)
	d.work = append(d.work, pages.Keep)
	if err := a.portal(s, c, d, assets, words, mux); err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { answer(w, r, log, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyPatience)
		defer cancel()
		_, err := s.Store().Workspaces(ctx)
		answer(w, r, log, err)
	})
	d.Pages, d.Refused = mux, pages.Refused
	return d, nil
}

// portal adds the pages for those who are no members.
func (a *app) portal(s *session, c *config.Config, d *desk, assets *ui.Assets, words ui.Languages, mux *http.ServeMux) error {
	if c.Enquiries != "" && c.Enquiries != portal.Closed {
		err := s.Read(context.Background(), s.who, 0, func(r *teller.Reading) error {
			_, err := awareness.MemberNamed(context.Background(), r, c.Enquiries)
			return err
		})
		if err != nil {
			return misusef("enquiries: %s", book.Message(err))
		}
	}
	pages := &portal.Server{
		Teller: s.Teller, Assets: assets, Words: words, Log: d.Log, Now: a.env.Now, Home: s.who.Workspace, Enquiries: c.Enquiries,
	}
	pages.Routes(mux)
	d.Proven = portal.Proven
	return nil
}

// providerOf is where members may sign in instead of here, where there is such a place.
func providerOf(c *config.Config) *auth.Provider {
	if c.OIDC.Issuer == "" {
		return nil
	}
	return &auth.Provider{
		Issuer: c.OIDC.Issuer, Name: c.OIDC.Name, ClientID: c.OIDC.ClientID, Secret: auth.Secret(c.OIDC.Secret.Reveal()),
		Callback: c.Base(nil) + auth.CallbackPath,
	}
}

// readyPatience is how long the database may take to answer whether it is there.
const readyPatience = 2 * time.Second

// answer says whether all is well, to those who watch the program.
func answer(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	w.Header().Set("Cache-Control", "no-store")
	text := "ok\n"
	if err != nil {
		log.ErrorContext(r.Context(), "not ready", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		text = "not ready: " + book.Message(err) + "\n"
	}
	if _, err := io.WriteString(w, text); err != nil {
		log.InfoContext(r.Context(), "an answer could not be sent", "error", err)
	}
}

// figuresOf are the figures of the book at hand.
func figuresOf(s *session, now func() time.Time) func() []serving.Figure {
	return func() []serving.Figure {
		v, t := built(), s.Tally()
		commands := func(how string, n int64) serving.Figure {
			return serving.Figure{
				Name: "passbook_commands_total", Help: "Commands of the teller, by how they ended.", Labels: "end=" + serving.Label(how), Value: float64(n),
			}
		}
		out := []serving.Figure{
			{
				Name: "passbook_build_info", Help: "Which program this is.", Value: 1,
				Labels: "version=" + serving.Label(v.Version) + ",revision=" + serving.Label(v.Revision) + ",go=" + serving.Label(v.Go) +
					",engine=" + serving.Label(string(s.db.Engine())),
			},
			commands("done", t.Done), commands("refused", t.Refused), commands("failed", t.Failed),
			{Name: "passbook_commands_waiting", Help: "Commands that wait for SQLite's one writer.", Value: float64(t.Waiting)},
		}
		for _, p := range s.db.Pools() {
			pool := "pool=" + serving.Label(p.Name)
			out = append(out,
				serving.Figure{Name: "passbook_db_connections", Help: "Connections to the database there may be.", Labels: pool, Value: float64(p.Size)},
				serving.Figure{Name: "passbook_db_connections_in_use", Help: "Connections to the database in use.", Labels: pool, Value: float64(p.InUse)},
				serving.Figure{Name: "passbook_db_waits_total", Help: "How often a connection had to be waited for.", Labels: pool, Value: float64(p.Waits)})
		}
		return append(out, passFigures(s, now)...)
	}
}

// passFigures count who is signed in; a database that does not answer now has no such figures.
func passFigures(s *session, now func() time.Time) (out []serving.Figure) {
	ctx, cancel := context.WithTimeout(context.Background(), readyPatience)
	defer cancel()
	_ = s.Store().Read(ctx, "", func(tx *store.Tx) error { // readyz tells what is wrong
		for _, kind := range []store.PassKind{store.PassSession, store.PassToken} {
			n, err := tx.CountPasses(ctx, kind, book.Micros(now()))
			if err != nil {
				return err
			}
			out = append(out, serving.Figure{
				Name: "passbook_passes", Help: "Sessions of browsers and tokens of programs that are good.",
				Labels: "kind=" + serving.Label(string(kind)), Value: float64(n),
			})
		}
		return nil
	})
	return out
}
