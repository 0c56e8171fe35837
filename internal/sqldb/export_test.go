package sqldb

// For the tests of this folder, which stand outside of the package.
var (
	Localise     = localise
	Positional   = positional
	WithDatabase = withDatabase
)

// MaxStatements is the size of a connection's cache.
const MaxStatements = maxStatements
