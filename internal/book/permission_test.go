package book_test

import (
	"testing"

	"passbook/internal/book"
)

// Who may do what, written down a second time: a role that gains or loses something must be meant to, in both places.
func TestWhoMayWhat(t *testing.T) {
	const (
		owner, manager, member, assistant, accountant = "o", "g", "m", "a", "c"
		all                                           = owner + manager + member + assistant + accountant
	)
	letter := map[book.Role]string{
		book.RoleOwner: owner, book.RoleManager: manager, book.RoleMember: member, book.RoleAssistant: assistant, book.RoleAccountant: accountant,
	}
	table := map[book.Act]string{
		book.ActAny: all, book.ActUndo: all, book.ActView: all, book.ActAway: all, book.ActRecover: all,
		book.ActLog:     owner + manager + member + assistant,
		book.ActServe:   owner + manager + member + accountant,
		book.ActPeople:  owner + manager + member,
		book.ActImport:  owner + manager + member,
		book.ActErase:   owner + manager,
		book.ActExport:  owner + manager,
		book.ActLetters: owner + manager,
		book.ActWatch:   owner + manager,
		book.ActFirm:    owner,
		book.ActTake:    owner,
	}
	for _, role := range book.Roles {
		for act, who := range table {
			may := false
			for _, w := range who {
				may = may || string(w) == letter[role]
			}
			if err := book.Permit(role, act); (err == nil) != may {
				t.Errorf("%s, %s: %v, but it should be %v", role, act, err, may)
			}
		}
		for _, act := range book.Acts() {
			if table[act] == "" {
				t.Errorf("%s is not in the table", act)
			}
		}
	}
	if book.Permit("nobody", book.ActAny) == nil || book.Permit(book.RoleOwner, "no act") == nil {
		t.Error("a role or an act that there is not is let through")
	}
}
