package cli_test

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"passbook/internal/book"
	"passbook/internal/cli"
	"passbook/internal/store"
	"passbook/internal/testkit"
)

// noJSON are the commands that tell nothing to programs, each with the reason.
var noJSON = map[string]string{
	"serve": "it answers in the browser, and does not end", "help": "it is to be read", "completion bash": "it is a script", "completion zsh": "it is a script",
	"completion fish": "it is a script", "completion powershell": "it is a script",
}

// spoken is a day at the command line in which every command is typed, line by line. What stands before a colon keeps a
// value out of what the line prints, by its path, for the lines after it.
var spoken = []string{
	"version", "playbook show b2b-accounts",
	"demo --print --accounts 5 --years 1 --dsn $DIR/demo.db",
	"init --firm Acme --owner Ana --email ana@acme.example --zone UTC",
	"member add Ben --email ben@acme.example", "member add Cora", "member edit Ben --role manager", "member list",
	"LETTER=letter.id: member invite Dora --email dora@acme.example", "outbox", "outbox handed $LETTER",
	"LETTER=letter.id: member link Ben", "outbox drop $LETTER", "outbox retry $LETTER", "member second Ben",
	"member away Ben --deputy Ana --until 2026-06-01", "member away Ben --back",
	"token create --scope write --for forms", "TOKEN=tokens.0.id: token list", "member passes", "token end $TOKEN", "member end Ben",
	"MARIA=account.id: add Maria_Keller --email maria@client.example --tag garden", "add Marya_Keller --email marya@client.example --owner Ben",
	"add Jonas_Holm --email jonas@client.example", "add Otto_Braun --contact --email otto@client.example",
	"edit $MARIA --tier A", "tag $MARIA boat", "tags", "change $MARIA --tag spring", "relate $MARIA Jonas_Holm --as friend",
	"join $MARIA Otto_Braun --role buyer", "WORK=entry.id: record engagement $MARIA 12_Elm_Road --work sale", "record stage $WORK offer", "record party $WORK Otto_Braun --every 7",
	"record progress $WORK the_bank_agreed", "record setback $WORK the_loan_fell_through", "record end $WORK", "takeoff $MARIA Otto_Braun",
	"HOME=entry.id: record engagement Jonas_Holm 9_Ash_Lane --work sale", "record end $HOME", "record care Jonas_Holm --favour named_us", "closeout Jonas_Holm",
	"record care Jonas_Holm --introduced Ana", "plan Jonas_Holm", "record call Jonas_Holm", "record closeout Jonas_Holm",
	"PLANNED=entry.id: record planned Jonas_Holm bring_bread --due 2027-01-08", "record done $PLANNED",
	"LETTER=entry.id: write $MARIA --subject Your_viewing --text on_Friday --to maria@client.example", "outbox went $LETTER",
	"pulse ask $MARIA --question moved", "pulse list", "pulse answer $MARIA well_done --score 5", "record pulse $MARIA call_sooner",
	"mailbox add post --host 127.0.0.1 --port $PORT --tls none --login ana --member Ana --password-file $DIR/secret", "mailbox list", "mailbox read post", "mailbox drop post",
	"LINK=id: link make $MARIA", "link list $MARIA", "link revoke $LINK", "consent $MARIA --channel email --given --source fair",
	"attach $DIR/offer.txt --to $MARIA", "attachments $MARIA", "detach offer.txt --from $MARIA",
	"field add Rooms --kind number", "field list", "field remove Rooms",
	"view save Best --where tier=A", "view list", "view drop Best",
	"WRONG=entry.id: note $MARIA likes_tea", "void $WRONG --reason it_was_another", "record touch $MARIA --channel call --words hello", "undo",
	"CAME=entry.id: record touch $MARIA --channel email --dir in --words any_news", "asked $CAME",
	"P1=entry.id: record promise $MARIA the_survey --due 2026-06-01", "record move $P1 --due 2026-06-09 --words agreed", "record keep $P1",
	"P2=entry.id: record promise $MARIA the_plan --due 2026-06-01", "record break $P2 --words ill",
	"P3=entry.id: record promise $MARIA the_key --due 2026-06-01", "record release $P3",
	"CASE=entry.id: record case $MARIA the_roof --origin ours --severity 2", "record update $CASE nothing_new", "record resolve $CASE mended", "case $CASE", "record answer $CASE no --solved no", "record resolve $CASE again", "record reopen $CASE it_drips",
	"record closing $MARIA", "record care $MARIA --introduced Ben --plan check_in_yearly", "record deed $MARIA --points 3 --words kind", "record mistake $MARIA --points 3 --words late",
	"record amends $MARIA --points 3 --for $P2 --words sorry", "record referral $MARIA --received", "record thanks $MARIA --channel call",
	"today", "daily", "snooze $MARIA --until 2026-06-01 --reason away", "snooze $MARIA --back", "brief $MARIA", "statement $MARIA", "show $MARIA", "portfolio", "due", "list", "people",
	"find Keller", "suggestions", "duplicates", "apart Maria_Keller Jonas_Holm", "merge Marya_Keller $MARIA", "unmerge Marya_Keller",
	"import $DIR/people.csv --rejects $DIR/rejects.csv", "import --list", "subject-export Jonas_Holm", "erase Jonas_Holm --yes",
	"playbook", "playbook list", "playbook versions residential-sales", "playbook try b2b-accounts", "playbook use b2b-accounts",
	"audit", "audit --doors", "member leave Cora --to Ana", "verify", "rebuild", "export $DIR/taken",
	"backup $DIR/saved", "restore $DIR/saved --dsn $DIR/restored.db", "copy --to $DIR/copied.db",
}

// Whatever a command tells, it tells programs as one object of JSON, and every command is tried.
func TestEveryCommandSpeaksJSON(t *testing.T) {
	env, ctx, dir := world(t), context.Background(), t.TempDir()
	now := morning
	env.Now = func() time.Time { return now }
	plain, server := env.Getenv, map[string]string{"PASSBOOK_SMTP_HOST": "127.0.0.1", "PASSBOOK_SMTP_FROM": "book@acme.example", "PASSBOOK_PUBLIC_URL": "https://desk.example"}
	env.Getenv = func(name string) string { return cmp.Or(server[name], plain(name)) }
	for name, text := range map[string]string{"offer.txt": "an offer", "secret": testkit.MailPassword + "\n", "people.csv": "Name,Email\nClara Winter,clara@client.example\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept := map[string]string{"DIR": dir, "PORT": strconv.Itoa(testkit.NewDovecot(t).Port)}
	said := map[string]bool{}
	for _, line := range spoken {
		now = now.Add(time.Second) // nobody types two commands at one moment
		keep, words, keeps := strings.Cut(line, ": ")
		if !keeps {
			words = line
		}
		var args []string
		for word := range strings.FieldsSeq(words) {
			args = append(args, strings.ReplaceAll(os.Expand(word, func(name string) string { return kept[name] }), "_", " "))
		}
		command, _, err := cli.Tree().Find(args)
		if err != nil {
			t.Fatal(err)
		}
		said[strings.TrimPrefix(command.CommandPath(), "passbook ")] = true
		if command.Name() == "went" {
			unknown(t, filepath.Join(plain("XDG_DATA_HOME"), "passbook", "passbook.db"), book.ID(kept["LETTER"]))
		}
		code, out, errs := call(t, ctx, env, append(args, "--json")...)
		var told map[string]any
		if err := json.Unmarshal([]byte(out), &told); err != nil || code != 0 || len(told) == 0 {
			t.Errorf("passbook %s --json: %d %v %s\n%s", words, code, err, errs, out)
			continue
		}
		if keeps {
			name, path, _ := strings.Cut(keep, "=")
			if kept[name] = valueAt(told, path); kept[name] == "" {
				t.Fatalf("passbook %s --json tells no %s:\n%s", words, path, out)
			}
		}
	}
	for _, words := range slices.Sorted(maps.Keys(doing())) {
		if said[words] == (noJSON[words] != "") {
			t.Errorf("`passbook %s` is typed with --json: %v; why it need not be: %q", words, said[words], noJSON[words])
		}
	}
}

// unknown makes of a letter one of which it is not known whether it has gone, as a mail server leaves it that breaks off.
func unknown(t *testing.T, file string, letter book.ID) {
	t.Helper()
	ctx, db := context.Background(), testkit.Open(t, file)
	st := store.New(db)
	firms, err := st.Workspaces(ctx)
	if err != nil || len(firms) != 1 {
		t.Fatal(firms, err)
	}
	if err := st.Write(ctx, firms[0].ID, func(tx *store.Tx) error {
		l, err := tx.LockLetter(ctx, letter)
		if err != nil {
			return err
		}
		l.State, l.Reason = store.LetterUncertain, "the server broke off"
		return tx.SaveLetter(ctx, &l)
	}); err != nil {
		t.Fatal(err)
	}
}

// valueAt is a text in a value of JSON, by its path as in tokens.0.id; "" where there is none.
func valueAt(v any, path string) string {
	for part := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[part]
		case []any:
			if i := int(part[0] - '0'); i < len(at) {
				v = at[i]
			}
		}
	}
	text, _ := v.(string)
	return text
}
