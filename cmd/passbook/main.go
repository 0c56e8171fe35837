// Command passbook keeps the book of a firm's client relationships.
package main

import (
	"context"
	"os"
	_ "time/tzdata" // zones are known on machines without their data

	"passbook/internal/cli"
)

func main() {
	os.Exit(cli.Run(context.Background(), os.Args[1:], cli.System(), cli.Standard()))
}
