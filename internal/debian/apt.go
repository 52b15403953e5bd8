package debian

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Config says what a private apt root takes from where.
type Config struct {
	Folder  string  // where lists and settings are kept between calls; made if missing, must not be ""
	Arch    string  // architecture of the packages: "arm64" or "amd64"
	Release string  // "trixie"; its -updates and -security suites are taken too
	Mirrors Mirrors // from where
	Keyring string  // of the archive's keys; "" is KeyringOfDebian
}

// KeyringOfDebian is where the package debian-archive-keyring puts the archive's keys.
const KeyringOfDebian = "/usr/share/keyrings/debian-archive-keyring.gpg"

// Apt is a private apt root. It shares nothing with the host's but its proxies and its time-outs. It is not for use by two
// goroutines or processes at once.
type Apt struct {
	folder string
	env    []string
}

// Open lays out the apt root and reads nothing from the network.
func Open(ctx context.Context, c Config) (*Apt, error) {
	for _, program := range [][2]string{{"apt-get", "apt"}, {"apt-cache", "apt"}, {"apt-config", "apt"}, {"dpkg-deb", "dpkg"}} {
		if err := need(program[0], program[1]); err != nil {
			return nil, err
		}
	}
	c.Keyring = first(c.Keyring, KeyringOfDebian)
	if _, err := os.Stat(c.Keyring); err != nil {
		return nil, fmt.Errorf("the archive's keys are missing: install the Debian package debian-archive-keyring: %w", err)
	}
	folder, err := filepath.Abs(c.Folder)
	if err != nil {
		return nil, fmt.Errorf("private apt root: %w", err)
	}
	for _, dir := range []string{"state/lists/partial", "cache/archives/partial", "cache/none/partial", "etc/apt.conf.d", "etc/preferences.d"} {
		if err := os.MkdirAll(filepath.Join(folder, dir), 0o755); err != nil {
			return nil, fmt.Errorf("private apt root: %w", err)
		}
	}
	files := map[string]string{
		"state/status":     "",
		"etc/sources.list": c.sources(),
		"etc/apt.conf":     c.settings(folder) + hostNetwork(ctx),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return nil, fmt.Errorf("private apt root: %w", err)
		}
	}
	env := append(os.Environ(), "APT_CONFIG="+filepath.Join(folder, "etc/apt.conf"), "LC_ALL=C.UTF-8")
	return &Apt{folder: folder, env: env}, nil
}

func (c Config) sources() string {
	var b strings.Builder
	for _, s := range []struct{ uri, suite string }{
		{c.Mirrors.Main, c.Release}, {c.Mirrors.Main, c.Release + "-updates"}, {c.Mirrors.Security, c.Release + "-security"}} {
		fmt.Fprintf(&b, "deb [signed-by=%s] %s %s main\n", c.Keyring, s.uri, s.suite)
	}
	return b.String()
}

func (c Config) settings(folder string) string {
	return fmt.Sprintf(`Dir::State "%[1]s/state";
Dir::State::status "%[1]s/state/status";
Dir::Cache "%[1]s/cache";
Dir::Etc "%[1]s/etc";
Dir::Etc::netrc "/etc/apt/auth.conf";
Dir::Etc::netrcparts "/etc/apt/auth.conf.d";
APT::Architecture "%[2]s";
APT::Architectures {"%[2]s";};
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::AllowInsecureRepositories "false";
`, folder, c.Arch)
}

// hostNetwork returns what the host's apt knows of the way to its mirrors: proxies, time-outs, how old an index may be.
func hostNetwork(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "apt-config", "dump").Output()
	if err != nil {
		return "" // then apt's own defaults serve
	}
	var b strings.Builder
	for line := range strings.Lines(string(out)) {
		for _, of := range []string{"Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Force", "Acquire::Retries"} {
			if strings.HasPrefix(line, of) && !strings.HasSuffix(strings.TrimSpace(line), `"";`) {
				b.WriteString(line)
				break
			}
		}
	}
	return b.String()
}

func (a *Apt) run(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = a.env
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", program, args[0], told(err))
	}
	return out, nil
}

// Update fetches the archive's lists and checks their signatures.
func (a *Apt) Update(ctx context.Context) error {
	_, err := a.run(ctx, "apt-get", "update", "-qq", "-o", "APT::Update::Error-Mode=any")
	return err
}

// Resolve returns the named packages and all that they depend on, sorted by name. A name that ends in "-" must not be among them;
// where a package has a choice of dependencies, it takes another.
func (a *Apt) Resolve(ctx context.Context, names []string) ([]Package, error) {
	// apt leaves out what it has downloaded already, so it is told to look where nothing is.
	out, err := a.run(ctx, "apt-get", append([]string{"install", "--print-uris", "-qq", "-o", "Dir::Cache::archives=none"}, names...)...)
	if err != nil {
		return nil, fmt.Errorf("resolve %d packages: %w", len(names), err)
	}
	chosen, err := parseURIs(string(out))
	if err != nil {
		return nil, err
	}
	args := []string{"show"}
	for _, p := range chosen {
		args = append(args, p.Name+"="+p.Version)
	}
	if out, err = a.run(ctx, "apt-cache", args...); err != nil {
		return nil, err
	}
	known, err := parseStanzas(bytes.NewReader(out))
	if err != nil {
		return nil, err
	}
	for i, p := range chosen {
		j := slices.IndexFunc(known, func(k Package) bool { return k.Name == p.Name && k.Version == p.Version && k.Size == p.Size })
		if j < 0 {
			return nil, fmt.Errorf("apt chose %s %s and does not show it", p.Name, p.Version)
		}
		chosen[i] = known[j]
	}
	slices.SortFunc(chosen, func(a, b Package) int { return strings.Compare(a.Name, b.Name) })
	return chosen, nil
}

// Path returns where a downloaded package lies.
func (a *Apt) Path(p Package) string { return filepath.Join(a.folder, "cache/archives", p.File()) }

// Download fetches the packages that are not there yet. apt checks each against the signed index. progress, which may be nil, gets
// the percentage of all that apt does, from this goroutine.
func (a *Apt) Download(ctx context.Context, packages []Package, progress func(percent float64)) error {
	args := []string{"download", "-q", "-o", "APT::Status-Fd=3"}
	for _, p := range packages {
		args = append(args, p.Name+"="+p.Version)
	}
	status, write, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	defer status.Close()
	var complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, "apt-get", args...)
	cmd.Env, cmd.Dir = a.env, filepath.Join(a.folder, "cache/archives")
	cmd.ExtraFiles, cmd.Stderr = []*os.File{write}, &complaint
	err = cmd.Start()
	write.Close()
	if err != nil {
		return fmt.Errorf("download: %w", err)
	}
	follow(status, progress)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("download %d packages: %w: %s", len(packages), err, strings.TrimSpace(complaint.String()))
	}
	for _, p := range packages {
		if info, err := os.Stat(a.Path(p)); err != nil || info.Size() != p.Size {
			return fmt.Errorf("download: apt did not leave %s whole", p.File())
		}
	}
	return nil
}

// Forget removes every downloaded package that is not one of packages.
func (a *Apt) Forget(packages []Package) error {
	wanted := map[string]bool{"partial": true, "lock": true}
	for _, p := range packages {
		wanted[p.File()] = true
	}
	there, err := os.ReadDir(filepath.Join(a.folder, "cache/archives"))
	for _, entry := range there {
		if !wanted[entry.Name()] {
			err = errors.Join(err, os.Remove(filepath.Join(a.folder, "cache/archives", entry.Name())))
		}
	}
	return err
}

// follow reads apt's status lines until their end: "dlstatus:<n>:<percent>:<words>".
func follow(status io.Reader, progress func(percent float64)) {
	lines := bufio.NewScanner(status)
	for lines.Scan() {
		field := strings.SplitN(lines.Text(), ":", 4)
		if len(field) < 4 || field[0] != "dlstatus" || progress == nil {
			continue
		}
		if percent, err := strconv.ParseFloat(field[2], 64); err == nil {
			progress(percent)
		}
	}
}
