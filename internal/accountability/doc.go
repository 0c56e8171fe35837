// Package accountability is the third room: who owes what to whom, by when? It keeps promises, cases, closings with the
// care that follows them, and thanks, and says what is due and how well the firm keeps its word.
package accountability
