// Package web is the members' pages: rooms' queries as HTML, and forms that become the same commands as on the command
// line. Every page works without JavaScript; htmx only makes it quicker.
package web
