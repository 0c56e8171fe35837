package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"passbook/internal/api"
	"passbook/internal/auth"
	"passbook/internal/book"
	"passbook/internal/intake"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/ui"
	"passbook/internal/web"
)

type serveOptions struct {
	*app
	listen  string
	uploads int64 // megabytes of one upload
}

func serveCommand(a *app) *cobra.Command {
	o := serveOptions{app: a}
	cmd := &cobra.Command{
		Use: "serve", Short: "Open the desk: the book in the browser", GroupID: groupFirm,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.listen, "listen", "127.0.0.1:8020", "the address and port to answer on")
	cmd.Flags().Int64Var(&o.uploads, "largest-upload", intake.DefaultLargest>>20, "how many megabytes the files of one upload may have")
	return cmd
}

func (o *serveOptions) run(ctx context.Context) error {
	return o.with(ctx, func(s *session) error {
		log := slog.New(slog.NewTextHandler(o.io.Err, nil))
		stop := make(chan struct{})
		in, err := o.intake(s, log)
		if err != nil {
			return err
		}
		h, svc, err := o.handler(s, in, log, stop)
		if err != nil {
			return err
		}
		l, err := net.Listen("tcp", o.listen)
		if err != nil {
			return misusef("--listen %s: %s", o.listen, err)
		}
		if err := o.firstLink(ctx, s, svc, l.Addr().String()); err != nil {
			return errors.Join(err, l.Close())
		}
		var under sync.WaitGroup
		under.Go(func() { in.Run(ctx) })
		err = serve(ctx, l, h, stop)
		under.Wait()
		return err
	})
}

// intake opens the place where uploads lie: beside the file of an SQLite book, else in the machine's folder for what is
// temporary, by the book's address, since a server of PostgreSQL keeps nothing of its own.
func (o *serveOptions) intake(s *session, log *slog.Logger) (*intake.Intake, error) {
	if o.uploads < 1 {
		return nil, misusef("--largest-upload %d: it is a number of megabytes", o.uploads)
	}
	engine, target, err := sqldb.ParseDSN(s.address)
	if err != nil {
		return nil, misusef("--dsn: %s", err)
	}
	dir := target + ".uploads"
	if engine != sqldb.SQLite {
		dir = filepath.Join(os.TempDir(), "passbook-uploads-"+string(book.DerivedID("uploads", s.address)))
	}
	return intake.Open(s.Teller, intake.Options{Dir: dir, Largest: o.uploads << 20, Log: log})
}

// firstLink prints the link that makes the owner, while the owner has no password.
func (o *serveOptions) firstLink(ctx context.Context, s *session, svc *auth.Service, addr string) error {
	known := false
	err := s.Store().Read(ctx, s.who.Workspace, func(tx *store.Tx) error {
		c, err := tx.Credential(ctx, s.member.ID)
		known = c.Password != ""
		return err
	})
	if err != nil || known {
		o.out.linef("Passbook answers at http://%s", addr)
		return err
	}
	link, err := svc.Link(ctx, store.PassBegin, s.who.Workspace, s.member.ID)
	if err != nil {
		return err
	}
	o.out.linef("Passbook answers. %s begins here, once: http://%s/link/%s", oneLine(s.member.Name), addr, link.Reveal())
	return nil
}

// handler wires pages and API to the book. stop is closed when the server stops.
func (o *serveOptions) handler(s *session, in *intake.Intake, log *slog.Logger, stop <-chan struct{}) (http.Handler, *auth.Service, error) {
	assets, err := ui.NewAssets()
	if err != nil {
		return nil, nil, err
	}
	words, err := ui.NewLanguages()
	if err != nil {
		return nil, nil, err
	}
	svc := auth.New(s.Store(), o.env.Now, o.env.Random)
	sessions := auth.NewSessions(svc, false, log)
	mux, calls := http.NewServeMux(), http.NewServeMux()
	(&api.Server{Teller: s.Teller, Auth: svc, Sessions: sessions, Log: log, Version: built().Version, Stop: stop}).Routes(calls)
	mux.Handle("/api/", sessions.LoadAndSave(calls))
	(&web.Server{
		Teller: s.Teller, Auth: svc, Sessions: sessions, Intake: in, Assets: assets, Words: words, Log: log, Now: o.env.Now,
		Version: built().Version,
	}).Routes(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, log, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		_, err := s.Store().Workspaces(r.Context())
		answer(w, log, err)
	})
	return guarded(mux), svc, nil
}

// answer says whether all is well, to those who watch the program.
func answer(w http.ResponseWriter, log *slog.Logger, err error) {
	text := "ok\n"
	if err != nil {
		log.Error("not ready", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		text = book.Message(err) + "\n"
	}
	if _, err := io.WriteString(w, text); err != nil {
		log.Info("an answer could not be sent", "error", err)
	}
}

// guarded sets what every answer says to the browser, and refuses posts from other sites.
func guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		inner.ServeHTTP(w, r)
	})
}

// patience is how long requests under way may take when the server stops.
const patience = 20 * time.Second

// serve answers until the context ends, then lets what is under way finish.
func serve(ctx context.Context, l net.Listener, h http.Handler, stop chan struct{}) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	srv.RegisterOnShutdown(func() { close(stop) })
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("serving ended: %w", err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return srv.Shutdown(end)
}

// tokenCommand makes tokens for programs.
func tokenCommand(a *app) *cobra.Command {
	var scope, label string
	create := &cobra.Command{
		Use: "create", Short: "Make a token for a program, which acts as you", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				svc := auth.New(s.Store(), a.env.Now, a.env.Random)
				token, err := svc.NewToken(cmd.Context(), auth.Identity{Actor: s.who, Name: s.member.Name}, scope, label)
				switch {
				case err != nil:
					return err
				case a.json:
					return a.out.json(map[string]string{"token": token.Reveal(), "scope": scope})
				}
				a.out.line(token.Reveal())
				return nil
			})
		},
	}
	create.Flags().StringVar(&scope, "scope", auth.ScopeRead, "what it may do: read or write")
	a.jsonFlag(create)
	create.Flags().StringVar(&label, "for", "", "what it is for")
	return parent("token", "Tokens for programs that use the API", groupFirm, create)
}
