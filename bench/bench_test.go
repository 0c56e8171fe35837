package main

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"passbook/internal/awareness"
	"passbook/internal/sqldb"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// BenchmarkPages measures every page in a small made-up firm, beside the same statements run bare.
func BenchmarkPages(b *testing.B) {
	ctx := context.Background()
	dsn := filepath.Join(b.TempDir(), "firm.db")
	if _, err := makeTask(ctx, &task{DSN: dsn, Size: 2500, Each: 6}); err != nil {
		b.Fatal(err)
	}
	r, err := openReader(ctx, dsn, 2500)
	if err != nil {
		b.Fatal(err)
	}
	defer r.close()
	for i := range allPages {
		p := &allPages[i]
		statements, err := r.recorded(ctx, p)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := r.once(ctx, p, i%p.runs); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(p.name+", bare", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				err := r.db.Read(ctx, func(tx *sqldb.Tx) error { return replay(ctx, tx, statements[i%p.runs]) })
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTouches measures durable touches on both engines, by one caller and by 64.
func BenchmarkTouches(b *testing.B) {
	ctx := context.Background()
	first := filepath.Join(b.TempDir(), "first.csv")
	if err := writeInteractions(first, 1000, 1000, 0); err != nil {
		b.Fatal(err)
	}
	for name, dsn := range map[string]func() string{
		"sqlite":   func() string { return filepath.Join(b.TempDir(), "book.db") },
		"postgres": func() string { return testkit.PostgresDurable(b) },
	} {
		f, err := open(ctx, dsn())
		if err != nil {
			b.Fatal(err)
		}
		defer f.close()
		if _, err := importAs(ctx, f, first, awareness.CreateAll); err != nil {
			b.Fatal(err)
		}
		for _, n := range []int{1, callers} {
			b.Run(name+"/"+map[bool]string{true: "one", false: "many"}[n == 1], func(b *testing.B) {
				if err := f.touch(ctx, n, b.N); err != nil {
					b.Fatal(err)
				}
			})
		}
	}
}

// BenchmarkImport measures a small import, whose rows know their accounts already; ns/op is of one row.
func BenchmarkImport(b *testing.B) {
	ctx := context.Background()
	first, main := filepath.Join(b.TempDir(), "first.csv"), filepath.Join(b.TempDir(), "main.csv")
	if err := writeInteractions(first, 2000, 2000, 0); err != nil {
		b.Fatal(err)
	}
	f, err := open(ctx, filepath.Join(b.TempDir(), "book.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.close()
	if _, err := importAs(ctx, f, first, awareness.CreateAll); err != nil {
		b.Fatal(err)
	}
	if err := writeInteractions(main, b.N, 2000, 1); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	b.ResetTimer()
	if _, err := importAs(ctx, f, main, awareness.CreateKnown); err != nil {
		b.Fatal(err)
	}
}
