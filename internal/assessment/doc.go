// Package assessment is the second room: what is it worth, how does it stand? It keeps the passbook of each account:
// what members judge by hand, statements that add up, the firm's tariff, and the proof that what is stored is what
// the log says.
package assessment
