// Command waybill finds the personal data an organisation in China holds,
// counts the people in it and says which cross-border route its data flows
// fall under.
package main

import (
	"os"

	"waybill/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
