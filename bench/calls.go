package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
)

// What writing by the API must reach.
const (
	callsOfTeller = 60    // percent of the same touches by the teller within one process, SQLite
	callsOfRaw    = 25    // percent of raw transactions on 8 connections, PostgreSQL
	batchOfRaw    = 30    // percent of raw inserts
	batchChunk    = 2_000 // lines that share a commit
)

// calls measures touches that are written by the API of the served program: one in a request by many clients at once,
// and many in one request.
func (b *bench) calls(ctx context.Context) error {
	first := b.path("called.csv")
	if err := writeInteractions(first, b.scale.touched, b.scale.touched, 0); err != nil {
		return err
	}
	for _, engine := range b.engines {
		fresh, err := b.prepared(ctx, engine, first)
		if err != nil {
			return err
		}
		if err := b.callsOn(ctx, engine, fresh); err != nil {
			return err
		}
		if err := b.batches(ctx, engine, fresh); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) callsOn(ctx context.Context, engine sqldb.Engine, fresh func() (string, error)) error {
	n := b.scale.touches
	var commands []command
	if engine == sqldb.Postgres {
		var err error
		if commands, err = b.recorded(ctx, fresh); err != nil {
			return err
		}
	}
	var rounds []pair
	for range b.rounds {
		it, err := b.called(ctx, fresh, n)
		if err != nil {
			return err
		}
		bare, err := b.timed(ctx, fresh, func(f *firm) error {
			if engine == sqldb.Postgres {
				return replayAtOnce(ctx, f.db, commands)
			}
			return f.touchByKey(ctx, n)
		})
		if err != nil {
			return err
		}
		rounds = append(rounds, pair{it, bare})
	}
	p, ratio := best(rounds, wall)
	against, limit := "the teller in one process", float64(callsOfTeller)
	if engine == sqldb.Postgres {
		against, limit = fmt.Sprintf("raw on %d connections", rawClients), callsOfRaw
	}
	b.add(line{
		what:     fmt.Sprintf("POST /entries by %d clients, %s, against %s", callers, engine, against),
		measured: thousands(float64(n)/p.it.Wall.Seconds()) + "/s", raw: thousands(float64(n)/p.bare.Wall.Seconds()) + "/s",
	}.atLeast(100/ratio, limit, " %"))
	return nil
}

// touchByKey records the touches that called posts, with the same keys, within this process.
func (f *firm) touchByKey(ctx context.Context, n int) error {
	accounts, err := f.accounts(ctx)
	if err != nil {
		return err
	}
	return atOnce(callers, n, func(i int) error {
		_, err := f.Do(ctx, f.who, touchOf(accounts, i), teller.Options{Key: book.KeyID(f.who.Member, callKey(i))})
		return err
	})
}

func callKey(i int) string { return fmt.Sprintf("call-%d", i) }

// called writes n touches by the API of a fresh book, by many clients.
func (b *bench) called(ctx context.Context, fresh func() (string, error), n int) (c cost, err error) {
	accounts, s, err := b.serveFresh(ctx, fresh)
	if err != nil {
		return cost{}, err
	}
	c, err = measured(func() error {
		return atOnce(callers, n, func(i int) error {
			return s.enter(ctx, accounts, i)
		})
	})
	return c, errors.Join(err, s.stop())
}

// serveFresh serves a fresh book and says which accounts there are.
func (b *bench) serveFresh(ctx context.Context, fresh func() (string, error)) ([]book.ID, *caller, error) {
	dsn, err := fresh()
	if err != nil {
		return nil, nil, err
	}
	f, err := open(ctx, dsn)
	if err != nil {
		return nil, nil, err
	}
	accounts, err := f.accounts(ctx)
	if err = errors.Join(err, f.close()); err != nil {
		return nil, nil, err
	}
	s, err := b.serve(ctx, dsn, "PASSBOOK_API_RATE=0")
	if err != nil {
		return nil, nil, err
	}
	c, err := b.caller(ctx, s, dsn)
	return accounts, c, err
}

// caller makes a token for a served book.
func (b *bench) caller(ctx context.Context, s *served, dsn string) (*caller, error) {
	make := exec.CommandContext(ctx, b.path("passbook"), "token", "create", "--dsn", dsn, "--scope", "write")
	make.Stderr = os.Stderr
	token, err := make.Output()
	return &caller{s, strings.TrimSpace(string(token))}, err
}

// enter writes the i-th touch.
func (c *caller) enter(ctx context.Context, accounts []book.ID, i int) error {
	return c.post(ctx, "/api/v1/entries", "application/json", bytes.NewReader(bodyOf(accounts, i)), func(res *http.Response) error {
		_, err := io.Copy(io.Discard, res.Body)
		return err
	})
}

// caller is a program that uses the API.
type caller struct {
	*served
	token string
}

func (c *caller) post(ctx context.Context, path, kind string, body io.Reader, read func(*http.Response) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.home+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Authorization", "Bearer "+c.token)
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	err = read(res)
	if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return err
}

// bodyOf is the i-th touch as a body of the API, the same in every round.
func bodyOf(accounts []book.ID, i int) []byte {
	t := touchOf(accounts, i)
	body, _ := json.Marshal(map[string]any{ // of texts alone
		"id": callKey(i), "kind": "touch", "account": string(t.Account), "dir": string(t.Direction), "channel": string(t.Channel),
	})
	return body
}

// batches measures one request of many lines against raw inserts of the rows that it wrote.
func (b *bench) batches(ctx context.Context, engine sqldb.Engine, fresh func() (string, error)) error {
	n := min(b.scale.touches*2, 100_000)
	var rounds []pair
	for range b.rounds {
		dsn := ""
		it, err := b.batched(ctx, func() (string, error) {
			var err error
			dsn, err = fresh()
			return dsn, err
		}, n)
		if err != nil {
			return err
		}
		to, err := fresh()
		if err != nil {
			return err
		}
		bare, err := b.child(ctx, task{Do: "raw", DSN: to, From: dsn, Rows: n, Piece: batchChunk})
		if err != nil {
			return err
		}
		rounds = append(rounds, pair{it, bare})
	}
	p, ratio := best(rounds, wall)
	b.add(line{
		what:     fmt.Sprintf("entries:batch of %s lines, %s, against raw inserts, %d a commit", thousands(float64(n)), engine, batchChunk),
		measured: thousands(float64(n)/p.it.Wall.Seconds()) + "/s", raw: thousands(float64(n)/p.bare.Wall.Seconds()) + "/s",
	}.atLeast(100/ratio, batchOfRaw, " %"))
	return nil
}

func (b *bench) batched(ctx context.Context, fresh func() (string, error), n int) (cost, error) {
	accounts, s, err := b.serveFresh(ctx, fresh)
	if err != nil {
		return cost{}, err
	}
	var body bytes.Buffer
	for i := range n {
		body.Write(append(bodyOf(accounts, i), '\n'))
	}
	written := 0
	c, err := measured(func() error {
		return s.post(ctx, "/api/v1/entries:batch", "application/x-ndjson", &body, func(res *http.Response) error {
			lines := bufio.NewScanner(res.Body)
			for lines.Scan() {
				if bytes.Contains(lines.Bytes(), []byte(`"status":201`)) {
					written++
				}
			}
			return lines.Err()
		})
	})
	if err == nil && written != n {
		err = fmt.Errorf("%d of %d lines were written", written, n)
	}
	return c, errors.Join(err, s.stop())
}
