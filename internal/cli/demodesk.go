package cli

import (
	"context"
	"errors"

	"passbook/internal/actions"
	"passbook/internal/book"
	"passbook/internal/config"
	"passbook/internal/store"
)

// openDesk opens the desk on the made-up firm until the run is stopped, signed in by a link as the member whose morning
// was printed.
func (o *demoOptions) openDesk(ctx context.Context, address string, who book.Member) error {
	c, err := config.Load(config.Sources{
		Env: func(string) string { return "" }, Flags: map[string]string{"listen": o.listen, "log-level": "warn"},
	})
	if err != nil {
		return err
	}
	s, err := o.openAt(ctx, address)
	if err != nil {
		return err
	}
	return errors.Join(o.answer(ctx, s, &c.Config, who), s.close())
}

func (o *demoOptions) answer(ctx context.Context, s *session, c *config.Config, who book.Member) error {
	d, err := o.desk(s, c)
	if err != nil {
		return err
	}
	d.outbox.Office, d.outbox.Shows = actions.Office{Domain: "demo.example"}, true // letters are written, and nothing sends them
	link, err := d.auth.Link(ctx, store.PassEnter, s.who.Workspace, who.ID)
	if err != nil {
		return err
	}
	if err := d.Open(); err != nil {
		return err
	}
	base := c.Base(d.Addr())
	o.out.line("")
	o.out.linef("The desk is open at %s until you press Ctrl-C. This signs you in as %s, once:", base, oneLine(who.Name))
	o.out.linef("  %s/link/%s", base, link.Reveal())
	if o.env.Browse != nil {
		o.env.Browse(base + "/link/" + link.Reveal()) // where it does not open, the address stands above
	}
	return errors.Join(o.out.err, d.run(ctx))
}
