// Package awareness is the first room: what do we know? It keeps people (contacts, accounts, who knows whom) and
// captures touches, typed or from files, and finds them again.
package awareness
