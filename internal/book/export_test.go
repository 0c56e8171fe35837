package book

import (
	"maps"
	"slices"
)

// Acts are all that an owner may do, which is everything, in no order.
func Acts() []Act { return slices.Collect(maps.Keys(may[RoleOwner])) }
