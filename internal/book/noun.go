package book

// AccountKind says what sort of client an account is kept for.
type AccountKind string

// The kinds of account.
const (
	Person    AccountKind = "person"
	Household AccountKind = "household"
	Company   AccountKind = "company"
)

// AccountKinds lists them.
var AccountKinds = []AccountKind{Person, Household, Company}

// Member is a person of the firm.
type Member struct {
	ID      ID      `json:"id"`
	Name    string  `json:"name"`
	Email   string  `json:"email,omitempty"`
	Role    Role    `json:"role"`
	Dept    string  `json:"department,omitempty"`
	Phone   string  `json:"phone,omitempty"` // where clients reach them
	Created Instant `json:"created"`

	// While they are away, who stands in for them, from an instant until another one, not included.
	Deputy    ID      `json:"deputy,omitempty"`
	AwayFrom  Instant `json:"away_from,omitempty"`
	AwayUntil Instant `json:"away_until,omitempty"`
	Left      Instant `json:"left,omitempty"` // when they left the firm
}

// Role is what a member may do.
type Role string

// The roles, widest first.
const (
	RoleOwner      Role = "owner"
	RoleManager    Role = "manager"
	RoleMember     Role = "member"
	RoleAssistant  Role = "assistant"
	RoleAccountant Role = "accountant"
)

// KeepsClients says whether somebody of the role is offered where clients need another owner: an accountant reads figures.
func (r Role) KeepsClients() bool { return r != RoleAccountant }

// Roles lists them.
var Roles = []Role{RoleOwner, RoleManager, RoleMember, RoleAssistant, RoleAccountant}

// Workspace is one firm's data.
type Workspace struct {
	ID       ID      `json:"id"`
	Name     string  `json:"name"`
	Playbook string  `json:"playbook"`          // the first playbook, which gives the half-life and the calendar
	Country  string  `json:"country,omitempty"` // two letters, for phone numbers written without one
	Created  Instant `json:"created"`
}

// Account is the relationship that is kept. Its balance and what is owed stand beside it in a ledger.State.
type Account struct {
	ID       ID
	Name     string
	Kind     AccountKind
	Owner    ID
	Stage    string
	Tier     string
	Playbook string
	Tags     []string
	Visible  Visibility // the zero value is VisibleFirm
	Merged   ID         // the account this one redirects to
	Created  Instant
}

// Named fields of an account as they stand in a Change. Stage, tier, owner, playbook, kind and visibility are facts; the rest
// are words.
const (
	FieldName     = "name"
	FieldKind     = "kind"
	FieldOwner    = "owner"
	FieldStage    = "stage"
	FieldTier     = "tier"
	FieldPlaybook = "playbook"
	FieldTags     = "tags"
	FieldVisible  = "visibility"

	// Of a contact that stands on an account: whether it does, a fact that is Stands or nothing, and as what.
	FieldStands = "stands"
	FieldRole   = "role"
	Stands      = "yes"

	CustomPrefix = "custom."
)

// Contact is a person attached to accounts.
type Contact struct {
	ID      ID
	Name    string
	Fields  map[string]string // see contact.go
	Merged  ID
	Created Instant
}
