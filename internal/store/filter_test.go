package store

import (
	"testing"

	"pgregory.net/rapid"

	"passbook/internal/book"
	"passbook/internal/tidy"
)

// Whatever filter, order and place a list is built for, the statement keeps the rules of all statements, and has as many
// parameters as arguments.
func TestListQueryKeepsTheRules(t *testing.T) {
	words := rapid.SampledFrom([]string{"", "x", "' OR 1 = 1 --", "$9", "?", "a?b?c", "Ärger"})
	rapid.Check(t, func(r *rapid.T) {
		f := Filter{
			Owner: book.ID(words.Draw(r, "owner")), Stage: words.Draw(r, "stage"), Tier: words.Draw(r, "tier"),
			Playbook: words.Draw(r, "playbook"), Kind: book.AccountKind(words.Draw(r, "kind")), Tag: words.Draw(r, "tag"),
			Visible: rapid.SampledFrom(append(book.Visibilities, "")).Draw(r, "visibility"),
		}
		if rapid.Bool().Draw(r, "narrowed") {
			f.Among = make([]book.ID, rapid.IntRange(0, MostAmong).Draw(r, "among"))
		}
		if rapid.Bool().Draw(r, "below") {
			below := rapid.Float64().Draw(r, "key")
			f.Below = &below
		}
		place := Place{ID: book.ID(words.Draw(r, "after")), Name: words.Draw(r, "name"), Sign: rapid.IntRange(-1, 1).Draw(r, "sign")}
		order := rapid.SampledFrom(Orders).Draw(r, "order")
		if rapid.Bool().Draw(r, "reversed") {
			order = order.Reversed()
		}
		query, args := listQuery("acme", &f, order, &place, rapid.IntRange(1, 1000).Draw(r, "limit"))
		for _, fault := range tidy.Statement(query, []string{"account", "account_tag"}, nil) {
			r.Errorf("%s\n%s", query, fault)
		}
		if n := tidy.Parameters(query); n != len(args) {
			r.Errorf("%d parameters, %d arguments\n%s", n, len(args), query)
		}
	})
}
