package book

// Act is a class of things that a member may or may not do.
type Act string

// The acts.
const (
	ActLog    Act = "log touches"
	ActServe  Act = "keep promises and cases"
	ActPeople Act = "change people and accounts"
	ActImport Act = "import and undo imports"
	ActErase  Act = "erase people"
	ActFirm   Act = "change members and playbooks"
)

// may is the one table of who may do what.
var may = map[Role]map[Act]bool{
	RoleOwner:      {ActLog: true, ActServe: true, ActPeople: true, ActImport: true, ActErase: true, ActFirm: true},
	RoleManager:    {ActLog: true, ActServe: true, ActPeople: true, ActImport: true, ActErase: true},
	RoleMember:     {ActLog: true, ActServe: true, ActPeople: true, ActImport: true},
	RoleAssistant:  {ActLog: true},
	RoleAccountant: {ActServe: true},
}

// Permit refuses what a role may not do, and says who may.
func Permit(role Role, act Act) error {
	if may[role][act] {
		return nil
	}
	var who string
	for _, r := range Roles {
		if may[r][act] {
			if who != "" {
				who += ", "
			}
			who += string(r)
		}
	}
	return Errorf(Forbidden, "as %s you may not %s; that is for: %s", role, act, who)
}
