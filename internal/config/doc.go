// Package config is how the program is told to serve: by a file, the environment and flags. All of it is read and checked
// before a port opens, and all that is wrong is told at once.
package config
