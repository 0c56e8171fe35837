package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"passbook/internal/auth"
	"passbook/internal/config"
	"passbook/internal/store"
)

type serveOptions struct {
	*app
	file  string
	check bool
}

func serveCommand(a *app) *cobra.Command {
	o := serveOptions{app: a}
	cmd := &cobra.Command{
		Use: "serve", Short: "Open the desk: the book in the browser", GroupID: groupFirm,
		Long: "Open the desk: the book in the browser, and the API. How it serves is read from a file (--config), from variables such as\n" +
			"PASSBOOK_LISTEN, and from these flags; of what is said twice the flag holds, then the variable, then the file. All of it is\n" +
			"checked before a port opens. docs/SERVING.md explains each.",
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	f := cmd.Flags()
	f.StringVar(&o.file, "config", "", "the file that says how to serve, in TOML (else PASSBOOK_CONFIG)")
	f.BoolVar(&o.check, "check", false, "check the configuration, print what would hold, and end")
	for _, c := range config.Fields() {
		switch name := c.Flag(); {
		case name == "", name == "dsn", name == "workspace": // every command has them
		case c.Bool:
			f.Bool(name, false, c.Doc)
		default:
			f.String(name, c.Usual, c.Doc)
		}
	}
	complete(cmd, "config", cobra.FixedCompletions([]string{"toml"}, cobra.ShellCompDirectiveFilterFileExt))
	return cmd
}

// config reads how to serve from everywhere it may be said.
func (o *serveOptions) config(cmd *cobra.Command) (*config.Loaded, error) {
	s := config.Sources{File: o.file, Env: o.env.Getenv, Named: o.variables(), Flags: map[string]string{}}
	if s.File == "" {
		s.File = o.env.Getenv("PASSBOOK_CONFIG")
	}
	cmd.Flags().Visit(func(f *pflag.Flag) { s.Flags[f.Name] = f.Value.String() })
	return config.Load(s)
}

// variables are the names of all that the environment sets.
func (a *app) variables() []string {
	if a.env.Environ == nil {
		return nil
	}
	names := a.env.Environ()
	for i, v := range names {
		names[i], _, _ = strings.Cut(v, "=")
	}
	return names
}

func (o *serveOptions) run(cmd *cobra.Command) error {
	c, err := o.config(cmd)
	if err != nil {
		return err
	}
	if o.check {
		o.out.write(c.Print())
		return nil
	}
	o.fileDSN = c.DSN.Reveal()
	if o.workspace == "" {
		o.workspace = c.Workspace
	}
	ctx := cmd.Context()
	return o.with(ctx, func(s *session) error {
		d, err := o.desk(s, &c.Config)
		if err != nil {
			return err
		}
		if err := d.Open(); err != nil {
			return err
		}
		return errors.Join(o.welcome(ctx, s, d), d.run(ctx))
	})
}

// welcome says where the desk answers, with the link that makes the owner while the owner has no way in.
func (o *serveOptions) welcome(ctx context.Context, s *session, d *desk) error {
	base := d.Config.Base(d.Addr())
	known := false
	err := s.Store().Read(ctx, s.who.Workspace, func(tx *store.Tx) error {
		c, err := tx.Credential(ctx, s.member.ID)
		if known = c.Password != ""; err != nil || known || d.Config.OIDC.Issuer == "" {
			return err
		}
		logins, err := tx.LoginsOf(ctx, s.member.ID) // whom the provider signs in needs no password
		known = len(logins) > 0
		return err
	})
	if err == nil && !known {
		var link auth.Secret
		if link, err = d.auth.Link(ctx, store.PassBegin, s.who.Workspace, s.member.ID); err == nil {
			o.out.linef("Passbook answers. %s begins here, once: %s/link/%s", oneLine(s.member.Name), base, link.Reveal())
			if !d.Config.Reached() {
				_, err = fmt.Fprintln(o.io.Err, "passbook: "+onlyHere(base))
			}
			return err
		}
	}
	o.out.linef("Passbook answers at %s", base)
	return err
}

// acmeFolder is where certificates are kept that are got by ACME.
func (a *app) acmeFolder(c *config.Config) (string, error) {
	if c.ACME.Cache != "" || len(c.ACME.Hosts) == 0 {
		return c.ACME.Cache, nil
	}
	dir, err := a.dataFolder()
	return filepath.Join(dir, "acme"), err
}

// tokenCommand makes tokens for programs.
func tokenCommand(a *app) *cobra.Command {
	var scope, label string
	create := &cobra.Command{
		Use: "create", Short: "Make a token for a program, which acts as you", Args: noArgs,
		Example: `  passbook token create --scope write --for "the website's form"`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), func(s *session) error {
				svc := auth.New(s.Store(), a.env.Now, a.env.Random)
				token, err := svc.NewToken(cmd.Context(), auth.Identity{Actor: s.who, Name: s.member.Name}, scope, label)
				switch {
				case err != nil:
					return err
				case a.json:
					return a.out.json(map[string]string{"token": token.Reveal(), "scope": scope})
				}
				a.out.line(token.Reveal())
				return nil
			})
		},
	}
	create.Flags().StringVar(&scope, "scope", auth.ScopeRead, "what it may do: read or write")
	a.jsonFlag(create)
	create.Flags().StringVar(&label, "for", "", "what it is for")
	return parent("token", "Tokens for programs that use the API", groupFirm, create, tokenListCommand(a), tokenEndCommand(a))
}
