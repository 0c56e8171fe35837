package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"passbook/internal/assessment"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/teller"
)

func people(d *desk) {
	type listed struct {
		AsOf
		PageOf
		Q string `query:"q" maxLength:"200" doc:"The beginning of a name, or a whole address or number."`
	}
	get(d, tagPeople, "list-contacts", "/contacts", "The people there are, by name, clients or not", func(ctx context.Context, in *listed) (*answer[*awareness.PersonPage], error) {
		return read(ctx, d, in.AsOf, func(r *teller.Reading) (*awareness.PersonPage, error) {
			return awareness.People(ctx, r, in.Q, in.After, in.Limit)
		})
	})
	type one struct {
		ID string `path:"id" doc:"The contact's id."`
		Unless
	}
	show(d, tagPeople, "show-contact", "/contacts/{id}", "What is known of a person", func(ctx context.Context, in *one) (*tagged[*awareness.KnownPerson], error) {
		got, err := read(ctx, d, now, func(r *teller.Reading) (*awareness.KnownPerson, error) {
			id, err := anID("contact", in.ID)
			if err != nil {
				return nil, err
			}
			return awareness.ShowPerson(ctx, r, id)
		})
		if err != nil {
			return nil, err
		}
		return tag(got.Body.Version, in.NoneMatch, got.Body)
	})
	addPerson(d)
	editPerson(d)
	consents(d)
	links(d)
	type file struct {
		AsOf
		ID string `path:"id" doc:"The contact's id."`
	}
	get(d, tagPeople, "contact-file", "/contacts/{id}/file", "Everything the book holds about a person, to be handed to them", func(ctx context.Context, in *file) (*answer[*awareness.SubjectFile], error) {
		return subject(ctx, d, in.AsOf, "contact", in.ID)
	})
}

// newContact is a person to be taken in.
type newContact struct {
	Keyed
	Body struct {
		ID      string            `json:"id,omitempty" maxLength:"200" doc:"A key of your own: the same again writes nothing."`
		Name    string            `json:"name" minLength:"1" maxLength:"300"`
		Emails  []string          `json:"emails,omitempty" maxItems:"50"`
		Phones  []string          `json:"phones,omitempty" maxItems:"50"`
		Set     map[string]string `json:"set,omitempty" doc:"Other fields, as in birthday or dog."`
		Another bool              `json:"another,omitempty" doc:"One more of a name that is in the book already, without an address."`
		Of      string            `json:"of,omitempty" maxLength:"300" doc:"The account that the person belongs to."`
		Role    string            `json:"role,omitempty" maxLength:"200" doc:"Their role there."`
		At      book.Instant      `json:"at,omitempty"`
	}
}

func (in *newContact) command() (teller.Command, error) {
	b := &in.Body
	fields, err := awareness.TypedFields(b.Set, b.Emails, b.Phones)
	return &awareness.Add{
		Name: b.Name, Fields: fields, ContactOnly: true, Another: b.Another, Of: awareness.Client(b.Of), Role: b.Role, At: b.At,
	}, err
}

// Resolve implements huma.Resolver.
func (in *newContact) Resolve(ctx huma.Context) []error { return heldUp(ctx, in.command) }

func addPerson(d *desk) {
	change(d, http.MethodPost, http.StatusCreated, tagPeople, "add-contact", "/contacts", "Take a person in without an account, or as one of an account's people", func(ctx context.Context, in *newContact) (*addedAnswer, error) {
		key, err := either(ctx, in.Body.ID, in.Keyed)
		if err != nil {
			return nil, err
		}
		return d.add(ctx, key, in.command)
	})
	type place struct {
		Keyed
		ID   string `path:"id" doc:"The contact's id."`
		Body struct {
			Account book.ID      `json:"account" minLength:"36" maxLength:"36"`
			Role    string       `json:"role,omitempty" maxLength:"200" doc:"What they are there, as in buyer or accountant."`
			At      book.Instant `json:"at,omitempty"`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagPeople, "join", "/contacts/{id}/accounts", "Make a person one of an account's people, or give them another role there", func(ctx context.Context, in *place) (*writtenAnswer, error) {
		id, err := anID("contact", in.ID)
		if err != nil {
			return nil, err
		}
		return d.do(ctx, in.id(ctx), &awareness.Join{Contact: id, Account: awareness.Client(in.Body.Account), Role: in.Body.Role, At: in.Body.At})
	})
	type off struct {
		Keyed
		ID      string `path:"id" doc:"The contact's id."`
		Account string `path:"account" doc:"The account's id."`

		At time.Time `query:"at" doc:"Since when they are not; now when left out."`
	}
	change(d, http.MethodDelete, http.StatusOK, tagPeople, "take-off", "/contacts/{id}/accounts/{account}", "Take a person off an account; they stay in the book", func(ctx context.Context, in *off) (*answer[assessment.Written], error) {
		id, err := anID("contact", in.ID)
		if err != nil {
			return nil, err
		}
		account, err := client(in.Account)
		if err != nil {
			return nil, err
		}
		out, err := d.written(ctx, in.Keyed, &awareness.TakeOff{Account: account, Person: id, At: book.Micros(in.At)})
		if err != nil {
			return nil, inQuery(err, map[string]bool{"at": true})
		}
		return out, nil
	})
}

// consents are by which channel somebody lets the firm reach them.
func consents(d *desk) {
	type said struct {
		Consents []awareness.Consent `json:"consents" doc:"What they said last of each channel; of a channel that is not there they said nothing."`
	}
	type one struct {
		ID string `path:"id" doc:"The contact's id."`
	}
	get(d, tagPeople, "list-consents", "/contacts/{id}/consents", "By which channels somebody may be reached, and where they said so", func(ctx context.Context, in *one) (*answer[said], error) {
		return read(ctx, d, now, func(r *teller.Reading) (said, error) {
			id, err := anID("contact", in.ID)
			if err != nil {
				return said{}, err
			}
			who, err := awareness.ShowPerson(ctx, r, id)
			if err != nil { // there is none, or none that is seen
				return said{}, err
			}
			return said{orEmpty(who.Consents)}, nil
		})
	})
	type saying struct {
		Keyed
		ID   string `path:"id" doc:"The contact's id."`
		Body struct {
			Channel book.Channel `json:"channel" enum:"social,chat,email,text,letter,call,video,meeting"`
			Consent book.Consent `json:"consent" enum:"given,withdrawn"`
			Source  string       `json:"source,omitempty" maxLength:"1000" doc:"Where they said so; of a consent given it is wanted."`
			At      book.Instant `json:"at,omitempty" doc:"Since when; now when left out."`
		}
	}
	change(d, http.MethodPost, http.StatusCreated, tagPeople, "say-consent", "/contacts/{id}/consents", "They let us reach them by a channel, or no more", func(ctx context.Context, in *saying) (*writtenAnswer, error) {
		id, err := anID("contact", in.ID)
		if err != nil {
			return nil, err
		}
		b := &in.Body
		return d.do(ctx, in.id(ctx), &awareness.SayConsent{Person: id, Channel: b.Channel, Consent: b.Consent, Source: b.Source, At: b.At})
	})
}

// personBody changes a person: a list that is given replaces the one there is, and what is left out stays.
type personBody struct {
	ID        string            `json:"id,omitempty" maxLength:"200" doc:"A key of your own: the same again writes nothing."`
	Name      string            `json:"name,omitempty" maxLength:"300"`
	Email     string            `json:"email,omitempty" maxLength:"300" doc:"One more mail address, as ADDRESS or LABEL:ADDRESS."`
	Phone     string            `json:"phone,omitempty" maxLength:"300" doc:"One more telephone number, as NUMBER or LABEL:NUMBER."`
	Emails    *[]book.Reach     `json:"emails,omitempty" doc:"All mail addresses, in place of those there are; likewise the other lists."`
	Phones    *[]book.Reach     `json:"phones,omitempty"`
	Handles   *[]book.Reach     `json:"handles,omitempty"`
	URLs      *[]book.Reach     `json:"urls,omitempty"`
	Related   *[]book.Reach     `json:"related,omitempty"`
	Addresses *[]book.Postal    `json:"addresses,omitempty"`
	Set       map[string]string `json:"set,omitempty" doc:"Other fields; an empty value clears one."`
	At        book.Instant      `json:"at,omitempty" doc:"Since when it is so; now when left out."`
}

// personInput is a change of a person.
type personInput struct {
	Keyed
	Provided
	ID   string `path:"id" doc:"The contact's id."`
	Body personBody
}

func (in *personInput) command() (teller.Command, error) {
	b := &in.Body
	set, faulty := awareness.TypedFields(b.Set, nil, nil)
	for field, list := range map[string]*[]book.Reach{
		book.ContactEmails: b.Emails, book.ContactPhones: b.Phones, book.ContactHandles: b.Handles, book.ContactURLs: b.URLs,
		book.ContactRelated: b.Related,
	} {
		if list != nil {
			set[field] = listText(*list)
		}
	}
	if b.Addresses != nil {
		set[book.ContactAddresses] = listText(*b.Addresses)
	}
	if b.Name != "" {
		set[book.ContactName] = b.Name
	}
	c := &awareness.EditPerson{Set: set, At: b.At}
	c.AddReach = given(map[string]string{book.ContactEmails: b.Email, book.ContactPhones: b.Phone})
	var err error
	if c.Contact, err = anID("contact", in.ID); err != nil {
		return nil, err
	}
	if c.Expect, err = in.version(); err != nil {
		return nil, err
	}
	if len(c.Set)+len(c.AddReach) == 0 && faulty == nil {
		return nil, book.Errorf(book.Invalid, "say what to change")
	}
	return c, faulty
}

// Resolve implements huma.Resolver.
func (in *personInput) Resolve(ctx huma.Context) []error { return heldUp(ctx, in.command) }

// listText is a list as it is kept; an empty one clears the field.
func listText[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	return book.WriteList(list)
}

func editPerson(d *desk) {
	change(d, http.MethodPatch, http.StatusOK, tagPeople, "edit-contact", "/contacts/{id}", "Change a person", func(ctx context.Context, in *personInput) (*answer[assessment.Written], error) {
		cmd, err := d.sound(ctx, in.command)
		if err != nil {
			return nil, err
		}
		key, err := either(ctx, in.Body.ID, in.Keyed)
		if err != nil {
			return nil, err
		}
		return d.writtenWith(ctx, key, cmd)
	})
}
