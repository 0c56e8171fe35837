// Package tidy holds the rules of the house, for its own tests and for those of packages that make what a rule is
// about. Nothing of it is in the program.
package tidy
