package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"passbook/internal/awareness"
	"passbook/internal/teller"
)

// What the program itself may take.
const (
	maxStart  = 100 // milliseconds
	maxIdle   = 50  // megabytes
	maxBinary = 40  // megabytes
)

// process measures the program: its size, how soon it answers, what it holds when it does nothing.
func (b *bench) process(ctx context.Context) error {
	first, dsn, binary := b.path("process.csv"), b.path("process.db"), b.path("passbook")
	if err := writeInteractions(first, b.scale.books[0], b.scale.books[0], 0); err != nil {
		return err
	}
	if _, err := b.child(ctx, task{Do: "import", DSN: dsn, File: first, Create: "all"}); err != nil {
		return err
	}
	for _, flags := range []string{"", "-s -w"} {
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags="+flags, "-o", binary, "./cmd/passbook")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return err
		}
		info, err := os.Stat(binary)
		if err != nil {
			return err
		}
		l := line{what: "binary, " + strings.TrimSpace("built "+flags), measured: figure(megabytes(info.Size())) + " MB"}
		if flags != "" { // as it is shipped: without the tables of debuggers
			l = l.atMost(megabytes(info.Size()), maxBinary, " MB")
			l.ratio = ""
		}
		b.add(l)
	}
	if err := b.start(ctx, binary, dsn); err != nil {
		return err
	}
	c, err := b.child(ctx, task{Do: "idle", DSN: dsn})
	if err != nil {
		return err
	}
	l := line{what: "idle, with an open book", measured: figure(megabytes(c.RSS)) + " MB"}.atMost(megabytes(c.RSS), maxIdle, " MB")
	l.ratio = ""
	b.add(l)
	return nil
}

// start measures a whole process from its start to its end with the first answer, the best of many.
func (b *bench) start(ctx context.Context, binary, dsn string) error {
	quickest := time.Hour
	for range 4 * b.rounds {
		cmd := exec.CommandContext(ctx, binary, "--dsn", dsn, "list", "--limit", "1", "--json")
		c, err := measured(func() error { return cmd.Run() })
		if err != nil {
			return fmt.Errorf("passbook list: %w", err)
		}
		quickest = min(quickest, c.Wall)
	}
	ms := float64(quickest.Microseconds()) / 1000
	l := line{what: "start to first answer, " + thousands(float64(b.scale.books[0])) + " accounts", measured: figure(ms) + " ms"}.
		atMost(ms, maxStart, " ms")
	l.ratio = ""
	b.add(l)
	return nil
}

// idleTask opens a book, answers once, and rests.
func idleTask(ctx context.Context, t *task) (cost, error) {
	f, err := open(ctx, t.DSN)
	if err != nil {
		return cost{}, err
	}
	err = f.Read(ctx, f.who, 0, func(r *teller.Reading) error {
		_, err := awareness.List(ctx, r, awareness.ListOptions{Limit: 1})
		return err
	})
	if err != nil {
		return cost{}, err
	}
	time.Sleep(2 * time.Second)
	held, err := residentOf(os.Getpid())
	return cost{RSS: held}, errors.Join(err, f.close())
}

// residentOf is the memory that a process holds, in bytes.
func residentOf(pid int) (int64, error) {
	path := fmt.Sprintf("/proc/%d/statm", pid)
	fields := strings.Fields(whole(path))
	if len(fields) < 2 {
		return 0, fmt.Errorf("%s cannot be read", path)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}
