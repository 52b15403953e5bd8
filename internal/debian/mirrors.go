package debian

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Mirrors says from where packages come.
type Mirrors struct {
	Main     string // URI of the archive that holds dists/<release>, with a slash at the end
	Security string // URI of the one that holds dists/<release>-security
}

// targetFormat asks apt for one line per index, its fields parted by bars: apt-get(8), indextargets.
const targetFormat = "$(CREATED_BY)|$(ORIGIN)|$(SIGNED_BY)|$(RELEASE)|$(REPO_URI)"

// HostMirrors returns the mirrors that this host's own apt uses for Debian. The host may run another release of Debian.
func HostMirrors(ctx context.Context) (Mirrors, error) {
	if err := need("apt-get", "apt"); err != nil {
		return Mirrors{}, err
	}
	out, err := exec.CommandContext(ctx, "apt-get", "indextargets", "--format", targetFormat).Output()
	if err != nil {
		return Mirrors{}, fmt.Errorf("ask apt for its mirrors: %w", told(err))
	}
	return parseMirrors(string(out))
}

// parseMirrors reads lines of targetFormat. An archive is Debian's if its signed Release file says so; one whose lists were never
// fetched is taken for Debian's if Debian's own keyring signs it.
func parseMirrors(out string) (Mirrors, error) {
	var m Mirrors
	for line := range strings.Lines(out) {
		field := strings.Split(strings.TrimSpace(line), "|")
		if len(field) != 5 || field[0] != "Packages" {
			continue
		}
		if field[1] != "Debian" && (field[1] != "" || !strings.Contains(field[2], "debian-archive-keyring")) {
			continue
		}
		switch release, uri := field[3], field[4]; {
		case strings.HasSuffix(release, "-security"):
			m.Security = first(m.Security, uri)
		case !strings.Contains(release, "-"):
			m.Main = first(m.Main, uri)
		}
	}
	if m.Main == "" || m.Security == "" {
		return Mirrors{}, errors.New("apt on this host has no Debian archive, or none for security updates, in its sources: " +
			"add them to /etc/apt/sources.list.d and run apt-get update")
	}
	return m, nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// told puts what a program wrote to its error output into the error.
func told(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
