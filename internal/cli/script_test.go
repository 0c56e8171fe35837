package cli_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"passbook/internal/cli"
	"passbook/internal/testkit"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(runAsChild())
	}
	testkit.Main(m)
}

var update = flag.Bool("update", false, "write what the commands print into the scripts")

// Monday, half an hour after the firm has opened.
var morning = time.Date(2026, 5, 4, 9, 30, 0, 0, time.FixedZone("CEST", 2*60*60))

// desk is what a script's commands share: a clock that moves a second with each of them, and chance that repeats.
type desk struct {
	now    time.Time
	random io.Reader
	stdout string // of the last command, with its ids
}

// The words that scripts have beside testscript's own.
//
//	passbook ARGS…           runs a command; ! wants it to fail
//	code N ARGS…             runs a command and wants this exit code
//	now TIME                 moves the clock, to an RFC 3339 time
//	same A B                 wants two words to be the same
//	keep NAME REGEXP         takes the first group of what the last command printed into a variable
//
// What commands print is compared without ids, which stand there as <id>.
var scriptWords = map[string]func(*testscript.TestScript, bool, []string){
	"passbook": func(ts *testscript.TestScript, neg bool, args []string) {
		code := run(ts, args)
		if neg != (code != 0) {
			ts.Fatalf("exit code %d", code)
		}
	},
	"code": func(ts *testscript.TestScript, _ bool, args []string) {
		want, err := strconv.Atoi(args[0])
		ts.Check(err)
		if got := run(ts, args[1:]); got != want {
			ts.Fatalf("exit code %d, want %d", got, want)
		}
	},
	"now": func(ts *testscript.TestScript, _ bool, args []string) {
		t, err := time.Parse(time.RFC3339, args[0])
		ts.Check(err)
		at(ts).now = t
	},
	"same": func(ts *testscript.TestScript, neg bool, args []string) {
		if (args[0] == args[1]) == neg {
			ts.Fatalf("%s and %s", args[0], args[1])
		}
	},
	"keep": func(ts *testscript.TestScript, _ bool, args []string) {
		m := regexp.MustCompile(`(?m)` + args[1]).FindStringSubmatch(at(ts).stdout)
		if len(m) < 2 {
			ts.Fatalf("%s matches nothing in:\n%s", args[1], at(ts).stdout)
		}
		ts.Setenv(args[0], m[1])
	},
}

func at(ts *testscript.TestScript) *desk { return ts.Value("desk").(*desk) }

var (
	anyID    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyHash  = regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{12})\b`)
	scrubbed = "<id>"
)

func run(ts *testscript.TestScript, args []string) int {
	d := at(ts)
	d.now = d.now.Add(time.Second) // nobody types two commands at one moment
	var out, errs bytes.Buffer
	env := cli.Env{Getenv: ts.Getenv, Now: func() time.Time { return d.now }, Random: d.random}
	code := cli.Run(context.Background(), args, env, cli.IO{In: strings.NewReader(""), Out: &out, Err: &errs})
	d.stdout = out.String()
	for w, text := range map[io.Writer]string{ts.Stdout(): out.String(), ts.Stderr(): errs.String()} {
		text = anyHash.ReplaceAllString(anyID.ReplaceAllString(text, scrubbed), "<hash>")
		_, err := io.WriteString(w, strings.ReplaceAll(text, ts.Getenv("WORK"), "$WORK"))
		ts.Check(err)
	}
	return code
}

// Every script runs on both engines.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, script := range scripts {
			t.Run(engine+"/"+strings.TrimSuffix(filepath.Base(script), ".txtar"), func(t *testing.T) {
				dsn, made := "", ""
				if engine == "postgres" {
					dsn = testkit.Postgres(t)
					if strings.HasSuffix(script, "demo.txtar") {
						made = testkit.Postgres(t)
					}
				}
				testscript.Run(t, testscript.Params{
					Files: []string{script}, Cmds: scriptWords, UpdateScripts: *update, RequireUniqueNames: true,
					Condition: func(cond string) (bool, error) { return cond == engine, nil },
					Setup: func(env *testscript.Env) error {
						env.Values["desk"] = &desk{now: morning, random: rand.NewChaCha8([32]byte{1})}
						env.Vars = append(env.Vars, "PASSBOOK_DSN="+dsn, "MADE_DSN="+made, "HOME="+env.WorkDir, "XDG_DATA_HOME="+env.WorkDir+"/data",
							"COLUMNS=100", "USER=ana", "PASSBOOK_DEBUG=1")
						return nil
					},
				})
			})
		}
	}
}
