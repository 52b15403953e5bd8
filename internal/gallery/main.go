// Command gallery paints every screen of the kiosk afresh and gathers the pictures on one page, for people who judge
// how Totem looks: each scene in every language, theme, size of text, on every kind of panel, in the low layout, and with
// office texts as long as they may be.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The exit statuses.
const (
	exitOK    = 0
	exitFault = 1
	exitUsage = 2
)

const usage = `gallery paints every screen of the kiosk into a page of pictures.

usage: gallery [--out folder] [--scene words] [--lang tags]

examples:
  gallery                                 everything, into build/gallery/index.html
  gallery --scene start,times --lang it,ar

flags:
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

func run(ctx context.Context, args []string, out, progress io.Writer) int {
	flags := flag.NewFlagSet("gallery", flag.ContinueOnError)
	flags.SetOutput(progress)
	folder := flags.String("out", filepath.Join("build", "gallery"), "`folder` for the page and its pictures")
	only := flags.String("scene", "", "only scenes whose names begin with one of these `words`, with commas between them")
	langs := flags.String("lang", "", "only these languages, by their `tags`")
	flags.Usage = func() { fmt.Fprint(progress, usage); flags.PrintDefaults() }
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	case flags.NArg() > 0:
		fmt.Fprintf(progress, "gallery: %q is no flag; see --help\n", flags.Arg(0))
		return exitUsage
	}
	wanted := views(words(*only), words(*langs))
	if len(wanted) == 0 {
		fmt.Fprintln(progress, "gallery: no screen is of these scenes and languages; see --help")
		return exitUsage
	}
	began := time.Now()
	done, err := paintAll(ctx, *folder, wanted, progress)
	page := filepath.Join(*folder, "index.html")
	if err == nil {
		err = writePage(page, done)
	}
	if err != nil {
		fmt.Fprintf(progress, "gallery: %v\n", err)
		return exitFault
	}
	fmt.Fprintf(out, "%d pictures in %.0f s: %s\n", len(done), time.Since(began).Seconds(), page)
	return exitOK
}

// words splits what stands between commas; nil for nothing.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
