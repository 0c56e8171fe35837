package cli

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"passbook/internal/sqldb"
)

func versionCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "version", Short: "Which Passbook this is, and the schema of the book", GroupID: groupFirm, Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.version(cmd.Context()) },
	}
	a.jsonFlag(cmd)
	return cmd
}

// program says which program this is, and which book it found.
type program struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Engine   string `json:"engine"`
	Schema   int64  `json:"schema,omitempty"`
}

// built is what was built, from the build's own record.
func built() program {
	v := program{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" {
			v.Version = info.Main.Version
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Revision = s.Value
			case "vcs.modified":
				v.Modified = s.Value == "true"
			}
		}
	}
	return v
}

// version prints what was built, and the book at hand where there is one.
func (a *app) version(ctx context.Context) error {
	v := built()
	address, err := a.address()
	if err == nil {
		var engine sqldb.Engine
		if engine, _, err = sqldb.ParseDSN(address); err == nil {
			v.Engine, v.Schema = string(engine), a.schema(ctx, address)
		}
	}
	if a.json {
		return a.out.json(v)
	}
	line := "passbook " + v.Version
	if v.Revision != "" {
		line += ", revision " + v.Revision
	}
	if v.Modified {
		line += ", modified"
	}
	a.out.line(line)
	a.out.line(v.Go + ", " + v.Platform)
	if v.Schema > 0 {
		a.out.linef("%s book, schema %d", v.Engine, v.Schema)
	} else if v.Engine != "" {
		a.out.linef("%s, no book yet", v.Engine)
	}
	return nil
}

// schema is the schema of the book at an address, 0 where there is none: asking for the version must never fail.
func (a *app) schema(ctx context.Context, address string) int64 {
	db, err := a.connect(ctx, address)
	if err != nil {
		return 0
	}
	version, err := db.SchemaVersion(ctx)
	if err != nil {
		version = 0
	}
	_ = db.Close() // it was only read
	return version
}
