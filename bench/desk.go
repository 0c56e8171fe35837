package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"

	"passbook/internal/auth"
	"passbook/internal/mail"
	"passbook/internal/serving"
	"passbook/internal/sqldb"
	"passbook/internal/store"
	"passbook/internal/ui"
	"passbook/internal/web"
)

// deskPage is a page as HTML that is measured, against reading the same rows and rendering them bare: the same statements,
// each column into a variable of no kind, and the page's template with what it shows at hand. What is over is what a page
// adds to that: the session, who may see what, decoding, arithmetic and sentences.
type deskPage struct {
	name string
	runs int
	path func(r *reader, i int) string
	more string // what it shows more of in a larger book, which its growth is then told beside and not judged by
}

var deskPages = []deskPage{
	{"Account", 400, func(r *reader, i int) string { return "/clients/" + string(r.busy[i%len(r.busy)].account) }, ""},
	{"Clients", 400, func(*reader, int) string { return "/clients" }, ""},
	{"search", 400, func(r *reader, i int) string { return "/search?q=" + url.QueryEscape(r.names[i%len(r.names)]) }, "more clients shown"},
	{"search for a name of one client", 400, func(r *reader, i int) string { return "/search?q=" + url.QueryEscape(r.rare[i%len(r.rare)]) }, ""},
	{"Today of a member with 2,000 accounts", 60, func(r *reader, _ int) string { return "/?for=" + string(r.member) }, ""},
}

const (
	maxPage   = 1.5 // times reading the rows and rendering them bare
	maxGrowth = 1.3
)

// desk is the members' pages over a book, and a browser that is signed in.
type desk struct {
	*reader
	handler http.Handler
	cookie  string
	shown   func(io.Writer) error // renders the page that was shown last once more
}

// openDesk serves the pages of a book within this process, and signs its owner in as a person does.
func openDesk(ctx context.Context, r *reader) (*desk, error) {
	assets, err := ui.NewAssets()
	if err != nil {
		return nil, err
	}
	words, err := ui.NewLanguages()
	if err != nil {
		return nil, err
	}
	log := slog.New(slog.DiscardHandler)
	svc := auth.New(r.Store(), lateClock, rand.Reader)
	s := &web.Server{
		Teller: r.Teller, Auth: svc, Sessions: auth.NewSessions(svc, false, log), Assets: assets, Words: words, Log: log,
		Now: lateClock, Version: "bench", Outbox: &mail.Outbox{}, // from which nothing goes out
	}
	d := &desk{reader: r}
	s.Watch = func(render func(io.Writer) error) { d.shown = render }
	mux := http.NewServeMux()
	s.Routes(mux)
	d.handler = mux
	link, err := svc.Link(ctx, store.PassReset, workspace, r.who.Member)
	if err != nil {
		return nil, err
	}
	form := url.Values{"address": {ourAddress}, "password": {ownPassword}}
	req := httptest.NewRequestWithContext(ctx, http.MethodPost, "/link/"+link.Reveal(), strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, req)
	if w.Code != http.StatusSeeOther {
		return nil, fmt.Errorf("the owner could not sign in: %d %s", w.Code, w.Body)
	}
	for _, c := range w.Result().Cookies() {
		d.cookie = c.Name + "=" + c.Value
	}
	return d, nil
}

// get asks for a page.
func (d *desk) get(ctx context.Context, path string) (*httptest.ResponseRecorder, error) {
	asked.Add(1)
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	req.Header.Set("Cookie", d.cookie)
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, req)
	if w.Code != http.StatusOK {
		return w, fmt.Errorf("%s: %d", path, w.Code)
	}
	return w, nil
}

// desks measures the pages as HTML in made-up firms of different size.
func (b *bench) desks(ctx context.Context) error {
	serving.Roomy()
	var all []*desk
	closing := func(err error) error {
		for _, d := range all {
			err = errors.Join(err, d.close())
		}
		return err
	}
	for _, n := range b.scale.books {
		r, err := b.readBook(ctx, n)
		if err != nil {
			return closing(err)
		}
		d, err := openDesk(ctx, r)
		if err != nil {
			return closing(errors.Join(err, r.close()))
		}
		all = append(all, d)
	}
	for i := range deskPages {
		if err := b.deskPage(ctx, &deskPages[i], all); err != nil {
			return closing(fmt.Errorf("%s: %w", deskPages[i].name, err))
		}
	}
	return closing(nil)
}

func (b *bench) deskPage(ctx context.Context, p *deskPage, all []*desk) error {
	rounds := make([][]pair, len(all))
	var growth []pair
	for range b.rounds {
		for i, d := range all {
			x, err := d.round(ctx, p, b.profile)
			if err != nil {
				return err
			}
			rounds[i] = append(rounds[i], x)
		}
		n := len(growth)
		growth = append(growth, pair{rounds[len(all)-1][n].it, rounds[0][n].it})
	}
	for i, d := range all {
		found, ratio := best(rounds[i], cpu)
		b.add(line{
			what:     fmt.Sprintf("%s as HTML, %s accounts in the book", p.name, thousands(float64(d.n))),
			measured: brief(found.it.by(p.runs).CPU) + " of CPU", raw: brief(found.bare.by(p.runs).CPU) + " of CPU",
		}.atMost(ratio, maxPage, "×"))
	}
	found, ratio := best(growth, cpu)
	l := line{
		what: "– growth", measured: brief(found.it.by(p.runs).CPU), raw: brief(found.bare.by(p.runs).CPU), ratio: figure(ratio) + "×",
	}
	if p.more == "" {
		l = l.atMost(ratio, maxGrowth, "×")
	} else {
		l.what += ", " + p.more
	}
	b.add(l)
	return nil
}

// round shows a page as often as it says, and does the same bare. A profile holds both.
func (d *desk) round(ctx context.Context, p *deskPage, profile string) (out pair, err error) {
	pages := make(map[string]seen) // each once, so that what is kept here is no burden to what is measured
	for i := range p.runs {        // which warms up, too
		path := p.path(d.reader, i)
		if pages[path], err = d.see(ctx, path); err != nil {
			return out, err
		}
	}
	stop, err := profiled(profile, fmt.Sprintf("%s-%d", p.name, d.n))
	if err != nil {
		return out, err
	}
	out, err = byTurns(p.runs, func(i int) error {
		_, err := d.get(ctx, p.path(d.reader, i))
		return err
	}, func(i int) error {
		return d.bare(ctx, pages[p.path(d.reader, i)])
	})
	return out, errors.Join(err, stop())
}

// bare reads what a page read, and renders its template.
func (d *desk) bare(ctx context.Context, page seen) error {
	err := d.db.Read(ctx, func(tx *sqldb.Tx) error {
		tx.Short()
		return replay(ctx, tx, page.statements)
	})
	return errors.Join(err, page.render(httptest.NewRecorder()))
}

// seen is what a page read, and its template with all that it shows.
type seen struct {
	statements []statement
	render     func(io.Writer) error
}

// see asks for a page. What the session writes about itself now and then is no part of it.
func (d *desk) see(ctx context.Context, path string) (seen, error) {
	d.rec.rest(false)
	_, err := d.get(ctx, path)
	d.rec.rest(true)
	return seen{slices.DeleteFunc(d.rec.take(), func(s statement) bool {
		return !s.gives() || strings.Contains(s.query, "UPDATE")
	}), d.shown}, err
}
