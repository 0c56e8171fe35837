// Package awareness is the first room: what do we know? It keeps people (contacts, accounts, who knows whom) and
// captures touches, typed or from files, and finds them again.
//
// Where to look, by file:
//
//   - people.go, edit.go, contact.go, merge.go, note.go: taking clients in, changing, joining, relating them
//   - touch.go: what passed between the firm and a client
//   - client.go, resolve.go, apart.go: which client is meant by an id, an address or a name
//   - void.go, undo.go, undo_changes.go, run.go: taking back an entry, a change, a whole import
//   - erase.go, erase_mark.go: taking a person out for good
//   - import_*.go, incoming.go, directory.go, refile.go: what files say
//   - find.go, list.go, show.go, duplicates.go, suggestions.go: the pages of the room
//   - bulk.go, stand.go: many accounts changed alike, people taken off an account, an entry corrected
//   - attach.go, consent.go: files on accounts, what people said of being reached, who are two
//   - edited.go, version.go: what stands now beside an edit that came second
//   - similar.go, view.go: who may be meant by a name being typed; lists kept by name
//   - firm.go, member.go: the firm and its people
package awareness
