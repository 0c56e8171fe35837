// Package actions is the fourth room: what do we do today? It reads the book as the other three rooms keep it and says
// whom to talk to first, why, how, and what waiting would cost.
package actions
