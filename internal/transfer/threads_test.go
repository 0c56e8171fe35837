package transfer

import (
	"strings"
	"testing"

	"passbook/internal/assessment"
	"passbook/internal/book"
	"passbook/internal/sqldb"
	"passbook/internal/teller"
	"passbook/internal/testkit"
)

// mboxOf writes an mbox of letters, each given by its headers; the day of May and who wrote come first.
func mboxOf(t *testing.T, name string, letters ...string) string {
	t.Helper()
	var b strings.Builder
	for _, l := range letters {
		b.WriteString("From x@mail.example Mon May  6 10:00:00 2024\n" + l + "Subject: The pallet\n\nWords.\n\n")
	}
	return write(t, name, b.String())
}

// A mailbox is often several files, one of what came and one of what was sent, and this week's answers last week's. Whichever
// files letters stand in, and in whatever order and however many runs these are brought, an answer answers its letter; the same
// files again change nothing.
func TestAnswersInOtherFiles(t *testing.T) {
	const client, ours = "From: maria@client.example\nTo: ana@acme.example\n", "From: ana@acme.example\nTo: maria@client.example\n"
	first := client + "Date: Mon, 6 May 2024 09:00:00 +0000\nMessage-ID: <1@client.example>\n"
	reply := ours + "Date: Mon, 6 May 2024 11:00:00 +0000\nMessage-ID: <2@acme.example>\nIn-Reply-To: <1@client.example>\nReferences: <1@client.example>\n"
	again := client + "Date: Tue, 7 May 2024 09:00:00 +0000\nMessage-ID: <3@client.example>\nIn-Reply-To: <2@acme.example>\nReferences: <1@client.example> <2@acme.example>\n"
	other := client + "Date: Tue, 7 May 2024 09:30:00 +0000\nMessage-ID: <4@client.example>\n"
	cut := ours + "Date: Tue, 7 May 2024 15:00:00 +0000\nMessage-ID: <5@acme.example>\nReferences: <3@client.example>\n"

	inbox, sent := mboxOf(t, "Inbox", first, again), mboxOf(t, "Sent", reply, cut)
	more := mboxOf(t, "Inbox-2", other)
	for name, runs := range map[string][][]string{
		"in one run":              {{inbox, sent, more}},
		"what was sent first":     {{sent, inbox, more}},
		"in runs of their own":    {{inbox}, {more}, {sent}},
		"the other way around":    {{sent}, {more}, {inbox}},
		"each week by itself":     {{mboxOf(t, "a", first)}, {mboxOf(t, "b", reply)}, {mboxOf(t, "c", again, other)}, {mboxOf(t, "d", cut)}},
		"each week, from the end": {{mboxOf(t, "d", cut)}, {mboxOf(t, "c", other, again)}, {mboxOf(t, "b", reply)}, {mboxOf(t, "a", first)}},
		"all in one file":         {{mboxOf(t, "all", first, reply, again, other, cut)}},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Engines(t, func(t *testing.T, db *sqldb.DB) {
				b := testkit.NewBook(t, db)
				opts := Options{Me: []string{"ana@acme.example"}}
				var last *Report
				for _, paths := range runs {
					last = bring(t, b, opts, paths...)
				}
				if last.Waiting != 1 || last.WaitingSince.Time().Format("2006-01-02 15:04") != "2024-05-07 09:30" {
					t.Errorf("%d wait, since %v; the other thread alone does", last.Waiting, last.WaitingSince.Time())
				}
				before, err := assessment.Verify(t.Context(), b.Teller, b.Ana, nil)
				if err != nil || len(before.Differences) > 0 {
					t.Fatalf("%v %v", err, before)
				}
				for _, paths := range runs {
					for _, f := range bring(t, b, opts, paths...).Files {
						if f.Created > 0 {
							t.Errorf("again: %+v", f)
						}
					}
				}
				after, err := assessment.Verify(t.Context(), b.Teller, b.Ana, nil)
				if err != nil || after.Digest != before.Digest || after.Entries != before.Entries {
					t.Errorf("the same files again changed the book: %v %v", err, after)
				}
				answered := 0
				err = b.Read(t.Context(), b.Ana, 0, func(r *teller.Reading) error {
					postings, err := r.Tx.PostingsBetween(t.Context(), book.DerivedID("account", "maria@client.example"), 0, r.Now)
					for _, p := range postings {
						if p.Why == "answered" {
							answered++
						}
					}
					return err
				})
				if err != nil || answered != 2 {
					t.Errorf("%d answers were posted, want 2; %v", answered, err)
				}
			})
		})
	}
}
