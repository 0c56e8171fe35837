package cli_test

import (
	"maps"
	"slices"
	"testing"
)

// Why a command's JSON is no list that would leave as a table.
const (
	ofOne  = "it tells of one thing, not of many alike"
	acts   = "it does something, and says what"
	asFile = "it writes a file itself"
)

// noLists are the commands that print JSON, take no key as writes do, and have no --csv and --xlsx, each with the reason.
var noLists = map[string]string{
	"brief": ofOne, "daily": ofOne, "case": ofOne, "closeout": ofOne, "show": ofOne, "playbook show": ofOne, "playbook try": ofOne, "version": ofOne, "verify": ofOne,

	"demo": acts, "init": acts, "copy": acts, "rebuild": acts, "restore": acts, "member end": acts, "member second": acts,
	"outbox drop": acts, "outbox handed": acts, "outbox retry": acts, "outbox went": acts, "mailbox read": acts, "token create": acts, "token end": acts,

	"backup": asFile, "export": asFile, "subject-export": asFile,
}

// Whatever tells of many things alike gives them as a table too: each command that prints JSON and takes no key, as those
// that write do, has --csv and --xlsx, or stands in noLists.
func TestEveryListLeaves(t *testing.T) {
	lists, commands := 0, doing()
	for _, words := range slices.Sorted(maps.Keys(commands)) {
		has := func(flag string) bool { return commands[words].Flags().Lookup(flag) != nil }
		why, said := noLists[words]
		switch {
		case has("csv") != has("xlsx"):
			t.Errorf("`passbook %s` has one of --csv and --xlsx, and not the other", words)
		case has("csv") && said:
			t.Errorf("noLists says of `passbook %s` %q, and it has --csv", words, why)
		case has("csv"):
			lists++
		case has("json") && !has("id") && !said:
			t.Errorf("`passbook %s` prints JSON and has no --csv and --xlsx: let it have them by asFile, or say in noLists why it is no list", words)
		}
	}
	for words := range noLists {
		if commands[words] == nil {
			t.Errorf("noLists has `passbook %s`, which there is not", words)
		}
	}
	if lists < 20 {
		t.Errorf("only %d lists were found", lists)
	}
}
