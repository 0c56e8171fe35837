package auth

import (
	"context"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"passbook/internal/book"
	"passbook/internal/store"
)

// providerPatience is how long the provider may take for one answer.
const providerPatience = 10 * time.Second

// Provider is where members may sign in instead of here: OpenID Connect, by the authorization code flow with PKCE.
type Provider struct {
	Issuer   string
	Name     string // what the button calls it
	ClientID string
	Secret   Secret // "" for a public client
	Callback string // the address of our page that people come back to

	mu    sync.Mutex
	known *oidc.Provider // once it has told its addresses
}

// CallbackPath is the page that people come back to.
const CallbackPath = "/signin/oidc/back"

// Journey is what a browser keeps while its owner is at the provider. All of it is chance: the state proves that they
// come back to where they set out, the nonce that what they bring was made for this journey, and the verifier that the
// code is used by who asked for it.
type Journey struct{ State, Nonce, Verifier string }

// String is the journey as a cookie holds it.
func (j *Journey) String() string { return j.State + "." + j.Nonce + "." + j.Verifier }

// ReadJourney reads what String wrote.
func ReadJourney(text string) (Journey, bool) {
	part := strings.Split(text, ".")
	if len(part) != 3 || slices.Contains(part, "") {
		return Journey{}, false
	}
	return Journey{part[0], part[1], part[2]}, true
}

// client makes requests to the provider; its answers are awaited only so long.
func (p *Provider) client(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, &http.Client{Timeout: providerPatience})
}

// meet asks the provider for its addresses, once. It is not asked at start: a provider that is away must not keep the
// desk closed to those who sign in by password.
func (p *Provider) meet(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		known, err := oidc.NewProvider(p.client(ctx), p.Issuer)
		if err != nil {
			return nil, nil, book.Errorf(book.Conflict, "%s does not answer; sign in with your password, or try again later", p.Name).Because(err)
		}
		p.known = known
	}
	return p.known, &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.Secret.Reveal(), Endpoint: p.known.Endpoint(), RedirectURL: p.Callback,
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}, nil
}

// SetOut begins a journey: the browser keeps it and goes to the address.
func (s *Service) SetOut(ctx context.Context, p *Provider) (j Journey, address string, err error) {
	_, c, err := p.meet(ctx)
	if err != nil {
		return j, "", err
	}
	for _, part := range []*string{&j.State, &j.Nonce, &j.Verifier} {
		if *part, err = newSecret(s.random); err != nil {
			return j, "", err
		}
	}
	return j, c.AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)), nil
}

// errLost is for who comes back without having set out here.
var errLost = book.Errorf(book.Forbidden, "this was not begun in this browser, or it took too long; please begin anew")

// Arrive ends a journey: whoever the provider says has this address, verified, is the member who signs in with it. A
// second factor is the provider's affair. Nobody becomes a member by it; who was invited by their address comes in
// without choosing a password.
func (s *Service) Arrive(ctx context.Context, p *Provider, j Journey, state, code, from string) (Identity, error) {
	if j.State == "" || subtle.ConstantTimeCompare([]byte(state), []byte(j.State)) != 1 {
		return Identity{}, errLost
	}
	if err := s.limits.take("n:" + Network(from)); err != nil {
		return Identity{}, err
	}
	address, err := s.vouched(ctx, p, j, code)
	if err != nil {
		return Identity{}, err
	}
	who, err := s.vouchedFor(ctx, p, address)
	if book.FaultOf(err) == book.Forbidden {
		if nerr := s.noteRefused(ctx, "", &store.Door{How: byProvider, Detail: book.EmailKey(address), Place: from}); nerr != nil {
			return Identity{}, nerr
		}
	}
	who.By, who.Place = byProvider, from
	return who, err
}

// byProvider is how somebody came in, or did not, at the provider.
const byProvider = "provider"

// vouched trades the code for what the provider says of its owner, and checks every part of it.
func (s *Service) vouched(ctx context.Context, p *Provider, j Journey, code string) (address string, err error) {
	ctx = p.client(ctx)
	known, c, err := p.meet(ctx)
	if err != nil {
		return "", err
	}
	refused := func(err error) error {
		return book.Errorf(book.Forbidden, "%s did not vouch for you; please begin anew", p.Name).Because(err)
	}
	tokens, err := c.Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return "", refused(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := known.Verifier(&oidc.Config{ClientID: p.ClientID, Now: s.now}).Verify(ctx, raw)
	if err != nil {
		return "", refused(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(j.Nonce)) != 1 {
		return "", refused(nil)
	}
	var said claims
	if err := id.Claims(&said); err != nil {
		return "", refused(err)
	}
	if said.Email == "" && known.UserInfoEndpoint() != "" { // some tell it only when asked
		info, err := known.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err == nil && info.Subject == id.Subject {
			err = info.Claims(&said)
		}
		if err != nil {
			return "", refused(err)
		}
	}
	if said.Email == "" || !bool(said.Verified) {
		return "", book.Errorf(book.Forbidden, "%s does not say that it has verified your mail address, so it cannot be told who you are here", p.Name)
	}
	return said.Email, nil
}

// claims are what is read of what a provider says.
type claims struct {
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
}

// truth is a yes that some providers write as text.
type truth bool

// UnmarshalJSON reads true and "true"; all else is no.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = string(b) == "true" || string(b) == `"true"`
	return nil
}

// vouchedFor is the member who signs in with an address, or who was invited by it.
func (s *Service) vouchedFor(ctx context.Context, p *Provider, address string) (Identity, error) {
	nobody := book.Errorf(book.Forbidden, "nobody signs in here with %s, the address that %s gave; ask an owner of the firm to invite it", address, p.Name)
	key := book.EmailKey(address)
	if key == "" {
		return Identity{}, nobody
	}
	login, _, err := s.credential(ctx, key)
	if err == nil && login.Member == "" {
		login, err = s.invited(ctx, key)
	}
	if err != nil {
		return Identity{}, err
	}
	if login.Member == "" {
		return Identity{}, nobody
	}
	return s.Identity(ctx, login.Workspace, login.Member)
}

// invited looks for a member of any firm with this address and an invitation that is open, and lets the address sign
// in from now on; the invitation is used up. An address that two firms have invited is told by its links alone.
func (s *Service) invited(ctx context.Context, key string) (found store.Login, err error) {
	var firms []store.Workspace
	if firms, err = s.store.Workspaces(ctx); err != nil {
		return found, err
	}
	for _, firm := range firms {
		member, err := s.invitedTo(ctx, firm.ID, key)
		switch {
		case err != nil:
			return store.Login{}, err
		case member != "" && found.Member != "":
			return store.Login{}, nil
		case member != "":
			found = store.Login{Workspace: firm.ID, Member: member}
		}
	}
	if found.Member == "" {
		return found, nil
	}
	return found, s.store.Write(ctx, found.Workspace, func(tx *store.Tx) error {
		if err := signsInWith(ctx, tx, key, found.Member); err != nil {
			return err
		}
		for _, kind := range invitations {
			if err := s.endLink(ctx, tx, kind, found.Member); err != nil {
				return err
			}
		}
		return nil
	})
}

var invitations = []store.PassKind{store.PassInvite, store.PassBegin}

func (s *Service) invitedTo(ctx context.Context, ws book.ID, key string) (who book.ID, err error) {
	err = s.store.Read(ctx, ws, func(tx *store.Tx) error {
		all, err := tx.MemberAddresses(ctx)
		if err != nil || all[key] == "" {
			return err
		}
		for _, kind := range invitations {
			open, err := tx.PassesOf(ctx, all[key], kind, s.instant())
			if err != nil {
				return err
			}
			if len(open) > 0 {
				who = all[key]
			}
		}
		return nil
	})
	return who, err
}
