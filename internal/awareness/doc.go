// Package awareness is the first room: what do we know? It keeps people (contacts, accounts, who knows whom) and
// captures touches, typed or from files, and finds them again.
//
// Where to look, by file:
//
//   - people.go, edit.go, contact.go, join.go, merge.go, note.go: taking clients in, changing, joining, relating them
//   - touch.go, asked.go: what passed between the firm and a client, and that they asked for news by it
//   - letter.go: what taking back and bringing back means for a touch that is a letter
//   - whom.go: who of an account's people it was with
//   - client.go, resolve.go, apart.go: which client is meant by an id, an address or a name
//   - void.go, undo.go, undo_changes.go, run.go: taking back an entry, a change, a whole import
//   - erase.go, erase_subject.go, erase_files.go, erase_ask.go, erase_mark.go: taking a person out for good, and what that would come to
//   - subject_whom.go, subject_file.go: whose it is by a word, and all that the book holds about a person, to be handed to them
//   - import_entries.go, import_people.go, import_filing.go, import_returned.go, import_touches.go, incoming.go, directory.go, refile.go: what files say
//   - find.go, glance.go, list.go, listing.go, show.go, duplicates.go, suggestions.go: the pages of the room, and the words that narrow a list
//   - page.go, audit.go, doors.go: the log page by page, with who wrote what, and who came in at the door
//   - bulk.go, stand.go: many accounts changed alike, people taken off an account, an entry corrected
//   - attach.go, consent.go, field.go: files on accounts, what people said of being reached, what the firm asks of everybody
//   - edited.go, version.go: what stands now beside an edit that came second
//   - similar.go, view.go, like.go: who may be meant by a name being typed; lists kept by name; what a member likes
//   - clientlink.go, wrote.go, enquire.go: clients' own pages, what they and strangers write to the firm, and links by which letters stop
//   - firm.go, member.go, team.go, away.go: the firm and its people, who is away and who leaves
package awareness
