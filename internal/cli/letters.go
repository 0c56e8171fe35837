package cli

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"passbook/internal/auth"
	"passbook/internal/awareness"
	"passbook/internal/book"
	"passbook/internal/config"
	"passbook/internal/mail"
	"passbook/internal/queue"
	"passbook/internal/store"
	"passbook/internal/teller"
	"passbook/internal/transfer"
	"passbook/internal/ui"
)

// mailServer is the one that letters go out by; nil for none.
func mailServer(c *config.Config) (*mail.SMTP, error) {
	server, err := mail.NewSMTP(mail.Config{
		Host: c.SMTP.Host, Port: c.SMTP.Port, User: c.SMTP.User, Password: c.SMTP.Password.Reveal(), From: c.SMTP.From, TLS: c.SMTP.TLS,
	})
	if err != nil {
		return nil, misusef("smtp: %s", book.Message(err))
	}
	return server, nil
}

// outbox writes letters.
func (a *app) outbox(svc *auth.Service, words ui.Languages, base func() string, server *mail.SMTP, reached bool) *mail.Outbox {
	return &mail.Outbox{Auth: svc, Words: words, Base: base, Sends: server != nil, Here: !reached, Office: server.Office()}
}

// ownOutbox is the outbox of a command, by the configuration that serve would read without flags.
func (a *app) ownOutbox(s *session) (*mail.Outbox, error) {
	c, err := config.Load(config.Sources{File: a.env.Getenv("PASSBOOK_CONFIG"), Env: a.env.Getenv, Named: a.variables()})
	if err != nil {
		return nil, err
	}
	server, err := mailServer(&c.Config)
	if err != nil {
		return nil, err
	}
	words, err := ui.NewLanguages()
	if err != nil {
		return nil, err
	}
	base := c.Base(nil)
	return a.outbox(auth.New(s.Store(), a.env.Now, a.env.Random), words, func() string { return base }, server, c.Reached()), nil
}

// look is how long jobs wait that another program has left, and those that are tried again.
const look = 15 * time.Second

// jobs does what commands leave to be done, until its context ends. Without a mail server letters are left alone.
func (a *app) jobs(s *session, c *config.Config, server *mail.SMTP, dailies *mail.Dailies) func(context.Context) {
	doers := map[string]queue.Doer{}
	if server != nil {
		d := mail.Delivery{Teller: s.Teller, Now: a.env.Now, Server: server}
		if base := c.Base(nil); c.Reached() && strings.HasPrefix(base, "https://") {
			d.Public = base
		}
		doers[mail.JobKind] = mail.Deliver(d)
	}
	return func(ctx context.Context) {
		if dailies.Goes() {
			doers[mail.DailyKind] = dailies.Doer()
			var under sync.WaitGroup
			under.Go(func() { dailies.Run(ctx) })
			defer under.Wait()
		}
		if len(doers) > 0 {
			queue.New(s.Store(), a.env.Now, dailies.Log, doers).Run(ctx, look, s.Written)
		}
	}
}

func memberInviteCommand(a *app) *cobra.Command {
	w := writing{app: a}
	m := awareness.AddMember{}
	lang := ""
	cmd := &cobra.Command{
		Use: "invite NAME", Short: "Take a person into the firm and write them a letter with a link to come in", Args: wants("NAME"),
		Example:           `  passbook member invite "Ben Ito" --email ben@example.com --role assistant`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			m.Name = args[0]
			return w.letter(cmd.Context(), func(o *mail.Outbox) (teller.Command, func() *store.Letter) {
				c := o.Invite(m, lang)
				return c, func() *store.Letter { return c.Letter }
			})
		},
	}
	wordFlag(cmd, &m.Role, "role", book.Roles, "what they may do (default member)")
	cmd.Flags().StringVar(&m.Dept, "department", "", "the department")
	cmd.Flags().StringArrayVar(&m.Emails, "email", nil, "where the letter goes; may be given several times")
	cmd.Flags().StringVar(&lang, "language", "", "of the letter: en or de (default en)")
	w.flags(cmd, false)
	return cmd
}

func memberLinkCommand(a *app) *cobra.Command {
	w := writing{app: a}
	lang := ""
	cmd := &cobra.Command{
		Use: "link NAME", Short: "Write a person of the firm a letter with a new link, to choose a password", Args: wants("NAME"),
		ValidArgsFunction: a.members,
		RunE: func(cmd *cobra.Command, args []string) error {
			return w.letter(cmd.Context(), func(o *mail.Outbox) (teller.Command, func() *store.Letter) {
				c := o.NewLink(args[0], lang)
				return c, func() *store.Letter { return c.Letter }
			})
		},
	}
	cmd.Flags().StringVar(&lang, "language", "", "of the letter, where they have not chosen one: en or de (default en)")
	w.flags(cmd, false)
	return cmd
}

// letter runs a command that writes a letter, and says where it is; where it is to be handed over, it prints it.
func (w *writing) letter(ctx context.Context, command func(*mail.Outbox) (teller.Command, func() *store.Letter)) error {
	return w.with(ctx, func(s *session) error {
		o, err := w.ownOutbox(s)
		if err != nil {
			return err
		}
		cmd, written := command(o)
		if _, err := s.Do(ctx, s.who, cmd, w.options(s)); err != nil {
			return err
		}
		l := written()
		switch {
		case l == nil && w.json:
			return w.out.json(map[string]any{"letter": nil, "repeated": true})
		case l == nil:
			w.out.line("written before")
			return nil
		}
		return w.tellLetter(o, l)
	})
}

func (a *app) tellLetter(o *mail.Outbox, l *store.Letter) error {
	text := o.Text(l)
	switch {
	case a.json:
		line := (&mail.Listed{Letter: *l, Text: text}).Line()
		return a.out.json(map[string]any{"letter": line, "repeated": false})
	case text == "":
		a.out.linef("A letter to %s is on its way: %s", oneLine(l.Address), l.ID)
	default:
		a.out.line("This letter is to be handed over; it stands in the outbox too:")
		a.out.line("")
		a.out.line(l.Subject)
		a.out.line("")
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			a.out.line(visible(line))
		}
		if o.Here {
			a.out.line("")
			a.out.wrapped(0, plain, onlyHere(o.Base()))
		}
	}
	return nil
}

// onlyHere says of a link that it begins with where the desk answers, since nobody said how others reach it.
func onlyHere(base string) string {
	return "The link begins with " + base + ", where the desk answers by itself, and may open on this machine alone: public_url " +
		"(PASSBOOK_PUBLIC_URL, serve --public-url) is not set, which says how others reach the desk."
}

func outboxCommand(a *app) *cobra.Command {
	limit, after := 0, ""
	var file asFile
	list := func(cmd *cobra.Command, _ []string) error {
		if file.wanted() {
			return a.fileLetters(cmd.Context(), &file)
		}
		return a.listLetters(cmd.Context(), after, limit)
	}
	parent := parent("outbox", "Letters to clients, and to the firm's people: invitations, new passwords", groupFirm,
		handleLetterCommand(a, "retry", mail.Again, "Bring a letter to the mail server again; a member's whose link ran out is written anew", "is to be tried again"),
		handleLetterCommand(a, "went", mail.Went, "Say of a letter to a client of which it is not known that it has gone", "has gone"),
		handleLetterCommand(a, "handed", mail.Hand, "Say that a letter to a member was handed over", "was handed over"),
		handleLetterCommand(a, "drop", mail.Drop, "Let a letter be; a link in it stops working, and a client's touch counts no more", "is dropped"))
	parent.Args, parent.RunE = noArgs, list
	parent.Flags().StringVar(&after, "after", "", "the next page: what the page before named as next")
	parent.Flags().IntVar(&limit, "limit", 200, "how many")
	a.jsonFlag(parent)
	file.flags(parent)
	return parent
}

func (a *app) fileLetters(ctx context.Context, file *asFile) error {
	return a.reading(ctx, func(s *session, r *teller.Reading) error {
		o, err := a.ownOutbox(s)
		if err != nil {
			return err
		}
		return file.write(ctx, a, s, r, transfer.Letters(func(give func(l *store.Letter, name, by string, over bool) error) error {
			return o.Each(ctx, r, give)
		}))
	})
}

func (a *app) listLetters(ctx context.Context, after string, limit int) error {
	return a.reading(ctx, func(s *session, r *teller.Reading) error {
		o, err := a.ownOutbox(s)
		if err != nil {
			return err
		}
		all, next, err := o.LettersAfter(ctx, r, after, max(limit, 1))
		if err != nil {
			return err
		}
		lines := make([]mail.Line, len(all))
		t := newTable(column{title: "Written"}, column{title: "For", flex: true, least: 10}, column{title: "Kind"},
			column{title: "To", flex: true, least: 10}, column{title: "State", flex: true, wrap: true, least: 10}, column{title: "Id"})
		for i := range all {
			l := &all[i]
			lines[i] = l.Line()
			state := string(l.State)
			if l.Reason != "" {
				state += ": " + l.Reason
			}
			switch {
			case l.Over && l.Settled == 0:
				state = "ran out"
			case l.Resting:
				state = "resting"
			}
			t.row(cell{text: s.clock.dateOr(l.Created, "")}, said(l.Name), cell{text: l.Kind}, said(l.Address), said(state), cell{string(l.ID), dim})
		}
		switch {
		case a.json:
			return a.out.json(map[string]any{"letters": lines, "next": next})
		case len(all) == 0:
			a.out.line("No letters.")
		default:
			t.print(a.out)
			if next != "" {
				a.out.line("There is more: --after " + next)
			}
		}
		return nil
	})
}

func handleLetterCommand(a *app, use, do, short, done string) *cobra.Command {
	cmd := &cobra.Command{
		Use: use + " ID", Short: short, Args: wants("ID"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				o, err := a.ownOutbox(s)
				if err != nil {
					return err
				}
				c := o.Settle(book.ID(args[0]), do)
				c.Proved = true // whoever may open the book's file needs no proof
				if _, err := s.Do(cmd.Context(), s.who, c, teller.Options{}); err != nil {
					return err
				}
				if c.Letter.ID != c.ID { // another one was written
					return a.tellLetter(o, c.Letter)
				}
				if a.json {
					return a.out.json(map[string]any{"letter": (&mail.Listed{Letter: *c.Letter}).Line(), "repeated": false})
				}
				a.out.line("The letter " + done + ".")
				return nil
			})
		},
	}
	a.jsonFlag(cmd)
	return cmd
}
