// Package auth knows who is asking: passwords, second factors, sessions of browsers, tokens of programs, links that are
// good once, and limits on guessing. What somebody may do is not decided here but in book.Permit.
package auth
