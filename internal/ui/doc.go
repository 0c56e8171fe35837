// Package ui holds what every page shares: the layout, the parts, the style and script files, and the words in each
// language. It knows how things look and nothing about where they come from.
package ui
