package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"

	"example.org/totem/internal/disk/ext4"
)

func rootChecks() []check {
	return []check{
		{"the system and our programs are of the sources' commit", stampHolds},
		{"every program is for this machine", programsHold},
		{"nothing in it may be written by everybody, runs as another user, is a device, or belongs to others than root", modesHold},
		{"no key, seed, identity or name of a machine is in it", secretsHold},
		{"the two partitions that are written to are mounted as planned, and nothing else is written", mountsHold},
		{"our programs tell nothing of the machine they were built on", originHolds},
	}
}

// readRelease returns os-release(5).
func readRelease(c *card) (map[string]string, error) {
	text, err := fs.ReadFile(c.root, "usr/lib/os-release")
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			all[key] = strings.Trim(value, `"`)
		}
	}
	return all, nil
}

// ownProgram is where our program lies in the root.
const ownProgram = "usr/bin/totem"

func stampHolds(ctx context.Context, e *examination) (string, error) {
	release, err := readRelease(e.card)
	if err != nil {
		return "", err
	}
	sources, err := readStamp(ctx, e.repository)
	if err != nil {
		return "", fmt.Errorf("the sources cannot be asked; name their folder by --repository: %w", err)
	}
	commit, changed := strings.CutSuffix(release["BUILD_ID"], "+")
	if head := strings.TrimSuffix(sources.commit, "+"); commit != head {
		return "", fmt.Errorf("the image is of %s, the sources are at %s; build it anew", commit, head)
	}
	if e.release && changed {
		return "", errors.New("it was built of sources with changes that no commit holds")
	}
	for _, program := range []struct {
		name string
		open func() (io.ReaderAt, error)
	}{{ownProgram, e.ownProgram}, {"the initrd's init", e.earlyProgram}} {
		r, err := program.open()
		if err != nil {
			return "", err
		}
		info, err := buildinfo.Read(r)
		if err != nil {
			return "", fmt.Errorf("%s: %w", program.name, err)
		}
		if of := revision(info.Settings); of != commit {
			return "", fmt.Errorf("%s is of the commit %q, the system of %s", program.name, of, commit)
		}
	}
	return fmt.Sprintf("%s, %s", release["IMAGE_VERSION"], commit), nil
}

// revision is the commit that go build has noted; "" for none.
func revision(settings []debug.BuildSetting) string {
	for _, s := range settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}

func (e *examination) ownProgram() (io.ReaderAt, error) {
	f, err := e.root.Open(ownProgram)
	if err != nil {
		return nil, err
	}
	r, ok := f.(io.ReaderAt)
	if !ok {
		return nil, fmt.Errorf("%s is no plain file", ownProgram)
	}
	return r, nil
}

func (e *examination) earlyProgram() (io.ReaderAt, error) {
	files, err := readInitrd(e.root)
	return bytes.NewReader(files["init"]), err
}

// each calls visit with every file of the root but the root folder itself.
func (e *examination) each(ctx context.Context, visit func(path string, info fs.FileInfo) error) error {
	return fs.WalkDir(e.root, ".", func(path string, d fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return visit(path, info)
	})
}

// head returns the first bytes of a file, at most n.
func (e *examination) head(path string, n int) ([]byte, error) {
	f, err := e.root.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, n)
	n, err = io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return b[:n], err
}

func programsHold(ctx context.Context, e *examination) (string, error) {
	count, want := 0, elfMachine(e.arch)
	err := e.each(ctx, func(path string, info fs.FileInfo) error {
		if !info.Mode().IsRegular() || info.Size() < 20 {
			return nil
		}
		b, err := e.head(path, 20)
		if err != nil || string(b[:4]) != elf.ELFMAG {
			return err
		}
		count++
		if machine := elf.Machine(uint16(b[18]) | uint16(b[19])<<8); machine != want {
			return fmt.Errorf("%s is for %v", path, machine)
		}
		return nil
	})
	return fmt.Sprintf("%d of them", count), err
}

func modesHold(ctx context.Context, e *examination) (string, error) {
	count := 0
	err := e.each(ctx, func(path string, info fs.FileInfo) error {
		inode, _ := info.Sys().(ext4.Inode)
		mode := info.Mode()
		count++
		switch {
		case inode.UID != 0 || inode.GID != 0:
			return fmt.Errorf("%s belongs to %d:%d", path, inode.UID, inode.GID)
		case mode&(fs.ModeSetuid|fs.ModeSetgid) != 0:
			return fmt.Errorf("%s runs as its owner: %v", path, mode)
		case inode.Device || inode.Extra:
			return fmt.Errorf("%s is a device, or has extended attributes", path)
		case mode&fs.ModeSymlink == 0 && mode.Perm()&0o002 != 0 && (!info.IsDir() || mode&fs.ModeSticky == 0):
			return fmt.Errorf("%s may be written by everybody: %v", path, mode)
		}
		return nil
	})
	return fmt.Sprintf("%d files", count), err
}

// secretPatterns are files that a fresh system must not have: patterns of path.Match for the whole path, or for the last name.
func secretPatterns() (paths, names []string) {
	return []string{"etc/ssh/ssh_host_*", "var/lib/systemd/random-seed", "var/lib/systemd/credential.secret", "var/lib/dbus/machine-id",
			"var/lib/urandom/*", "etc/machine-info", "etc/hostid", "etc/adjtime", "ident/*", "data/*", "run/*"},
		[]string{"authorized_keys*", "id_rsa*", "id_ed25519*", "*.nkey", "*.creds", "provision.toml", "totem.db*", ".bash_history", "*.key.pem"}
}

func secretsHold(ctx context.Context, e *examination) (string, error) {
	id, err := fs.ReadFile(e.root, "etc/machine-id")
	if err != nil {
		return "", err
	}
	if text := strings.TrimSpace(string(id)); text != "" && text != "uninitialized" {
		return "", errors.New("etc/machine-id is not empty")
	}
	paths, names := secretPatterns()
	return "", e.each(ctx, func(file string, info fs.FileInfo) error {
		for _, p := range paths {
			if ok, _ := path.Match(p, file); ok {
				return fmt.Errorf("%s is there", file)
			}
		}
		for _, p := range names {
			if ok, _ := path.Match(p, path.Base(file)); ok {
				return fmt.Errorf("%s is there", file)
			}
		}
		return e.noPrivateKey(file, info)
	})
}

// textSize is how large the files are that are searched for private keys; programs hold the words too, and are left out.
const textSize = 512 << 10

func (e *examination) noPrivateKey(path string, info fs.FileInfo) error {
	if !info.Mode().IsRegular() || info.Size() > textSize {
		return nil
	}
	b, err := e.head(path, int(info.Size()))
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(b, []byte(elf.ELFMAG)) && bytes.Contains(b, []byte("PRIVATE KEY-----")) {
		return fmt.Errorf("%s holds a private key", path)
	}
	return nil
}

func mountsHold(_ context.Context, e *examination) (string, error) {
	text, err := fs.ReadFile(e.root, "etc/fstab")
	if err != nil {
		return "", err
	}
	safe := []string{"nodev", "nosuid", "noexec"}
	wanted := map[string][]string{
		"/ident": append([]string{"data=journal", "errors=remount-ro"}, safe...),
		"/data":  append([]string{"data=ordered", "errors=remount-ro", "x-systemd.growfs"}, safe...),
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 4 || strings.HasPrefix(f[0], "#") {
			continue
		}
		options := map[string]bool{}
		for _, o := range strings.Split(f[3], ",") {
			options[o] = true
		}
		want, known := wanted[f[1]]
		if !known && f[2] != "tmpfs" && !options["ro"] {
			return "", fmt.Errorf("%s is mounted at %s and may be written", f[0], f[1])
		}
		if f[2] == "tmpfs" {
			want = safe
		}
		for _, o := range want {
			if !options[o] {
				return "", fmt.Errorf("%s is mounted without %s", f[1], o)
			}
		}
		delete(wanted, f[1])
	}
	for path := range wanted {
		return "", fmt.Errorf("nothing is mounted at %s", path)
	}
	return "", nil
}

func originHolds(_ context.Context, e *examination) (string, error) {
	repository, err := filepath.Abs(e.repository)
	if err != nil {
		return "", err
	}
	words := []string{repository + "/"}
	if caches, err := os.UserCacheDir(); err == nil {
		words = append(words, caches)
	}
	if home, err := os.UserHomeDir(); err == nil {
		words = append(words, filepath.Join(home, "go")+"/")
	}
	if host, err := os.Hostname(); err == nil && len(host) > 6 {
		words = append(words, host)
	}
	for _, open := range []func() (io.ReaderAt, error){e.ownProgram, e.earlyProgram} {
		for _, word := range words {
			r, err := open()
			if err != nil {
				return "", err
			}
			found, err := contains(io.NewSectionReader(r, 0, 1<<40), []byte(word))
			if err != nil {
				return "", err
			}
			if found {
				return "", fmt.Errorf("%s is in one of them", word)
			}
		}
	}
	return "", nil
}

// unpackedInitrd unpacks the gzip that the initrd is in.
func unpackedInitrd(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	b, err := readLimited(z, mostInitrd)
	return b, errors.Join(err, z.Close())
}
