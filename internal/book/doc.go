// Package book holds the nouns of the firm's book and the rules that need nothing but the nouns: ids, points,
// instants, channels, entries, accounts, contacts and members. It is pure: no clock, no randomness of its own,
// no input or output.
package book
