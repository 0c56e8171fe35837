package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"passbook/internal/book"
)

// What pages must reach under load, on the machine that the driver runs on, too.
const (
	pageRate  = 500 // pages a second, of Account and search
	todayRate = 150 // of Today with 2,000 accounts
	maxTail   = 25  // milliseconds, p99 at half the rate
	maxLoaded = 150 // megabytes held after the load
	samples   = 2_000
	readers   = 8 // browsers at once

	ownPassword = "a few plain words"
)

// writing is how many touches a second are written while Today is asked for: a busy hour of fifty people.
const writing = 5

// loaded is a page that is asked for under load.
type loaded struct {
	name string
	rate int
	path func(i int) string

	unjudged bool
}

// load drives served books as many browsers at once do, and the smallest for as long as the scale says.
func (b *bench) load(ctx context.Context) error {
	for _, n := range b.scale.books {
		if err := b.loadOn(ctx, n); err != nil {
			return fmt.Errorf("%d accounts: %w", n, err)
		}
	}
	return nil
}

func (b *bench) loadOn(ctx context.Context, n int) error {
	r, err := b.readBook(ctx, n)
	if err != nil {
		return err
	}
	member, accounts, names := r.member, slices.Clone(r.busy), slices.Clone(r.names)
	from := r.path
	if err := r.close(); err != nil {
		return err
	}
	dsn := b.path("load.db")
	if err := copyFile(from, dsn); err != nil {
		return err
	}
	s, err := b.serve(ctx, dsn, "PASSBOOK_API_RATE=0")
	if err != nil {
		return err
	}
	pages := []loaded{
		{"Account", pageRate, func(i int) string { return "/clients/" + string(accounts[i%len(accounts)].account) }, false},
		{"search", pageRate, func(i int) string { return "/search?q=" + url.QueryEscape(names[i%len(names)]) }, false},
		{"Today of a member with 2,000 accounts", todayRate, func(int) string { return "/?for=" + string(member) }, false},
	}
	of := ", " + thousands(float64(n)) + " accounts in the book"
	for _, p := range pages {
		p.name += of
		if err == nil {
			err = b.underLoad(ctx, s, p)
		}
	}
	if err == nil { // told, and not judged: more than a page must reach
		p := pages[2]
		p.unjudged = true
		p.name += of + fmt.Sprintf(" that %d touches a second are written to", writing)
		err = b.whileWriting(ctx, s, dsn, accounts, func() error { return b.underLoad(ctx, s, p) })
	}
	if err == nil && b.scale.soak > 0 && n == b.scale.books[0] {
		err = b.soaked(ctx, s, func(i int) string { return pages[i%len(pages)].path(i) })
	}
	return errors.Join(err, s.stop(), os.Remove(dsn))
}

// whileWriting does something while touches are written by the API, one after the other at a steady pace.
func (b *bench) whileWriting(ctx context.Context, s *served, dsn string, accounts []period, do func() error) error {
	c, err := b.caller(ctx, s, dsn)
	if err != nil {
		return err
	}
	ids := make([]book.ID, len(accounts))
	for i := range accounts {
		ids[i] = accounts[i].account
	}
	var over atomic.Bool
	wrote := make(chan error, 1)
	go func() {
		for i := 0; !over.Load(); i++ {
			time.Sleep(time.Second / writing)
			if err := c.enter(ctx, ids, i); err != nil {
				wrote <- err
				return
			}
		}
		wrote <- nil
	}()
	err = do()
	over.Store(true)
	return errors.Join(err, <-wrote)
}

// underLoad measures how many pages are answered in a second by browsers that ask again at once, and how long one waits
// when pages are asked for at half the rate that must be reached, whether or not those before were answered. The best round
// counts, of waiting too: while a neighbour has the machine a page waits for that.
func (b *bench) underLoad(ctx context.Context, s *served, p loaded) error {
	most := 0.0
	for range b.rounds {
		n := p.rate * 4
		c, err := measured(func() error {
			return atOnce(readers, n, func(i int) error { return s.get(ctx, p.path(i)) })
		})
		if err != nil {
			return err
		}
		most = max(most, float64(n)/c.Wall.Seconds())
	}
	l := line{what: p.name + ", a second, asked for by " + figure(readers), measured: thousands(most) + "/s"}
	l = l.atLeast(most, float64(p.rate), "/s")
	b.addFigure(l, p.unjudged)
	tail := time.Hour
	for range b.rounds {
		took, err := s.tail(ctx, p.rate/2, p.path)
		if err != nil {
			return err
		}
		tail = min(tail, took)
	}
	ms := float64(tail.Microseconds()) / 1000
	l = line{what: fmt.Sprintf("– p99 at %d a second, open loop", p.rate/2), measured: figure(ms) + " ms"}.atMost(ms, maxTail, " ms")
	b.addFigure(l, p.unjudged)
	return nil
}

// addFigure keeps a line whose figure is held against a limit itself, or is only told.
func (b *bench) addFigure(l line, unjudged bool) {
	l.ratio = ""
	if unjudged {
		l.limit, l.judged = "", false
	}
	b.add(l)
}

// soaked asks for pages for as long as was said and tells what the program holds then.
func (b *bench) soaked(ctx context.Context, s *served, path func(int) string) error {
	end := time.Now().Add(b.scale.soak)
	var n atomic.Int64
	err := atOnce(readers, 1<<40, func(i int) error {
		if time.Now().After(end) {
			return io.EOF
		}
		n.Add(1)
		return s.get(ctx, path(i))
	})
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	held, err := residentOf(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	l := line{what: fmt.Sprintf("resident after %s of load, %s pages", b.scale.soak, thousands(float64(n.Load()))), measured: figure(megabytes(held)) + " MB"}
	l = l.atMost(megabytes(held), maxLoaded, " MB")
	l.ratio = ""
	b.add(l)
	return nil
}

// atOnce does n things by some at once.
func atOnce(many, n int, do func(i int) error) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, many)
	for c := range many {
		wg.Go(func() {
			for errs[c] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[c] = do(i)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// served is the program serving a book, and a browser that is signed in.
type served struct {
	cmd  *exec.Cmd
	home string
	http *http.Client
}

var firstLink = regexp.MustCompile(`(http://[^/\s]+)(/link/\S+)?`)

// serve builds the program, serves a book with it, and begins as its owner.
func (b *bench) serve(ctx context.Context, dsn string, env ...string) (*served, error) {
	binary := b.path("passbook")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/passbook")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &served{
		cmd:  exec.CommandContext(ctx, binary, "serve", "--dsn", dsn, "--listen", "127.0.0.1:0"),
		http: &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 128}, Timeout: time.Minute},
	}
	s.cmd.Env = append(os.Environ(), env...)
	log, err := os.Create(b.path("serve.log"))
	if err != nil {
		return nil, err
	}
	s.cmd.Stderr = log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := firstLink.FindStringSubmatch(lines.Text()); m != nil {
			s.home = m[1]
			go func() { _, _ = io.Copy(io.Discard, out) }() // so that it never waits for us to read
			return s, s.begin(ctx, m[2])
		}
	}
	return nil, errors.Join(errors.New("serve printed no link to begin with"), s.stop(), lines.Err())
}

// begin signs in: by the link that makes the owner, or by the password of a book that was begun before.
func (s *served) begin(ctx context.Context, link string) error {
	form := url.Values{"address": {ourAddress}, "password": {ownPassword}}
	if link == "" {
		link = "/signin"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.home+link, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(req)
}

func (s *served) get(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.home+path, nil)
	if err != nil {
		return err
	}
	return s.do(req)
}

func (s *served) do(req *http.Request) error {
	res, err := s.http.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err = errors.Join(err, res.Body.Close()); err == nil && (res.StatusCode != http.StatusOK || res.Request.URL.Path == "/signin") {
		err = fmt.Errorf("%s: %s", req.URL.Path, res.Status)
	}
	return err
}

// tail is the time within which 99 of a hundred pages are answered when they are asked for at a steady rate. It counts
// from when a page should have been asked for.
func (s *served) tail(ctx context.Context, rate int, path func(int) string) (time.Duration, error) {
	took := make([]time.Duration, samples)
	errs := make([]error, samples)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range samples {
		at := begin.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(at))
		wg.Go(func() {
			errs[i] = s.get(ctx, path(i))
			took[i] = time.Since(at)
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took[samples*99/100], errors.Join(errs...)
}

// stop ends the program as a service manager does.
func (s *served) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}
