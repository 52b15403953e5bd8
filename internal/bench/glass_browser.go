package main

import (
	"context"
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed glass_page.html
var glassPage string

// browser is Debian's Chromium in kiosk mode on a page that shows what the totem's start screen shows.
type browser struct {
	program, version string
	folder           string // what it keeps between two starts
	page             string
}

// findBrowser finds the browser and writes its page.
func findBrowser(ctx context.Context, l *lab) (*browser, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, cannot{"there is no chromium here; scripts/setup bench installs it"}
	}
	version, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return nil, cannot{"chromium does not start: " + err.Error()}
	}
	words := strings.Fields(string(version))
	b := &browser{program: path, version: strings.Join(words[:min(2, len(words))], " "),
		folder: filepath.Join(l.dir, "browser"), page: filepath.Join(l.dir, "page.html")}
	b.page, err = filepath.Abs(b.page)
	if err != nil {
		return nil, err
	}
	return b, os.WriteFile(b.page, []byte(glassPage), 0o600)
}

// command is the browser at work, told to leave out all that a page of its own machine does not need. It has no sandbox,
// as it may be started by root, which only spares it work.
func (b *browser) command() *exec.Cmd {
	return exec.Command(b.program, "--kiosk", "--no-sandbox", "--disable-gpu", "--window-position=0,0", "--window-size=1080,1920",
		"--no-first-run", "--no-default-browser-check", "--noerrdialogs", "--disable-infobars", "--disable-features=Translate", "--disable-extensions",
		"--disable-sync", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
		"--disable-breakpad", "--disable-crash-reporter", "--password-store=basic", "--user-data-dir="+b.folder, "file://"+b.page)
}
