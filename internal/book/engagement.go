package book

// EngagementKind says what a piece of work is.
type EngagementKind string

// The kinds of engagement.
const (
	Sale         EngagementKind = "sale"
	Purchase     EngagementKind = "purchase"
	Lease        EngagementKind = "lease"
	Project      EngagementKind = "project"
	Subscription EngagementKind = "subscription"
)

// EngagementKinds lists them.
var EngagementKinds = []EngagementKind{Sale, Purchase, Lease, Project, Subscription}
